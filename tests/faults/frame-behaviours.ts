// Behaviours that follow from the table of flags: every flag at the wrong time, and with every wrong length.

import { READER_FLAGS, type ReaderFlag } from "../../shared/wire/flags.ts";
import type { ReaderMessage } from "../../shared/wire/messages.ts";
import { type BadReader, type Ending, freshId } from "./bad-reader.ts";
import type { Attack, Behaviour } from "./behaviour.ts";

const FLAGS = Object.keys(READER_FLAGS) as ReaderFlag[];

/** What a session may begin with, once both have said hello. */
const OPENINGS: readonly ReaderFlag[] = ["heldAll", "heldNone", "heldSet", "ping", "pong", "close"];

/** A well-formed message of each flag, of the victim's book. */
function messageOf(flag: ReaderFlag, reader: BadReader): ReaderMessage {
  const { bookId, id: to } = reader.victim;
  const nonce = new Uint8Array(16);
  switch (flag) {
    case "hello":
      return reader.hello();
    case "probe":
      return { flag, version: 1, bookId, to, nonce };
    case "proof":
      return { flag, from: to, nonce };
    case "close":
      return { flag, fault: "leaving", message: "" };
    case "heldSet":
      return { flag, first: 0, bits: Uint8Array.of(0x80) };
    case "have":
    case "lost":
    case "ask":
    case "cancel":
    case "wait":
      return { flag, pages: [0] };
    case "piece":
      return { flag, page: 0, offset: 0, bytes: Uint8Array.of(1) };
    case "refuse":
      return { flag, page: 0, reason: "not-held" };
    case "next":
      return { flag, page: 0 };
    case "meet":
      return { flag, readers: [{ reader: freshId(), host: "127.0.0.1", port: 9_999 }] };
    default:
      return { flag };
  }
}

/** Does the same with each flag, on a connection of its own. Returns the one ending that all of them had. */
const withEach =
  (flags: readonly ReaderFlag[], does: (flag: ReaderFlag, attack: Attack) => Promise<Ending>): Behaviour["act"] =>
  async (attack) => {
    const endings = new Map<Ending, ReaderFlag>();
    for (const flag of flags) endings.set(await does(flag, attack), flag);
    const [ending, ...others] = endings.keys();
    if (ending === undefined || others.length > 0)
      throw new Error(`It ended in several ways: ${[...endings].join("; ")}`);
    return ending;
  };

/** In a session, a frame that declares a body of so many bytes, and then nothing. */
async function declares(flag: ReaderFlag, bodyBytes: number, { dial }: Attack): Promise<Ending> {
  const reader = await (await dial()).greet();
  reader.frame(READER_FLAGS[flag].code, new Uint8Array(), 1 + bodyBytes);
  return reader.ending();
}

export const FRAME_BEHAVIOURS: readonly Behaviour[] = [
  {
    does: "begins with any other frame than hello and probe",
    whom: "both",
    ends: ["not-bookswarm"],
    act: withEach(
      FLAGS.filter((flag) => flag !== "hello" && flag !== "probe"),
      async (flag, { dial }) => {
        const reader = await dial();
        reader.say(messageOf(flag, reader));
        return reader.ending();
      },
    ),
  },
  {
    does: "says anything else before it has said what it holds",
    whom: "both",
    ends: ["out-of-turn"],
    act: withEach(
      FLAGS.filter((flag) => !OPENINGS.includes(flag)),
      async (flag, { dial }) => {
        const reader = await dial();
        reader.say(reader.hello(), messageOf(flag, reader));
        return reader.ending();
      },
    ),
  },
  {
    does: "says in a session what belongs before it",
    whom: "both",
    ends: ["out-of-turn"],
    act: withEach(["hello", "probe", "proof", "heldAll", "heldNone"], async (flag, { dial }) => {
      const reader = await (await dial()).greet();
      reader.say(messageOf(flag, reader));
      return reader.ending();
    }),
  },
  {
    does: "declares a body that is a byte too long, with every flag",
    whom: "both",
    ends: ["frame-length"],
    act: withEach(FLAGS, (flag, attack) => declares(flag, READER_FLAGS[flag].bodyBytes.max + 1, attack)),
  },
  {
    does: "declares a body that is a byte too short, with every flag",
    whom: "both",
    ends: ["frame-length"],
    act: withEach(FLAGS, (flag, attack) => declares(flag, READER_FLAGS[flag].bodyBytes.min - 1, attack)),
  },
];
