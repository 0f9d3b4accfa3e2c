// Behaviours of a session that are about frames as such: unknown ones, too many, too late, too slow.

import { type Behaviour, inSession, pause } from "./behaviour.ts";
import { BIG_PAGES } from "./siege.ts";

export const FLOOD_BEHAVIOURS: readonly Behaviour[] = [
  {
    does: "sends a flag that is not in the table",
    whom: "both",
    ends: ["unknown-flag"],
    act: inSession("none", (reader) => reader.frame(0xee, new Uint8Array(4))),
  },
  {
    does: "sends a flag that is set aside for later",
    whom: "both",
    ends: ["unknown-flag"],
    act: inSession("none", (reader) => reader.frame(0x2f, new Uint8Array(4))),
  },
  {
    does: "declares a list of pages that is too long",
    whom: "both",
    ends: ["frame-length"],
    act: inSession("none", (reader) => reader.frame(0x20, new Uint8Array(), 2_050)),
  },
  {
    does: "declares a negative length in a session",
    whom: "both",
    ends: ["frame-length"],
    act: inSession("none", (reader) => reader.frame(0x20, new Uint8Array(), 0x8000_0005)),
  },
  {
    does: "sends half a page number",
    whom: "both",
    ends: ["malformed"],
    act: inSession("none", (reader) => reader.frame(0x13, new Uint8Array(6))),
  },
  {
    does: "closes with bytes that are no text",
    whom: "both",
    ends: ["malformed"],
    act: inSession("none", (reader) => reader.frame(0x02, Uint8Array.of(0, 19, 0xff, 0xfe, 0xc0))),
  },
  {
    does: "closes with a fault that is not in the table",
    whom: "both",
    ends: ["malformed"],
    act: inSession("none", (reader) => reader.frame(0x02, Uint8Array.of(0x7f, 0xff))),
  },
  {
    does: "closes with an escape sequence and talks on",
    whom: "both",
    ends: ["leaving"],
    act: async ({ dial }) => {
      const reader = await (await dial()).greet();
      reader.say(
        { flag: "close", fault: "leaving", message: "\u001b[2J\u202eGood night" },
        { flag: "ping" },
        { flag: "ask", pages: [0] },
      );
      reader.socket.end();
      return reader.ending();
    },
  },
  {
    does: "says goodbye and stays on the line",
    whom: "both",
    ends: ["leaving"],
    act: async ({ dial }) => {
      const reader = await (await dial()).greet();
      reader.say({ flag: "close", fault: "leaving", message: "Good night" });
      return reader.ending();
    },
  },
  {
    does: "answers pings that nobody sent",
    whom: "both",
    ends: ["stays"],
    act: inSession("none", (reader) => reader.say(...Array.from({ length: 2_000 }, () => ({ flag: "pong" }) as const))),
  },
  {
    does: "pings 100,000 times",
    whom: "both",
    ends: ["stays"],
    act: inSession("none", async (reader) => {
      const many = Buffer.alloc(5 * 10_000, Buffer.from([0, 0, 0, 1, 3]));
      for (let times = 0; times < 10; times++) {
        reader.write(many);
        await pause(1);
      }
    }),
  },
  {
    does: "pings without end and never reads an answer",
    whom: "both",
    ends: ["stays", "silent", "no word"],
    isHeavy: true,
    act: async ({ dial }) => {
      const reader = await dial({ reads: false });
      reader.say(reader.hello(), { flag: "heldNone" });
      const many = Buffer.alloc(5 * 100_000, Buffer.from([0, 0, 0, 1, 3]));
      for (let times = 0; times < 60 && reader.socket.writable; times++) {
        reader.write(many);
        await pause(20);
      }
      reader.leave();
      return (await (await dial()).greet()).stays();
    },
  },
  {
    does: "says ten thousand times that it has and has lost a page",
    whom: "both",
    ends: ["stays"],
    act: inSession("none", async (reader) => {
      for (let times = 0; times < 100; times++) {
        reader.say(
          ...Array.from(
            { length: 100 },
            () =>
              [
                { flag: "have", pages: [1] },
                { flag: "lost", pages: [1] },
              ] as const,
          ).flat(),
        );
        await pause(0);
      }
    }),
  },
  {
    does: "flips its whole page set, 500 times",
    whom: "both",
    ends: ["stays"],
    act: inSession([], async (reader) => {
      const all = Array.from({ length: 500 }, (_, at) => at);
      for (let times = 0; times < 500; times++) {
        reader.say({ flag: "have", pages: all }, { flag: "lost", pages: all });
        if (times % 50 === 0) await pause(0);
      }
    }),
  },
  {
    does: "tells its page set 1,000 times",
    whom: "both",
    ends: ["malformed"],
    act: inSession([], (reader) => {
      for (let times = 0; times < 1_000; times++)
        reader.say({ flag: "heldSet", first: 0, bits: reader.bits([1, 2, 3]) });
    }),
  },
  {
    does: "accepts no ask at all",
    whom: "fetcher",
    ends: ["stays"],
    act: async ({ dial }) => (await (await dial()).greet("all", { asks: 0 })).stays(),
  },
  {
    does: "accepts four billion asks",
    whom: "fetcher",
    ends: ["stays"],
    act: async ({ dial }) => (await (await dial()).greet("all", { asks: 0xffff_ffff })).stays(),
  },
  {
    does: "holds everything and never answers, on twenty links",
    whom: "fetcher",
    ends: ["stays"],
    act: async ({ dial }) => {
      const readers = await Promise.all(Array.from({ length: 20 }, () => dial()));
      for (const reader of readers) await reader.greet("all");
      await pause(1_000);
      return readers[0]?.stays() ?? "no word";
    },
  },
  {
    does: "holds everything and never answers, for a minute",
    whom: "fetcher",
    ends: ["silent"],
    isHeavy: true,
    act: async ({ dial }) => {
      const reader = await (await dial()).greet("all");
      const pings = setInterval(() => reader.say({ flag: "ping" }), 5_000);
      try {
        return await reader.ending();
      } finally {
        clearInterval(pings);
      }
    },
  },
  {
    does: "sends a page one byte at a time",
    whom: "fetcher",
    ends: ["stays"],
    act: inSession(BIG_PAGES, async (reader) => {
      for await (const page of reader.asks()) {
        for (let offset = 0; offset < 200; offset++) {
          reader.say({ flag: "piece", page, offset, bytes: Uint8Array.of(0) });
          await pause(5);
        }
        return;
      }
    }),
  },
  {
    does: "goes silent in a session",
    whom: "both",
    ends: ["silent"],
    isHeavy: true,
    act: async ({ dial }) => (await (await dial()).greet()).ending(),
  },
];
