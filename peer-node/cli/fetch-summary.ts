// What is said of a download at its end: how much came, how fast, from how many readers, what was sent meanwhile, and for
// how much of the time nothing but faster lines would have helped.

import { formatByteSize, formatCount, formatDuration, formatRate, formatShare } from "../../shared/quantities.ts";
import type { Cause } from "../core/cause.ts";
import type { OpenedBook } from "../node/opened-book.ts";
import type { CommandEvents } from "./events.ts";
import { TimeShares } from "./time-shares.ts";

/** Milliseconds between two looks at what binds the download. Chosen: fifty looks in ten seconds tell shares to a few percent. */
const LOOK_MS = 200;

/** Shortest download whose time is divided up for people; of a shorter one there are too few looks. */
const SECONDS_MIN = 2;

/** Least share of the time that is worth a word. */
const SHARE_MIN = 0.01;

/** Causes named in the last line, beside what is best. */
const NAMED_MAX = 2;

/** The other causes, as the last line names them. */
const REST: { readonly [Code in Cause]?: string } = {
  paused: "paused",
  disk: "the disk",
  tracker: "no tracker",
  alone: "nobody there",
  unreached: "nobody reached",
  machine: "this machine",
  relayed: "relayed",
  waiting: "waiting",
  snubbed: "snubbed readers",
  scarce: "pages nobody had",
};

export type Fetched = Omit<CommandEvents["complete"], "folder" | "images" | "bytes" | "seconds">;

/** Looks at a download at a steady pace. */
export class FetchSummary {
  readonly #opened: OpenedBook;
  readonly #shares = new TimeShares();
  readonly #timer: NodeJS.Timeout;
  readonly #startedAt = performance.now();
  readonly #bytesThen: number;

  /** Begins to look, until `end`. */
  constructor(opened: OpenedBook) {
    this.#opened = opened;
    this.#bytesThen = opened.heldOfChosen().bytes;
    this.#look();
    // It keeps no process alive: a command that fails meanwhile ends at once.
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** Looks no more. @returns what is to be said */
  end(): Fetched {
    clearInterval(this.#timer);
    const now = performance.now();
    this.#shares.end(now);
    const { bytesSent, readersSent } = this.#opened.reader.snapshot();
    const bytesFetched = Math.max(0, this.#opened.heldOfChosen().bytes - this.#bytesThen);
    const seconds = (now - this.#startedAt) / 1_000;
    return {
      bytesFetched,
      bytesPerSecond: seconds === 0 ? 0 : Math.round(bytesFetched / seconds),
      readers: readersSent,
      bytesSent,
      atBest: hundredths(this.#shares.atBest),
      shares: Object.fromEntries(this.#shares.shares.map(([cause, share]) => [cause, hundredths(share)])),
    };
  }

  #look(): void {
    this.#shares.note(this.#opened.why().code, performance.now());
  }
}

/** What people read below the first line; nothing of a download that fetched nothing. */
export function summaryLines({
  bytesFetched,
  bytesPerSecond,
  readers,
  bytesSent,
  ...time
}: Fetched): readonly string[] {
  if (bytesFetched === 0) return [];
  const came = `${formatByteSize(bytesFetched)} at ${formatRate(bytesPerSecond)} from ${formatCount(readers, "reader")}`;
  const copies = (bytesSent / bytesFetched).toFixed(2);
  const sent = bytesSent === 0 ? "" : `; ${formatByteSize(bytesSent)} sent on (${copies} times what came)`;
  const lines = [`${came}${sent}.`];
  return bytesFetched < bytesPerSecond * SECONDS_MIN ? lines : [...lines, timeLine(time)];
}

/** How long a download took: tenths of a second tell short ones apart. @example timeTaken(0.291) // "0.3 s" */
export function timeTaken(seconds: number): string {
  return seconds < 10 ? `${seconds.toFixed(1)} s` : formatDuration(seconds);
}

function timeLine({ atBest, shares }: Pick<Fetched, "atBest" | "shares">): string {
  const rest = (Object.entries(REST) as [Cause, string][])
    .map(([cause, words]) => ({ share: shares[cause] ?? 0, words }))
    .filter(({ share }) => share >= SHARE_MIN)
    .sort((a, b) => b.share - a.share)
    .map(({ share, words }) => `${words} ${formatShare(share, 1)}`);
  const limits = shares.limit === undefined ? "the lines allow" : "lines and limit allow";
  const best = `As fast as ${limits} ${formatShare(atBest, 1)} of the time`;
  return `${[best, ...rest.slice(0, NAMED_MAX)].join(", ")}.`;
}

function hundredths(share: number): number {
  return Math.round(share * 100) / 100;
}
