// Which of the pages that others asked for goes out next, and how much of it. Exactly one final answer to each ask:
// the last piece, or a refusal with its reason. Reading and sending are effects.
//
// Pages leave one after the other: a page that has the uplink to itself is with its reader soonest, who passes it on.
// The next is the one that the fewest others have, among equals whose turn it is: so copies spread as fast as they can
// (see Spread for what the only complete reader does besides). Nobody is passed over for long. On a slow uplink a
// reader is told one page ahead that its page is next, so that it can take the same ask back from others in time.

import type { Book } from "../../shared/book.ts";
import { Violation } from "../../shared/faults.ts";
import type { PageIndex } from "../../shared/ids.ts";
import { ASKS_PER_LINK_MAX, PIECE_BYTES } from "../../shared/limits.ts";
import type { PageSet } from "../../shared/page-set.ts";
import type { Refusal } from "../../shared/wire/flags.ts";
import type { Millis, PageStretch } from "./events.ts";
import type { Outbox } from "./outbox.ts";
import { NEXT_TOLD_MS, ORDERS_SCANNED, TURNS_PASSED_MAX } from "./policy.ts";
import type { Departure, Session } from "./session.ts";
import type { Spread } from "./spread.ts";
import type { TokenBucket } from "./token-bucket.ts";
import type { Uplink } from "./uplink.ts";

/** A page that somebody asked for, chosen to leave. */
interface Turn {
  readonly session: Session;
  readonly page: PageIndex;
}

export class Serving {
  readonly #book: Book;
  readonly #held: PageSet;
  readonly #spread: Spread;
  readonly #uplink: Uplink;
  readonly #out: Outbox;
  readonly #limit: TokenBucket | undefined;
  /** Sessions with orders that were not begun, who waits longest first. */
  readonly #waiting = new Set<Session>();
  /** Whose page is leaving. */
  #leaving: Session | undefined;
  /** What leaves after it. */
  #next: Turn | undefined;
  /** Sessions whose page was begun and whose link does not drain: others go on meanwhile. */
  readonly #stuck = new Set<Session>();
  /** Pages begun, ever: what a wait is counted in. */
  #begun = 0;

  /** @param limit - what may be sent a second; unlimited when absent */
  constructor(book: Book, held: PageSet, spread: Spread, uplink: Uplink, out: Outbox, limit?: TokenBucket) {
    this.#book = book;
    this.#held = held;
    this.#spread = spread;
    this.#uplink = uplink;
    this.#out = out;
    this.#limit = limit;
  }

  /** They order pages. @throws Violation when one is ordered twice, or more than a reader has to accept */
  ordered(session: Session, pages: readonly PageIndex[]): void {
    for (const page of pages) {
      if (session.orders.has(page))
        throw new Violation("out-of-turn", `Page ${page} was asked for while an ask for it was open`);
      if (session.orders.size >= ASKS_PER_LINK_MAX)
        throw new Violation("too-many-asks", `More than ${ASKS_PER_LINK_MAX} asks are open`);
      if (this.#held.has(page)) session.orders.add(page);
      else this.#refuse(session, page, "not-held");
    }
    this.#wait(session);
  }

  /** They take orders back; what is under way goes on to its end, the rest is refused as cancelled. */
  cancelled(session: Session, pages: readonly PageIndex[]): void {
    for (const page of pages) {
      if (!session.orders.delete(page)) continue;
      this.#drop(session, page);
      this.#refuse(session, page, "cancelled");
    }
  }

  /** Bytes that were handed to the socket are gone. */
  sent(session: Session, bytes: number, now: Millis): void {
    this.#uplink.left(session, bytes, now);
    session.delivered.add(bytes, now);
  }

  /** A stretch could not be read: the ask is refused, and the page's bytes so far are for nothing. */
  failed(session: Session, { page, offset, bytes }: PageStretch, now: Millis): void {
    this.#uplink.left(session, bytes, now);
    // The order of a page that was handed over whole is closed; its last stretch failing leaves it without an answer.
    if (offset + bytes === this.#book.pageBytes(page)) session.orders.add(page);
    this.#giveUp(session, page);
  }

  /** Pages are gone from the disk: open orders for them are refused. */
  lost(session: Session, pages: readonly PageIndex[]): void {
    for (const page of pages) this.#giveUp(session, page);
  }

  /** They hold these pages now: what was on its way to them has arrived. */
  arrived(session: Session, pages: readonly PageIndex[], now: Millis): void {
    for (const page of pages) if (this.#uplink.arrived(session, page, now)) this.#spread.left(page);
  }

  /** The session is over. */
  ended(session: Session): void {
    this.#waiting.delete(session);
    this.#stuck.delete(session);
    if (this.#leaving === session) this.#leaving = undefined;
    if (this.#next?.session === session) this.#next = undefined;
    for (const page of this.#uplink.ended(session)) this.#spread.left(page);
    this.#spread.ended(session);
  }

  /** Hands over as much as uplink and limit can take, page after page. */
  serve(now: Millis): void {
    while (this.#uplink.isIdle(now) && this.#limit?.allows(now) !== false) {
      this.#leaving ??= this.#resume() ?? this.#begin(now);
      const { departure } = this.#leaving ?? {};
      if (this.#leaving === undefined || departure === undefined) break;
      if (this.#uplink.hasRoom(this.#leaving)) this.#sendStretch(this.#leaving, departure, now);
      else this.#setAside(this.#leaving);
    }
    if (this.#leaving !== undefined) this.#chooseNext();
    else if (this.#nobodyCanBeServed) this.#spread.recall();
  }

  /** When `serve` may hand over more although nothing happened; undefined when only news can change that. */
  nextAt(now: Millis): Millis | undefined {
    if (this.#waiting.size === 0 && this.#leaving === undefined && this.#stuck.size === 0) return undefined;
    const liftedAt = this.#limit?.readyAt(now) ?? now;
    return liftedAt > now ? liftedAt : this.#uplink.nextAt(now);
  }

  /** Nobody waits but readers whose links do not drain. */
  get #nobodyCanBeServed(): boolean {
    for (const session of this.#waiting) if (!this.#stuck.has(session)) return false;
    return true;
  }

  #wait(session: Session): void {
    if (session.orders.size <= (session.departure === undefined ? 0 : 1) || this.#waiting.has(session)) return;
    session.waitingSince = this.#begun;
    this.#waiting.add(session);
  }

  /** A page that was begun and whose link drains again. */
  #resume(): Session | undefined {
    for (const session of this.#stuck) {
      if (!this.#uplink.hasRoom(session)) continue;
      this.#stuck.delete(session);
      return session;
    }
    return undefined;
  }

  #setAside(session: Session): void {
    this.#stuck.add(session);
    this.#leaving = undefined;
    // Pages of one link never interleave.
    if (this.#next?.session === session) this.#next = undefined;
  }

  #begin(now: Millis): Session | undefined {
    if (this.#uplink.isFull(now)) return undefined;
    const turn = this.#next ?? this.#choose();
    if (turn === undefined) return undefined;
    if (this.#next === undefined) this.#tell(turn);
    this.#next = undefined;
    const { session, page } = turn;
    session.departure = { page, offset: 0 };
    this.#begun++;
    this.#waiting.delete(session);
    this.#wait(session);
    return session;
  }

  #chooseNext(): void {
    if (this.#next !== undefined) return;
    this.#next = this.#choose();
    if (this.#next !== undefined) this.#tell(this.#next);
  }

  /** Where pages leave quickly, the page itself is there as soon as the word. */
  #tell({ session, page }: Turn): void {
    if (this.#uplink.pageMs >= NEXT_TOLD_MS) this.#out.send(session.link, { flag: "next", page });
  }

  /**
   * The order for the page with the fewest copies; among equals of who holds the fewest pages, and so has the least to
   * give; among those of who waits longest. Whoever was passed over for long goes first.
   */
  #choose(): Turn | undefined {
    let best: Turn | undefined;
    let fewest = Number.POSITIVE_INFINITY;
    for (const session of this.#waiting) {
      if (this.#stuck.has(session)) continue;
      const page = this.#rarestOrder(session);
      if (page === undefined) {
        this.#waiting.delete(session);
        continue;
      }
      const copies = this.#spread.copies(page);
      if (copies < fewest || (copies === fewest && session.theirs.count < (best?.session.theirs.count ?? 0))) {
        best = { session, page };
        fewest = copies;
      }
      if (this.#begun - session.waitingSince > TURNS_PASSED_MAX * this.#waiting.size) return { session, page };
    }
    return best;
  }

  /** Of their orders the page with the fewest copies, the oldest among equals; undefined when none is left. */
  #rarestOrder(session: Session): PageIndex | undefined {
    let best: PageIndex | undefined;
    let fewest = Number.POSITIVE_INFINITY;
    let scanned = 0;
    for (const page of session.orders) {
      if (page === session.departure?.page) continue;
      if (this.#spread.passesOn(session, page)) {
        session.orders.delete(page);
        this.#refuse(session, page, "passed-on");
        continue;
      }
      const copies = this.#spread.copies(page);
      if (copies < fewest) {
        best = page;
        fewest = copies;
      }
      if (fewest === 0 || ++scanned === ORDERS_SCANNED) break;
    }
    return best;
  }

  #sendStretch(session: Session, departure: Departure, now: Millis): void {
    const { page, offset } = departure;
    const pageBytes = this.#book.pageBytes(page);
    // Under a limit piece by piece, so that the limit holds within a page as well.
    const room = Math.min(this.#uplink.stretchBytes, this.#limit?.isLimited === true ? PIECE_BYTES : pageBytes);
    const bytes = Math.min(pageBytes - offset, room);
    this.#out.add({ type: "sendPage", link: session.link, stretch: { page, offset, bytes } });
    this.#limit?.take(bytes, now);
    if (this.#uplink.handedOver(session, page, bytes, now)) this.#spread.leaves(page);
    departure.offset += bytes;
    if (departure.offset < pageBytes) return;
    session.departure = undefined;
    session.orders.delete(page);
    session.pagesSent++;
    this.#leaving = undefined;
  }

  #giveUp(session: Session, page: PageIndex): void {
    this.#drop(session, page);
    if (session.orders.delete(page)) this.#refuse(session, page, this.#held.has(page) ? "unreadable" : "not-held");
  }

  /** A page that was chosen, begun or handed over does not go on. */
  #drop(session: Session, page: PageIndex): void {
    if (this.#next?.session === session && this.#next.page === page) this.#next = undefined;
    if (session.departure?.page === page) {
      session.departure = undefined;
      this.#stuck.delete(session);
      if (this.#leaving === session) this.#leaving = undefined;
    }
    if (this.#uplink.dropped(session, page)) this.#spread.left(page);
  }

  #refuse(session: Session, page: PageIndex, reason: Refusal): void {
    this.#out.send(session.link, { flag: "refuse", page, reason });
  }
}
