// The conversation on one link: how far it has come, what the other reader holds, what each has asked of the other.
// A session keeps these facts straight and nothing more; what to ask and what to send is decided by Fetching and
// Serving, and what is not in MOVES is the other side's violation.

import { Violation } from "../../shared/faults.ts";
import type { PageIndex, ReaderId } from "../../shared/ids.ts";
import { PageSet } from "../../shared/page-set.ts";
import type { ReaderFlag } from "../../shared/wire/flags.ts";
import { AskWindow } from "./ask-window.ts";
import type { LinkId, Millis } from "./events.ts";
import { RateMeter } from "./rate-meter.ts";
import { isListed, type Way } from "./way.ts";

/** greeting: our hello is on its way. opening: hellos are exchanged, what they hold is not yet said. open: all else. */
export type SessionState = "greeting" | "opening" | "open";

/** What each flag that the state allows leads to. */
const MOVES: { readonly [State in SessionState]: { readonly [Flag in ReaderFlag]?: SessionState } } = {
  greeting: { hello: "opening", close: "greeting" },
  opening: { heldAll: "open", heldNone: "open", heldSet: "open", ping: "opening", pong: "opening", close: "opening" },
  open: {
    heldSet: "open",
    have: "open",
    lost: "open",
    ask: "open",
    cancel: "open",
    piece: "open",
    next: "open",
    refuse: "open",
    wait: "open",
    seek: "open",
    meet: "open",
    ping: "open",
    pong: "open",
    close: "open",
  },
};

/** A page that we asked of the other reader and that has had no final answer. */
export interface OpenAsk {
  /** Bytes that are still to come. */
  bytes: number;
  readonly askedAt: Millis;
  /** When the other reader said that the page is next, or began it. */
  begunAt: Millis | undefined;
  /** Taken back: the answer is still to come, and no longer waited for. */
  cancelled: boolean;
}

/** The page that the other reader is sending: pages of one link come one after the other. */
export interface Arrival {
  readonly page: PageIndex;
  /** Bytes that have come. */
  offset: number;
  /** False when the page was stored meanwhile, from elsewhere. */
  keep: boolean;
}

/** The page that we are sending. */
export interface Departure {
  readonly page: PageIndex;
  /** Bytes handed to the socket. */
  offset: number;
  /** Small pages that follow it in the same turn. */
  followers: readonly PageIndex[];
}

export class Session {
  readonly link: LinkId;
  readonly host: string;
  /** True when we dialled. */
  readonly dialled: boolean;
  /** How the link came about. */
  readonly way: Way;
  readonly reader: ReaderId;
  /** Pages that the other reader says it holds. */
  theirs: PageSet;
  /** Where what it says at first of its pages has come to: a page set comes in parts, in order. */
  saidUpTo = 0;
  /** True while its pages are counted as a complete copy, not one by one. */
  countedComplete = false;
  readonly openedAt: Millis;
  heardAt: Millis;
  pingedAt: Millis | undefined;

  /** Our asks, oldest first. */
  readonly asks = new Map<PageIndex, OpenAsk>();
  /** Bytes still to come of our asks that are not cancelled. */
  askedBytes = 0;
  /** Asks that the other reader accepts at once, or fewer, if we wish so. */
  asksMax = 0;
  arrival: Arrival | undefined;
  readonly window = new AskWindow();
  readonly received = new RateMeter();
  pagesReceived = 0;
  /** Those of them that the other reader fetched for us. */
  pagesRelayed = 0;
  /** Pages that they could not read, or that were wrong, and until when they are not asked for them again. */
  readonly avoided = new Map<PageIndex, Millis>();
  /** Pages that they have refused as passed on, which they do once; most never refuse any. */
  #passedOn: PageSet | undefined;
  /** Page bytes that came twice, or after they were of use. */
  bytesWasted = 0;
  /** When the last byte or refusal came while something was asked. */
  progressAt: Millis;
  /** Times in a row that nothing came in the time allowed. A snubbed reader (above 0) is asked one page at a time. */
  stalls = 0;
  wrongPages = 0;

  /** Their asks, oldest first. */
  readonly orders = new Set<PageIndex>();
  /** Those of them that are leaving or were chosen to leave next. */
  readonly chosen = new Set<PageIndex>();
  departure: Departure | undefined;
  /** How many pages we had begun for anybody when they began to wait for one. */
  waitingSince = 0;
  /** Bytes handed to the socket and not yet gone. */
  unsent = 0;
  /** When bytes last left the socket, or were handed to an empty one. */
  drainedAt: Millis = 0;
  readonly delivered = new RateMeter();
  pagesSent = 0;

  #state: SessionState;

  constructor(
    link: LinkId,
    reader: ReaderId,
    from: { readonly host: string; readonly dialled: boolean; readonly way: Way },
    pages: number,
    now: Millis,
  ) {
    this.link = link;
    this.reader = reader;
    this.host = from.host;
    this.dialled = from.dialled;
    this.way = from.way;
    this.theirs = new PageSet(pages);
    this.openedAt = now;
    this.heardAt = now;
    this.progressAt = now;
    this.#state = from.dialled ? "greeting" : "opening";
  }

  get state(): SessionState {
    return this.#state;
  }

  /** True when the tracker vouches that the reader at the other end is the one it says it is: we dialled its address. */
  get isVouched(): boolean {
    return this.dialled && isListed(this.way);
  }

  /** Page bytes that moved on the link so far, either way: what it has been good for. */
  get moved(): number {
    return this.received.total + this.delivered.total;
  }

  /** Follows the table. @throws Violation when the state does not allow the flag */
  heard(flag: ReaderFlag, now: Millis): void {
    const next = MOVES[this.#state][flag];
    if (next === undefined)
      throw new Violation("out-of-turn", `A ${flag} frame cannot come while the session is ${this.#state}`);
    this.#state = next;
    this.heardAt = now;
    this.pingedAt = undefined;
  }

  /** Writes down an ask. */
  asked(page: PageIndex, bytes: number, now: Millis): void {
    if (this.askedBytes === 0) this.progressAt = now;
    this.asks.set(page, { bytes, askedAt: now, begunAt: undefined, cancelled: false });
    this.askedBytes += bytes;
  }

  /**
   * Part of an asked page came: writes it down.
   * @param pageBytes - length of the page
   * @param keep - whether a page that begins now is of use
   * @throws Violation when it does not go on where the last piece ended
   */
  came(
    ask: OpenAsk,
    { page, offset, bytes }: { readonly page: PageIndex; readonly offset: number; readonly bytes: Uint8Array },
    pageBytes: number,
    keep: boolean,
    now: Millis,
  ): Arrival {
    const arrival = this.arrival ?? { page, offset: 0, keep };
    if (arrival.page !== page || arrival.offset !== offset || offset + bytes.length > pageBytes)
      throw new Violation("malformed", `A piece of page ${page} at ${offset} does not follow what came before`);
    this.arrival = arrival;
    arrival.offset += bytes.length;
    ask.bytes -= bytes.length;
    if (!ask.cancelled) this.askedBytes -= bytes.length;
    this.received.add(bytes.length, now);
    this.progressAt = now;
    this.stalls = 0;
    return arrival;
  }

  /** The ask had its final answer; returns it, or undefined when there was none. */
  answered(page: PageIndex): OpenAsk | undefined {
    const ask = this.asks.get(page);
    if (ask === undefined) return undefined;
    this.asks.delete(page);
    if (!ask.cancelled) this.askedBytes -= ask.bytes;
    return ask;
  }

  /** They refuse the page as passed on; false when they did so before. */
  passOn(page: PageIndex): boolean {
    this.#passedOn ??= new PageSet(this.theirs.size);
    return this.#passedOn.add(page);
  }

  /** The ask is taken back; false when there was none that still counted. */
  cancelled(page: PageIndex): boolean {
    const ask = this.asks.get(page);
    if (ask === undefined || ask.cancelled) return false;
    ask.cancelled = true;
    this.askedBytes -= ask.bytes;
    return true;
  }
}
