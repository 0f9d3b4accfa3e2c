// ATT, "wait: I fetch it for you": a reader that is asked for a page that it does not hold, by one that can reach no
// owner, fetches the page from an owner of its own and passes it on. One hop, because only a reader that holds the page
// is asked for it here, and nothing that is only passed on is announced. Within a budget, in memory: what the user did
// not choose is never written to the folder.

import type { Book } from "../../shared/book.ts";
import { Violation } from "../../shared/faults.ts";
import type { PageIndex } from "../../shared/ids.ts";
import { ASKS_PER_LINK_MAX } from "../../shared/limits.ts";
import type { Piece } from "../../shared/wire/messages.ts";
import type { Millis } from "./events.ts";
import type { Neighbours } from "./neighbours.ts";
import type { Outbox } from "./outbox.ts";
import { RELAY_PAGES_MAX, RELAY_PAGES_PER_LINK, RELAY_SEEK_MS, RELAY_WAIT_MS } from "./policy.ts";
import type { Serving } from "./serving.ts";
import type { Session } from "./session.ts";
import type { SessionTable } from "./session-table.ts";
import type { Stock } from "./stock.ts";
import type { TokenBucket } from "./token-bucket.ts";
import type { Wishes } from "./wishes.ts";

/** A page that others wait for, or that was fetched for them and is still in memory. */
interface Parcel {
  /** sought: somebody waits for it. verifying: it came. kept: it can be sent. */
  state: "sought" | "verifying" | "kept";
  /** Who waits for it. */
  readonly askers: Set<Session>;
  /** Of whom we have asked it; undefined while of nobody, or while it is on its way to us anyhow. */
  source: Session | undefined;
  /** Who was asked and did not give it: nobody is asked twice. */
  readonly tried: Set<Session>;
  /** When those who wait are refused, if it is asked of nobody by then. */
  giveUpAt: Millis;
  /** When those who wait are told so again. */
  waitAt: Millis;
}

export interface RelayingOptions {
  readonly book: Book;
  /** Pages that we fetch for ourselves; they are waited for, and not fetched twice. */
  readonly wishes: Wishes;
  readonly stock: Stock;
  readonly sessions: SessionTable;
  readonly neighbours: Neighbours;
  readonly serving: Serving;
  readonly out: Outbox;
  readonly download?: TokenBucket | undefined;
}

export class Relaying {
  readonly #options: RelayingOptions;
  /** Oldest first; at most RELAY_PAGES_MAX. */
  readonly #parcels = new Map<PageIndex, Parcel>();

  constructor(options: RelayingOptions) {
    this.#options = options;
  }

  /** True while somebody waits for a page that is asked of nobody: on its behalf readers are looked for. */
  get isLooking(): boolean {
    for (const { state, source } of this.#parcels.values()) if (state === "sought" && source === undefined) return true;
    return false;
  }

  /** When `work` has something to do although nothing happened; undefined when nobody waits. */
  nextAt(): Millis | undefined {
    let next: Millis | undefined;
    for (const { state, waitAt } of this.#parcels.values())
      if (state === "sought") next = Math.min(next ?? waitAt, waitAt);
    return next;
  }

  /**
   * They order pages: for those that are not held, and that we may fetch for them, they wait; with all others it goes on
   * as always.
   * @throws Violation when one is ordered for which they wait already, and as Serving does
   */
  ordered(session: Session, pages: readonly PageIndex[], now: Millis): void {
    const others = pages.filter((page) => {
      const parcel = this.#parcels.get(page);
      if (parcel?.askers.has(session))
        throw new Violation("out-of-turn", `Page ${page} was asked for while an ask for it was open`);
      if (this.#options.stock.servable.has(page) || !this.#mayTakeOn(session, page)) return true;
      const { askers } = parcel ?? this.#seek(page, now);
      askers.add(session);
      this.#options.out.send(session.link, { flag: "wait", pages: [page] });
      return false;
    });
    this.#options.serving.ordered(session, others, this.#awaitedBy(session));
  }

  /** They take orders back: those that wait are refused as cancelled. */
  cancelled(session: Session, pages: readonly PageIndex[]): void {
    for (const page of pages) {
      if (!this.#parcels.get(page)?.askers.delete(session)) continue;
      this.#options.out.send(session.link, { flag: "refuse", page, reason: "cancelled" });
    }
  }

  /** Asks owners for what is sought, says again that it takes time, and gives up what nobody has. */
  work(now: Millis): void {
    if (this.#parcels.size === 0) return;
    for (const [page, parcel] of this.#parcels) {
      if (parcel.state !== "sought") continue;
      const isInTime = parcel.askers.size > 0 && now < parcel.giveUpAt;
      if (parcel.source === undefined && isInTime) parcel.source = this.#askOwner(page, parcel, now);
      if (parcel.source === undefined && !isInTime) this.#giveUp(page, parcel);
      else if (now >= parcel.waitAt) this.#sayWait(page, parcel, now);
    }
  }

  /**
   * Part of a page came.
   * @returns false when it is none that is fetched for others
   * @throws Violation when it does not go on where the last one ended
   */
  piece(session: Session, { page: number, offset, bytes }: Piece, now: Millis): boolean {
    const page = number as PageIndex;
    const parcel = this.#parcels.get(page);
    if (parcel?.source !== session) return false;
    const ask = session.asks.get(page);
    if (ask === undefined) return false;
    const { book, stock, out } = this.#options;
    const pageBytes = book.pageBytes(page);
    const arrival = session.came(ask, { page, offset, bytes }, pageBytes, true, now);
    out.add({ type: "keepPiece", link: session.link, page, offset, bytes });
    if (arrival.offset < pageBytes) return true;
    session.arrival = undefined;
    session.answered(page);
    session.pagesReceived++;
    parcel.source = undefined;
    parcel.state = "verifying";
    // The receipt, without which its owner takes the page for still on its way, and waits; it is held only if it came
    // for ourselves meanwhile.
    out.sendPages(session.link, stock.held.has(page) ? "have" : "lost", [page]);
    out.add({ type: "passPage", link: session.link, page });
    return true;
  }

  /** An ask had no bytes for an answer: the page is sought elsewhere. @returns false when it was no ask for others */
  refused(session: Session, page: PageIndex, now: Millis): boolean {
    const parcel = this.#parcels.get(page);
    if (parcel?.source !== session) return false;
    const ask = session.answered(page);
    if (ask === undefined) return false;
    session.progressAt = now;
    this.#options.download?.giveBack(ask.bytes);
    if (session.arrival?.page === page) {
      session.arrival = undefined;
      this.#options.out.add({ type: "dropPage", link: session.link });
    }
    parcel.source = undefined;
    return true;
  }

  /** The page is verified and in memory: whoever waits for it is served. */
  passed(page: PageIndex): void {
    const parcel = this.#parcels.get(page);
    if (parcel === undefined) return this.#options.out.add({ type: "forgetPage", page });
    parcel.state = "kept";
    this.#options.stock.servable.add(page);
    this.#serve(page, parcel);
  }

  /** The page's bytes were wrong: it is sought again. */
  corrupt(page: PageIndex): void {
    const parcel = this.#parcels.get(page);
    if (parcel?.state === "verifying") parcel.state = "sought";
  }

  /** The page came to be held: whoever waits for it is served. */
  stored(page: PageIndex): void {
    const parcel = this.#parcels.get(page);
    if (parcel !== undefined) this.#serve(page, parcel);
  }

  /** These pages were held, and are gone from the disk: those that are in memory as well go too, and are sought anew. */
  lost(pages: readonly PageIndex[]): void {
    for (const page of pages) if (this.#parcels.get(page)?.state === "kept") this.#forget(page);
  }

  /** The session is over: it waits for nothing, and what was asked of it is sought elsewhere. */
  left(session: Session): void {
    for (const parcel of this.#parcels.values()) {
      parcel.askers.delete(session);
      if (parcel.source === session) parcel.source = undefined;
    }
  }

  #mayTakeOn(session: Session, page: PageIndex): boolean {
    const { neighbours, wishes } = this.#options;
    if (wishes.paused) return false;
    if (this.#ownerFor(page, new Set([session])) === undefined && !neighbours.hasTracker) return false;
    const awaited = this.#awaitedBy(session);
    // Each becomes an order when its page is here: there must be room for all of them by then.
    if (awaited >= RELAY_PAGES_PER_LINK || session.orders.size + awaited >= ASKS_PER_LINK_MAX) return false;
    return this.#parcels.has(page) || this.#parcels.size < RELAY_PAGES_MAX || this.#forgetOne();
  }

  /** Their asks that are open because we fetch the pages for them. */
  #awaitedBy(session: Session): number {
    let awaited = 0;
    for (const { askers } of this.#parcels.values()) if (askers.has(session)) awaited++;
    return awaited;
  }

  #seek(page: PageIndex, now: Millis): Parcel {
    const parcel: Parcel = {
      state: "sought",
      askers: new Set(),
      source: undefined,
      tried: new Set(),
      giveUpAt: now + RELAY_SEEK_MS,
      waitAt: now + RELAY_WAIT_MS,
    };
    this.#parcels.set(page, parcel);
    return parcel;
  }

  /** Asks an owner, unless the page comes to us anyhow. @returns of whom it was asked */
  #askOwner(page: PageIndex, { askers, tried }: Parcel, now: Millis): Session | undefined {
    const { book, wishes, download, out } = this.#options;
    if (wishes.paused || wishes.includes(page) || download?.allows(now) === false) return undefined;
    const owner = this.#ownerFor(page, new Set([...askers, ...tried]));
    if (owner === undefined || owner.asks.has(page) || owner.asks.size >= owner.asksMax) return undefined;
    const bytes = book.pageBytes(page);
    download?.take(bytes, now);
    owner.asked(page, bytes, now);
    tried.add(owner);
    out.sendPages(owner.link, "ask", [page]);
    return owner;
  }

  /** The owner of whom least is asked; one that does not deliver only when there is no other. */
  #ownerFor(page: PageIndex, askers: ReadonlySet<Session>): Session | undefined {
    let best: Session | undefined;
    for (const session of this.#options.sessions) {
      if (session.state !== "open" || askers.has(session) || !session.theirs.has(page)) continue;
      if (best === undefined || load(session) < load(best)) best = session;
    }
    return best;
  }

  #sayWait(page: PageIndex, parcel: Parcel, now: Millis): void {
    parcel.waitAt = now + RELAY_WAIT_MS;
    for (const { link } of parcel.askers) this.#options.out.send(link, { flag: "wait", pages: [page] });
  }

  #giveUp(page: PageIndex, { askers }: Parcel): void {
    this.#parcels.delete(page);
    for (const { link } of askers) this.#options.out.send(link, { flag: "refuse", page, reason: "not-held" });
  }

  #serve(page: PageIndex, { askers }: Parcel): void {
    for (const session of askers) this.#options.serving.ordered(session, [page]);
    askers.clear();
  }

  /** Forgets the oldest page in memory that nobody is being sent; false when there is none. */
  #forgetOne(): boolean {
    const { sessions } = this.#options;
    const isOrdered = (page: PageIndex) => [...sessions].some(({ orders }) => orders.has(page));
    for (const [page, { state }] of this.#parcels) {
      if (state !== "kept" || isOrdered(page)) continue;
      this.#forget(page);
      return true;
    }
    return false;
  }

  #forget(page: PageIndex): void {
    const { stock, out } = this.#options;
    this.#parcels.delete(page);
    if (!stock.held.has(page)) stock.servable.delete(page);
    out.add({ type: "forgetPage", page });
  }
}

function load({ askedBytes, stalls }: Session): number {
  return stalls > 0 ? Number.POSITIVE_INFINITY : askedBytes;
}
