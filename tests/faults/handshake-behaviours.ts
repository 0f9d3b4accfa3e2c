// Before a session: connections that say nothing, something else, or something false.

import { encodeMessage } from "../../shared/wire/codec.ts";
import { type BadReader, freshAddress, freshId } from "./bad-reader.ts";
import { type Attack, type Behaviour, pause } from "./behaviour.ts";

const HELLO = 0x01;
const text = (words: string) => new TextEncoder().encode(words);

/** Connects, says it, and waits for the end. */
const opening =
  (says: (reader: BadReader, attack: Attack) => Promise<void> | void): Behaviour["act"] =>
  async (attack) => {
    const reader = await attack.dial();
    await says(reader, attack);
    return reader.ending();
  };

/** Connects so often that the system's own limits are met, and goes again. */
async function knock({ victim, dial }: Attack, times: number, atOnce: number): Promise<"stays"> {
  for (let done = 0; done < times; done += atOnce) {
    const readers = await Promise.all(Array.from({ length: atOnce }, () => dial({ address: freshAddress() })));
    for (const reader of readers) reader.leave();
  }
  const last = await dial();
  last.say({ flag: "probe", version: 1, bookId: victim.bookId, to: victim.id, nonce: new Uint8Array(16) });
  await last.next("proof");
  return "stays";
}

export const HANDSHAKE_BEHAVIOURS: readonly Behaviour[] = [
  {
    does: "speaks HTTP",
    whom: "both",
    ends: ["not-bookswarm"],
    act: opening((reader) => reader.write(text("GET / HTTP/1.1\r\n\r\n"))),
  },
  {
    does: "speaks TLS",
    whom: "both",
    ends: ["not-bookswarm"],
    act: opening((reader) => reader.write(Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0))),
  },
  {
    does: "starts with zeros and goes on with noise",
    whom: "both",
    ends: ["not-bookswarm", "frame-length"],
    act: opening((reader) =>
      reader.write(Uint8Array.from({ length: 4_096 }, (_, at) => (at < 4 ? 0 : (at * 151) & 255))),
    ),
  },
  {
    does: "says hello with another magic",
    whom: "both",
    ends: ["not-bookswarm"],
    act: opening((reader) => reader.frame(HELLO, new Uint8Array(112))),
  },
  {
    does: "names a version that nobody speaks",
    whom: "both",
    ends: ["wrong-version"],
    act: opening((reader) => reader.say(reader.hello({ version: 65_535 }))),
  },
  {
    does: "names a book that is not here",
    whom: "both",
    ends: ["unknown-book"],
    act: opening((reader) => reader.say(reader.hello({ bookId: freshId() as never }))),
  },
  {
    does: "means a reader that is not here",
    whom: "both",
    ends: ["wrong-reader"],
    act: opening((reader) => reader.say(reader.hello({ to: freshId() }))),
  },
  {
    does: "says that it is its victim",
    whom: "both",
    ends: ["self"],
    act: opening((reader, { victim }) => reader.say(reader.hello({ from: victim.id }))),
  },
  {
    does: "says that it is an honest reader with a link",
    whom: "both",
    ends: ["duplicate-link"],
    act: opening((reader, { friend }) => reader.say(reader.hello({ from: friend.id }))),
  },
  {
    does: "declares a hello of no bytes",
    whom: "both",
    ends: ["frame-length"],
    act: opening((reader) => reader.frame(HELLO, new Uint8Array(), 0)),
  },
  {
    does: "declares a hello of 0x00ffffff bytes",
    whom: "both",
    ends: ["frame-length"],
    act: opening((reader) => reader.frame(HELLO, new Uint8Array(), 0x00ff_ffff)),
  },
  {
    does: "declares a negative length",
    whom: "both",
    ends: ["not-bookswarm"],
    act: opening((reader) => reader.frame(HELLO, new Uint8Array(), 0xffff_ffff)),
  },
  {
    does: "hangs up behind half a hello",
    whom: "both",
    ends: ["no word"],
    act: opening((reader) => void reader.socket.end(new Uint8Array([0, 0, 0, 0x71, HELLO, 0x42]))),
  },
  {
    does: "probes for a reader that is not here",
    whom: "both",
    ends: ["wrong-reader"],
    act: opening((reader) =>
      reader.say({ flag: "probe", version: 1, bookId: reader.victim.bookId, to: freshId(), nonce: new Uint8Array(16) }),
    ),
  },
  {
    does: "floods with probes",
    whom: "both",
    ends: ["stays"],
    act: async ({ victim, dial }) => {
      for (let times = 0; times < 100; times++) {
        const reader = await dial();
        reader.say({
          flag: "probe",
          version: 1,
          bookId: victim.bookId,
          to: victim.id,
          nonce: Uint8Array.from({ length: 16 }, () => times),
        });
        await reader.next("proof");
      }
      return "stays";
    },
  },
  {
    does: "connects and hangs up, 1,000 times",
    whom: "both",
    ends: ["stays"],
    act: (attack) => knock(attack, 1_000, 50),
  },
  {
    does: "keeps more connections open without a word than the waiting room holds",
    whom: "both",
    ends: ["stays"],
    act: async (attack) => {
      await Promise.all(Array.from({ length: 400 }, () => attack.dial()));
      return knock(attack, 0, 1);
    },
  },
  {
    does: "is sent away 2,000 times and never hangs up",
    whom: "both",
    ends: ["stays"],
    act: async (attack) => {
      for (let opened = 0; opened < 2_000; opened += 250) {
        const readers = await Promise.all(Array.from({ length: 250 }, () => attack.dial()));
        for (const reader of readers) reader.say(reader.hello({ version: 9 }));
      }
      return knock(attack, 0, 1);
    },
  },
  {
    does: "opens 10,000 connections",
    whom: "both",
    ends: ["stays"],
    isHeavy: true,
    act: async (attack) => {
      const open: BadReader[] = [];
      for (let opened = 0; opened < 10_000; opened += 500) {
        open.push(...(await Promise.all(Array.from({ length: 500 }, () => attack.dial()))));
        // The attacker, too, has only so many files; the victim let go of these long ago.
        for (const reader of open.splice(0, open.length - 3_000)) reader.leave();
      }
      return knock(attack, 0, 1);
    },
  },
  { does: "says nothing at all", whom: "both", ends: ["silent"], isHeavy: true, act: opening(() => undefined) },
  {
    does: "says hello one byte a second",
    whom: "both",
    ends: ["silent"],
    isHeavy: true,
    act: async ({ dial }) => {
      const reader = await dial();
      const bytes = encodeMessage(reader.hello()).values();
      const drip = setInterval(() => reader.write(Uint8Array.of(bytes.next().value ?? 0)), 1_000);
      try {
        return await reader.ending();
      } finally {
        clearInterval(drip);
      }
    },
  },
  {
    does: "says hello and never what it holds",
    whom: "both",
    ends: ["silent"],
    isHeavy: true,
    act: opening((reader) => reader.say(reader.hello())),
  },
  {
    does: "pings for ever instead of saying what it holds",
    whom: "both",
    ends: ["silent"],
    isHeavy: true,
    act: async ({ dial }) => {
      const reader = await dial();
      reader.say(reader.hello());
      const pings = setInterval(() => reader.say({ flag: "ping" }), 100);
      try {
        return await reader.ending();
      } finally {
        clearInterval(pings);
      }
    },
  },
  {
    does: "asks before it has said what it holds",
    whom: "both",
    ends: ["out-of-turn"],
    act: opening((reader) => reader.say(reader.hello(), { flag: "ask", pages: [0] })),
  },
  {
    does: "says hello twice",
    whom: "both",
    ends: ["out-of-turn"],
    act: opening((reader) => reader.say(reader.hello(), reader.hello())),
  },
  {
    does: "probes in the middle of a session",
    whom: "both",
    ends: ["out-of-turn"],
    act: opening(async (reader) => {
      await reader.greet();
      reader.say({
        flag: "probe",
        version: 1,
        bookId: reader.victim.bookId,
        to: reader.victim.id,
        nonce: new Uint8Array(16),
      });
    }),
  },
  {
    does: "fills every link with idle sessions from one address",
    whom: "both",
    ends: ["stays"],
    act: async ({ dial }) => {
      const address = freshAddress();
      for (let links = 0; links < 80; links++) {
        const reader = await dial({ address });
        reader.say(reader.hello(), { flag: "heldNone" });
      }
      await pause(100);
      const newcomer = await (await dial()).greet();
      return newcomer.stays();
    },
  },
];
