// Targets between reader and reader: the stream of frames, and the engine behind it.

import type { Effect } from "../../peer-node/core/effects.ts";
import { Violation } from "../../shared/faults.ts";
import { encodeMessage } from "../../shared/wire/codec.ts";
import { READER_FLAGS, REFUSALS, type Refusal } from "../../shared/wire/flags.ts";
import { FrameDecoder } from "../../shared/wire/frame-decoder.ts";
import type { MetReader, ReaderMessage } from "../../shared/wire/messages.ts";
import { bookOf, Puzzle, readerId, type Visitor } from "../peer-node/core/puzzle.ts";
import { frameOf, VECTORS } from "../vectors/reader-frames.ts";
import { must, type Target } from "./target.ts";

/** What a stream brings: its messages, encoded again, and the fault that ends it. */
function outcomeOf(chunks: Iterable<Uint8Array>): { readonly frames: Uint8Array; readonly fault: string } {
  const decoder = new FrameDecoder();
  const frames: Uint8Array[] = [];
  let fault = "none";
  try {
    for (const chunk of chunks) decoder.feed(chunk, (message) => frames.push(encodeMessage(message)) > 0);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    fault = error.fault;
  }
  return { frames: Buffer.concat(frames), fault };
}

/** Cuts a stream at places that follow from its own first byte. */
function* cut(bytes: Uint8Array): Generator<Uint8Array> {
  let state = (bytes[0] ?? 0) + 1;
  for (let at = 0; at < bytes.length; ) {
    state = (state * 75 + 74) % 65_537;
    const length = 1 + (state % 23);
    yield bytes.slice(at, at + length);
    at += length;
  }
}

const frames: Target = {
  promise:
    "a stream of frames gives the same messages however it is cut, each encodes to its own bytes, and only a Violation ends it",
  seeds: () => [...VECTORS.map(frameOf), Buffer.concat(VECTORS.map(frameOf))],
  bytesMax: 600,
  weight: 25,
  take(input) {
    const stream = input.subarray(1);
    const [whole, parts] = [outcomeOf([stream]), outcomeOf(cut(input))];
    must(
      Buffer.compare(whole.frames, stream.subarray(0, whole.frames.length)) === 0,
      "messages encode to their own bytes",
    );
    const again = outcomeOf(cut(stream));
    must(again.fault === whole.fault && Buffer.compare(again.frames, whole.frames) === 0, "cutting changes nothing");
    must(parts.fault !== "", "a fault has a name");
  },
};

const PAGES = [1_000, 64_001, 128_000, 5, 70_000];
const book = bookOf(PAGES);
const REASONS = Object.keys(REFUSALS) as Refusal[];
const FLAGS = Object.keys(READER_FLAGS) as (keyof typeof READER_FLAGS)[];

/** Reads a script: which reader says or does what next. */
class Script {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isOver(): boolean {
    return this.#at >= this.#bytes.length;
  }

  next(below: number): number {
    return (this.#bytes[this.#at++] ?? 0) % below;
  }

  /** One page more than the book has, so that wrong numbers come up. */
  page(): number {
    return this.next(PAGES.length + 1);
  }

  met(): MetReader {
    return { reader: readerId(this.next(9)), host: `10.0.0.${this.next(9)}`, port: 500 * this.next(9) };
  }

  message(puzzle: Puzzle): ReaderMessage {
    const flag = FLAGS[this.next(FLAGS.length)] ?? "ping";
    switch (flag) {
      case "hello":
        return puzzle.helloFrom(this.next(4));
      case "probe":
        return { flag, version: 1, bookId: book.id, to: puzzle.self, nonce: new Uint8Array(16) };
      case "proof":
        return { flag, from: puzzle.self, nonce: new Uint8Array(16) };
      case "close":
        return { flag, fault: "leaving", message: "" };
      case "heldSet":
        return { flag, first: 8 * this.next(2), bits: Uint8Array.of(this.next(256)) };
      case "have":
      case "lost":
      case "ask":
      case "cancel":
      case "wait":
        return { flag, pages: Array.from({ length: 1 + this.next(4) }, () => this.page()) };
      case "piece": {
        const page = this.page();
        const offset = [0, 64_000, 1, 128_000][this.next(4)] ?? 0;
        const lengths = [(PAGES[page] ?? 1) - offset, 64_000, 1, 5];
        return { flag, page, offset, bytes: new Uint8Array(Math.max(1, Math.min(64_000, lengths[this.next(4)] ?? 1))) };
      }
      case "refuse":
        return { flag, page: this.page(), reason: REASONS[this.next(REASONS.length)] ?? "not-held" };
      case "next":
        return { flag, page: this.page() };
      case "meet":
        return { flag, readers: Array.from({ length: this.next(4) }, () => this.met()) };
      default:
        return { flag };
    }
  }
}

/** A page that is to be verified. */
type WholePage = Extract<Effect, { readonly type: "putPage" | "passPage" }>;

/** What can become of it: on disk, or in memory for others. */
const PUT_ENDS = ["pageStored", "pageCorrupt", "pageUnwritten"] as const;
const PASS_ENDS = ["pagePassed", "pageCorrupt"] as const;

/** An engine among three readers that follow a script, with a store that answers as the script says. */
function play(script: Script): void {
  const puzzle = new Puzzle(book, { seed: script.next(256), holds: [0, 3], pipeline: 1 + script.next(4) });
  const visitors: Visitor[] = [];
  const putting: WholePage[] = [];
  const sending: Extract<Effect, { readonly type: "sendPage" }>[] = [];
  while (!script.isOver) {
    step(script, puzzle, visitors, putting, sending);
    for (const effect of puzzle.take()) {
      if (effect.type === "putPage" || effect.type === "passPage") putting.push(effect);
      if (effect.type === "sendPage") sending.push(effect);
    }
    const { pagesHeld, links } = puzzle.swarm.snapshot(puzzle.now);
    must(pagesHeld >= 2 && pagesHeld <= PAGES.length, "only what was stored is held");
    must(links.length <= 60, "links have a limit");
  }
}

function step(
  script: Script,
  puzzle: Puzzle,
  visitors: Visitor[],
  putting: WholePage[],
  sending: Extract<Effect, { readonly type: "sendPage" }>[],
): void {
  const kind = script.next(12);
  const visitor = visitors[script.next(3)];
  if (kind === 0 || visitor === undefined) {
    const number = script.next(3);
    visitors[number] = puzzle.visit(number + 1, script.next(2) === 0 ? "all" : [1, 2]);
  } else if (kind === 1) puzzle.pass(script.next(256) * 100);
  else if (kind === 2) {
    const put = putting.shift();
    if (put === undefined) return;
    const types = put.type === "putPage" ? PUT_ENDS : PASS_ENDS;
    puzzle.tell({ type: types[script.next(types.length)] ?? "pageCorrupt", page: put.page, link: put.link });
  } else if (kind === 3) {
    const order = sending.shift();
    if (order === undefined) return;
    const { link, stretch } = order;
    puzzle.tell(
      script.next(4) > 0 ? { type: "sent", link, bytes: stretch.bytes } : { type: "sendFailed", link, stretch },
    );
  } else if (kind === 4) visitor.vanishes();
  else visitor.says(script.message(puzzle));
}

const engine: Target = {
  promise:
    "the engine never throws, holds only what was stored, and keeps its links within their limit, whatever readers say",
  seeds: () => [
    Uint8Array.of(1, 1, 0, 0, 0, 0, 5, 0, 10, 1, 5, 0, 11, 1, 1, 2, 0, 0),
    Uint8Array.from({ length: 200 }, (_, at) => (at * 37) % 251),
  ],
  bytesMax: 400,
  weight: 2,
  take: (input) => play(new Script(input)),
};

export const WIRE_TARGETS = { frames, engine };
