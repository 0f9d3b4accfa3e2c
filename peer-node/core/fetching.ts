// Which page is asked of whom, and what becomes of it. Keeps three books in step: the ledger (where each page is), the
// picker (what may be asked next) and each session's open asks (and AskedPages, the same by page).

import type { Book } from "../../shared/book.ts";
import { Violation } from "../../shared/faults.ts";
import type { PageIndex } from "../../shared/ids.ts";
import { PAGE_BYTES } from "../../shared/limits.ts";
import type { Refusal } from "../../shared/wire/flags.ts";
import type { Piece } from "../../shared/wire/messages.ts";
import { AskedPages } from "./asked-pages.ts";
import type { Millis } from "./events.ts";
import type { Outbox } from "./outbox.ts";
import type { PageLedger, Place } from "./page-ledger.ts";
import type { PagePicker } from "./page-picker.ts";
import { AVOIDED_MS, PUTTING_BYTES_MAX, RANDOM_PAGES, STALL_MS_MAX, STALL_MS_MIN } from "./policy.ts";
import type { Arrival, OpenAsk, Session } from "./session.ts";
import type { SessionTable } from "./session-table.ts";
import type { TokenBucket } from "./token-bucket.ts";

/** What may be asked. */
export interface FetchingOptions {
  /** True when every other reader of the book holds every page, linked or not. */
  readonly allComplete: () => boolean;
  /** What may be asked a second; unlimited when absent. What comes is what was asked, a little later. */
  readonly download?: TokenBucket | undefined;
}

export class Fetching {
  readonly #book: Book;
  readonly #ledger: PageLedger;
  readonly #picker: PagePicker;
  readonly #sessions: SessionTable;
  readonly #out: Outbox;
  readonly #options: FetchingOptions;
  readonly #asked: AskedPages;
  #puttingBytes = 0;
  #diskReady = true;
  /** True when the limit kept an ask back. */
  #isLimited = false;

  constructor(
    book: Book,
    ledger: PageLedger,
    picker: PagePicker,
    sessions: SessionTable,
    out: Outbox,
    options: FetchingOptions,
  ) {
    this.#book = book;
    this.#ledger = ledger;
    this.#picker = picker;
    this.#sessions = sessions;
    this.#out = out;
    this.#options = options;
    this.#asked = new AskedPages(picker);
  }

  /** While the disk takes nothing, nothing is asked. */
  set diskReady(ready: boolean) {
    this.#diskReady = ready;
    this.#sessions.hungerAll();
  }

  /** Bytes of pages that have come, and are being verified and written. */
  get puttingBytes(): number {
    return this.#puttingBytes;
  }

  /** The page is to be fetched. */
  want(page: PageIndex): void {
    this.#move(page, "wanted");
    this.#picker.add(page);
    this.#sessions.hungerAll();
  }

  /** The page is not to be fetched, whatever was asked. */
  unwant(page: PageIndex): void {
    this.#picker.remove(page);
    this.#cancelAll(page);
    if (this.#ledger.of(page) !== "unwanted") this.#move(page, "unwanted");
  }

  /** Asks every reader that has room for more. */
  fill(now: Millis): void {
    for (const session of this.#asked.takeIdle(now)) this.#sessions.hunger(session);
    for (const session of this.#sessions.takeHungry()) this.#fill(session, now);
  }

  /** Asks for a page that the reader does not say it holds; false while that cannot be done. */
  askUnheld(session: Session, page: PageIndex, now: Millis): boolean {
    if (!this.#diskReady || !this.#mayAsk(now) || session.asks.size >= session.asksMax) return false;
    this.#ask(session, page, now);
    this.#out.sendPages(session.link, "ask", [page]);
    return true;
  }

  /** When `fill` may ask more although nothing happened; undefined when only news can change that. */
  nextAt(now: Millis): Millis | undefined {
    const retryAt = this.#asked.retryAt;
    const liftedAt = this.#isLimited ? this.#options.download?.readyAt(now) : undefined;
    if (retryAt === undefined || liftedAt === undefined) return retryAt ?? liftedAt;
    return Math.min(retryAt, liftedAt);
  }

  /** Time went by: asks that the limit kept back may be made now. */
  timePassed(now: Millis): void {
    if (!this.#isLimited || this.#options.download?.allows(now) === false) return;
    this.#isLimited = false;
    this.#sessions.hungerAll();
  }

  /** Part of a page came. @throws Violation when it was not asked, or does not go on where the last one ended */
  piece(session: Session, { page: number, offset, bytes }: Piece, now: Millis): void {
    const page = number as PageIndex;
    const ask = session.asks.get(page);
    if (ask === undefined) throw new Violation("not-asked", `Page ${number} was not asked for`);
    const pageBytes = this.#book.pageBytes(page);
    const isOfUse = this.#ledger.of(page) !== "held";
    const arrival = session.came(ask, { page, offset, bytes }, pageBytes, isOfUse, now);
    if (offset === 0) {
      session.window.answered(now - ask.askedAt);
      this.#begun(session, page, ask, now);
    }
    if (arrival.keep) this.#out.add({ type: "keepPiece", link: session.link, page, offset, bytes });
    else session.bytesWasted += bytes.length;
    if (arrival.offset === pageBytes) this.#arrived(session, arrival, now);
  }

  /** The other reader is about to send the page. @throws Violation when it was not asked */
  isNext(session: Session, page: PageIndex, now: Millis): void {
    const ask = session.asks.get(page);
    if (ask === undefined) throw new Violation("not-asked", `Page ${page} is next and was not asked for`);
    this.#begun(session, page, ask, now);
  }

  /** An ask had no bytes for an answer. @throws Violation when it was not asked */
  refused(session: Session, page: PageIndex, reason: Refusal, now: Millis): void {
    const ask = session.answered(page);
    if (ask === undefined) throw new Violation("not-asked", `Page ${page} was refused and not asked for`);
    session.progressAt = now;
    if (session.arrival?.page === page) this.#forgetArrival(session);
    this.#options.download?.giveBack(ask.bytes);
    if (!isTheirRight(session, page, ask, reason)) this.#avoid(session, page, now);
    this.#giveBack(session, page);
  }

  /** The page is verified and on disk. */
  stored(page: PageIndex): void {
    this.#picker.remove(page);
    this.#cancelAll(page);
    if (this.#ledger.of(page) !== "held") this.#move(page, "held");
  }

  /** The page was wrong, or the disk did not take it: it is wanted again. */
  unstored(page: PageIndex): void {
    if (this.#ledger.of(page) === "putting") this.want(page);
  }

  /** The page was wrong: for a while somebody else is preferred for it. */
  wrong(page: PageIndex, sender: Session | undefined, now: Millis): void {
    if (sender !== undefined) this.#avoid(sender, page, now);
    this.unstored(page);
  }

  /** The page was held and is gone from the disk. */
  lost(page: PageIndex, wanted: boolean): void {
    if (this.#ledger.of(page) !== "held") return;
    if (wanted) this.want(page);
    else this.#move(page, "unwanted");
  }

  /** The session is over: what was asked of it, for others too, does not come, and what was for us is wanted again. */
  ended(session: Session): void {
    this.#forgetArrival(session);
    this.#asked.ended(session);
    for (const page of [...session.asks.keys()]) {
      this.#options.download?.giveBack(session.answered(page)?.bytes ?? 0);
      this.#giveBack(session, page);
    }
  }

  /** When the session counts as stalled if nothing comes; undefined while no answer is owed. */
  stallAt(session: Session, now: Millis): Millis | undefined {
    // Cancelled asks count: their final answer is still owed.
    if (session.asks.size === 0) return undefined;
    const rate = session.received.rate(now);
    // Four turns of a page: a reader that serves many is slow, not silent.
    const patience = rate === 0 ? STALL_MS_MAX / 3 : (4 * session.window.bytes * 1_000) / rate;
    return session.progressAt + Math.min(STALL_MS_MAX, Math.max(STALL_MS_MIN, patience));
  }

  /** Nothing came in the time allowed: everything asked here is taken back and may be asked elsewhere. */
  stalled(session: Session, now: Millis): void {
    session.stalls++;
    session.window.stalled();
    session.progressAt = now;
    const pages = [...session.asks.keys()].filter((page) => session.cancelled(page));
    this.#out.sendPages(session.link, "cancel", pages);
    for (const page of pages) this.#giveBack(session, page);
    this.#sessions.hunger(session);
  }

  #fill(session: Session, now: Millis): void {
    if (session.state !== "open" || !this.#diskReady || this.#puttingBytes > PUTTING_BYTES_MAX) return;
    // Asked anew in batches, a quarter window at a time: small pages then cost one frame for many.
    if (session.askedBytes > 0.75 * session.window.bytes) return;
    const pages: PageIndex[] = [];
    const wasIdle = session.askedBytes === 0;
    while (this.#hasRoom(session) && this.#mayAsk(now)) {
      const page = this.#next(session, now) ?? (wasIdle ? this.#nextAgain(session, now) : undefined);
      if (page === undefined) break;
      this.#ask(session, page, now);
      pages.push(page);
    }
    this.#out.sendPages(session.link, "ask", pages);
  }

  #mayAsk(now: Millis): boolean {
    if (this.#options.download?.allows(now) !== false) return true;
    // Until time has passed, whoever else may ask by then: those who were kept back have nothing else to wake them.
    this.#isLimited = true;
    return false;
  }

  #hasRoom(session: Session): boolean {
    // A snubbed reader gets one page at a time until it delivers.
    const pagesMax = session.stalls > 0 ? 1 : session.asksMax;
    return session.asks.size < pagesMax && (session.askedBytes < session.window.bytes || session.asks.size === 0);
  }

  #next(session: Session, now: Millis): PageIndex | undefined {
    if (session.avoided.size > 0) this.#avoidNoLonger(session, now);
    const allowed = (page: PageIndex) => !session.asks.has(page) && !session.avoided.has(page);
    if (this.#isAlone) return this.#picker.pickInOrder(session.theirs, allowed);
    return (
      (this.#ledger.count("held") + this.#ledger.count("putting") < RANDOM_PAGES
        ? this.#picker.pickRandom(session.theirs, allowed)
        : undefined) ?? this.#picker.pickRarest(session.theirs, allowed)
    );
  }

  /** True while nobody else lacks pages: there is nobody to have other ones for, and in order images become whole one by one. */
  get #isAlone(): boolean {
    return this.#picker.completeOwners === this.#sessions.size && this.#options.allComplete();
  }

  /** What was avoided for long enough may be asked again. For the rest the reader is looked at in time, whoever else is. */
  #avoidNoLonger(session: Session, now: Millis): void {
    // The oldest come first.
    for (const [page, until] of session.avoided) {
      if (until > now) return this.#asked.later(session, until, now);
      session.avoided.delete(page);
    }
  }

  /** For a reader that would be left idle: what is asked of others, up to a full page's bytes. */
  #nextAgain(session: Session, now: Millis): PageIndex | undefined {
    if (session.askedBytes >= PAGE_BYTES) return undefined;
    const page = this.#asked.pickAgain(session, now);
    const isTooMuch =
      page !== undefined && session.askedBytes > 0 && session.askedBytes + this.#book.pageBytes(page) > PAGE_BYTES;
    return isTooMuch ? undefined : page;
  }

  #ask(session: Session, page: PageIndex, now: Millis): void {
    if (this.#ledger.of(page) === "wanted") {
      this.#move(page, "asked");
      this.#picker.remove(page);
    }
    const bytes = this.#book.pageBytes(page);
    this.#options.download?.take(bytes, now);
    session.asked(page, bytes, now);
    this.#asked.add(page, session);
  }

  #avoid(session: Session, page: PageIndex, now: Millis): void {
    session.avoided.set(page, now + AVOIDED_MS);
    this.#asked.later(session, now + AVOIDED_MS, now);
  }

  /** The first to begin a page is the one to finish it: the others are told not to. */
  #begun(session: Session, page: PageIndex, ask: OpenAsk, now: Millis): void {
    if (ask.begunAt !== undefined || ask.cancelled) return;
    ask.begunAt = now;
    // What was asked for somebody else leaves the page for us to be asked of others.
    if (!this.#asked.isAskedOf(page, session)) return;
    for (const other of this.#asked.askedOf(page)) {
      if (other !== session && other.asks.get(page)?.begunAt === undefined) this.#takeBack(other, page);
    }
  }

  #arrived(session: Session, { page, keep }: Arrival, now: Millis): void {
    const ask = session.answered(page);
    session.arrival = undefined;
    this.#asked.delete(page, session);
    const bytes = this.#book.pageBytes(page);
    session.window.delivered(bytes, session.received.rate(now));
    const place = this.#ledger.of(page);
    // The receipt of a page that is not kept, without which its owner takes it for still on its way, and us for mute.
    if (place === "unwanted") this.#out.sendPages(session.link, "lost", [page]);
    if (!keep || ask === undefined) return;
    if (place === "held" || place === "putting" || place === "unwanted") {
      session.bytesWasted += bytes;
      this.#out.add({ type: "dropPage", link: session.link });
      return;
    }
    session.pagesReceived++;
    this.#picker.remove(page);
    // A cancelled ask that is answered after all finds its page wanted again, or asked of another reader.
    if (place === "wanted") this.#move(page, "asked");
    this.#move(page, "putting");
    this.#cancelAll(page);
    this.#out.add({ type: "putPage", link: session.link, page });
  }

  /** A page that nobody is asked for any more is wanted again. */
  #giveBack(session: Session, page: PageIndex): void {
    if (this.#asked.delete(page, session) && this.#ledger.of(page) === "asked") this.want(page);
  }

  /** Takes the page back from everybody it is asked of. */
  #cancelAll(page: PageIndex): void {
    for (const other of this.#asked.askedOf(page)) this.#takeBack(other, page);
    this.#asked.clear(page);
  }

  #takeBack(session: Session, page: PageIndex): void {
    this.#asked.delete(page, session);
    if (!session.cancelled(page)) return;
    this.#out.sendPages(session.link, "cancel", [page]);
    this.#sessions.hunger(session);
    if (session.arrival?.page === page) this.#dropArrival(session);
  }

  #forgetArrival(session: Session): void {
    this.#dropArrival(session);
    session.arrival = undefined;
  }

  /** What came of the page so far is of no use, nor is what is still to come of it. */
  #dropArrival(session: Session): void {
    const { arrival, link } = session;
    if (!arrival?.keep) return;
    arrival.keep = false;
    session.bytesWasted += arrival.offset;
    this.#out.add({ type: "dropPage", link });
  }

  /** The only way from place to place, so that what is being put is always counted. */
  #move(page: PageIndex, to: Place): void {
    const wasFull = this.#puttingBytes > PUTTING_BYTES_MAX;
    if (this.#ledger.of(page) === "putting") this.#puttingBytes -= this.#book.pageBytes(page);
    // Who had no room for what comes asks for more as soon as it has: nothing else may ever happen.
    if (wasFull && this.#puttingBytes <= PUTTING_BYTES_MAX) this.#sessions.hungerAll();
    if (to === "putting") this.#puttingBytes += this.#book.pageBytes(page);
    this.#ledger.move(page, to);
  }
}

/**
 * Whether a reader may be asked for the page again at once. Whoever refuses as taken back what was not, as passed on what
 * it has passed on before, or as not held what it says that it holds, would be asked again, and again.
 */
function isTheirRight(session: Session, page: PageIndex, { cancelled }: OpenAsk, reason: Refusal): boolean {
  switch (reason) {
    case "cancelled":
      return cancelled;
    case "passed-on":
      return session.passOn(page);
    case "not-held":
      return !session.theirs.has(page);
    case "unreadable":
      return false;
    default:
      return reason satisfies never;
  }
}
