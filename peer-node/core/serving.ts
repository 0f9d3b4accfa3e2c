// Which of the pages that others asked for goes out next, and how much of it. Exactly one final answer to each ask:
// the last piece, or a refusal with its reason. Reading and sending are effects.
//
// Pages leave one after the other: a page that has the uplink to itself is with its reader soonest, who passes it on.
// Small ones leave in batches, as many in one turn as make a full page, so that a turn costs the same for a hundred bytes.
// The next is the one that the fewest others have, among equals whose turn it is: so copies spread as fast as they can
// (see Spread for what the only complete reader does besides). Nobody is passed over for long, but for those who never
// say that a page has arrived: they are served when nobody else waits. On a slow uplink a reader is told a little ahead
// what comes next, so that it can take the same asks back from others in time.

import type { Book } from "../../shared/book.ts";
import { Violation } from "../../shared/faults.ts";
import type { PageIndex } from "../../shared/ids.ts";
import { ASKS_PER_LINK_MAX, PAGE_BYTES, PIECE_BYTES } from "../../shared/limits.ts";
import type { PageSet } from "../../shared/page-set.ts";
import type { Refusal } from "../../shared/wire/flags.ts";
import type { Millis, PageStretch } from "./events.ts";
import type { Outbox } from "./outbox.ts";
import { BATCH_PAGES_MAX, NEXT_TOLD_MS, ORDERS_SCANNED, TURNS_PASSED_MAX } from "./policy.ts";
import type { Departure, Session } from "./session.ts";
import type { Spread } from "./spread.ts";
import type { TokenBucket } from "./token-bucket.ts";
import { type Turn, Turns } from "./turns.ts";
import type { Uplink } from "./uplink.ts";

const NOTHING = { page: undefined, offset: 0, followers: [] };

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
  /** What leaves after it: about as much as a full page, so that the word of it comes in time. */
  readonly #next: Turns;
  /** Sessions whose page was begun and whose link does not drain: others go on meanwhile. */
  readonly #stuck = new Set<Session>();
  /** Turns begun, ever: what a wait is counted in. */
  #begun = 0;

  /** @param limit - what may be sent a second; unlimited when absent */
  constructor(book: Book, held: PageSet, spread: Spread, uplink: Uplink, out: Outbox, limit?: TokenBucket) {
    this.#book = book;
    this.#held = held;
    this.#spread = spread;
    this.#uplink = uplink;
    this.#out = out;
    this.#limit = limit;
    this.#next = new Turns(book);
  }

  /**
   * They order pages.
   * @param awaited - their asks that are open besides: for pages that are being fetched for them
   * @throws Violation when one is ordered twice, or more than a reader has to accept
   */
  ordered(session: Session, pages: readonly PageIndex[], awaited = 0): void {
    for (const page of pages) {
      if (session.orders.has(page))
        throw new Violation("out-of-turn", `Page ${page} was asked for while an ask for it was open`);
      if (session.orders.size + awaited >= ASKS_PER_LINK_MAX)
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
    for (const page of pages) {
      const isWhole = session.departure?.page !== page;
      if (this.#uplink.arrived(session, page, now, isWhole)) this.#spread.left(page);
    }
  }

  /** The session is over. */
  ended(session: Session): void {
    this.#abandon(session);
    this.#takeBack(session);
    this.#waiting.delete(session);
    this.#stuck.delete(session);
    if (this.#leaving === session) this.#leaving = undefined;
    for (const page of this.#uplink.ended(session)) this.#spread.left(page);
    this.#spread.ended(session);
  }

  /** Hands over as much as uplink and limit can take, page after page. */
  serve(now: Millis): void {
    for (const page of this.#uplink.writeOff(now)) this.#spread.left(page);
    while (this.#uplink.isIdle(now) && this.#limit?.allows(now) !== false) {
      this.#leaving ??= this.#resume() ?? this.#begin();
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
    const isChosen = this.#leaving !== undefined || this.#next.bytes > 0;
    if (this.#waiting.size === 0 && !isChosen && this.#stuck.size === 0) return undefined;
    const liftedAt = this.#limit?.readyAt(now) ?? now;
    return liftedAt > now ? liftedAt : this.#uplink.nextAt(now);
  }

  /** Nobody waits but readers whose links do not drain. */
  get #nobodyCanBeServed(): boolean {
    if (this.#next.bytes > 0) return false;
    for (const session of this.#waiting) if (!this.#stuck.has(session) && !this.#sleeps(session)) return false;
    return true;
  }

  /** Nothing is heard of what it was sent, and its link has not even taken all of that. */
  #sleeps(session: Session): boolean {
    return session.unsent > 0 && this.#uplink.isMute(session);
  }

  #wait(session: Session): void {
    if (session.orders.size <= session.chosen.size || this.#waiting.has(session)) return;
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
    this.#takeBack(session);
  }

  #begin(): Session | undefined {
    if (this.#uplink.isFull) return undefined;
    const turn = this.#next.shift() ?? this.#choose() ?? this.#chooseMute();
    if (turn === undefined) return undefined;
    this.#leaveNext(turn.session, turn.pages);
    this.#begun++;
    return turn.session;
  }

  /** Late, so that what an idle reader could begin now is not promised by one who has yet to finish something else. */
  #chooseNext(): void {
    while (this.#next.bytes < 0.75 * PAGE_BYTES && this.#bytesAhead < this.#uplink.bytesTold) {
      const turn = this.#choose();
      if (turn === undefined) return;
      this.#next.add(turn);
    }
  }

  /** Bytes that leave before another turn could begin: the rest of the present one, and what is to follow it. */
  get #bytesAhead(): number {
    const { page, offset, followers } = this.#leaving?.departure ?? NOTHING;
    let bytes = this.#next.bytes - offset;
    if (page !== undefined) bytes += this.#book.pageBytes(page);
    for (const follower of followers) bytes += this.#book.pageBytes(follower);
    return bytes;
  }

  /** Where pages leave quickly, the page itself is there as soon as the word. */
  #tell({ session, pages }: Turn): void {
    if (this.#uplink.pageMs < NEXT_TOLD_MS) return;
    for (const page of pages) this.#out.send(session.link, { flag: "next", page });
  }

  /**
   * The order for the page with the fewest copies; among equals of who holds the fewest pages, and so has the least to
   * give; among those of who waits longest. Whoever was passed over for long goes first.
   */
  #choose(): Turn | undefined {
    let best: { readonly session: Session; readonly page: PageIndex } | undefined;
    let fewest = Number.POSITIVE_INFINITY;
    for (const session of this.#waiting) {
      if (this.#stuck.has(session) || this.#uplink.isMute(session)) continue;
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
      if (this.#begun - session.waitingSince > TURNS_PASSED_MAX * this.#waiting.size)
        return this.#turnOf(session, page);
    }
    return best === undefined ? undefined : this.#turnOf(best.session, best.page);
  }

  /** Nobody else waits: somebody of whom nothing is heard, whose link has taken what it was given before. */
  #chooseMute(): Turn | undefined {
    for (const session of this.#waiting) {
      if (this.#stuck.has(session) || !this.#uplink.isMute(session) || this.#sleeps(session)) continue;
      const page = this.#rarestOrder(session);
      if (page !== undefined) return this.#turnOf(session, page);
    }
    return undefined;
  }

  /** The page, and small ones of their orders that are as rare, up to a full page's bytes: they are told so. */
  #turnOf(session: Session, page: PageIndex): Turn {
    const pages = [page];
    let room = PAGE_BYTES - this.#book.pageBytes(page);
    const copies = this.#spread.copies(page);
    for (const other of session.orders) {
      if (pages.length === BATCH_PAGES_MAX || room <= 0) break;
      const bytes = this.#book.pageBytes(other);
      if (bytes > room || other === page || session.chosen.has(other) || this.#spread.copies(other) > copies) continue;
      pages.push(other);
      room -= bytes;
    }
    for (const each of pages) {
      session.chosen.add(each);
      // What is about to leave counts as leaving, so that nobody else is given the same meanwhile.
      this.#spread.leaves(each);
    }
    this.#waiting.delete(session);
    this.#wait(session);
    const turn = { session, pages };
    this.#tell(turn);
    return turn;
  }

  /** Of their orders the page with the fewest copies, the oldest among equals; undefined when none is left. */
  #rarestOrder(session: Session): PageIndex | undefined {
    let best: PageIndex | undefined;
    let fewest = Number.POSITIVE_INFINITY;
    let scanned = 0;
    for (const page of session.orders) {
      if (session.chosen.has(page)) continue;
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
    if (offset === 0) this.#spread.left(page);
    departure.offset += bytes;
    if (departure.offset < pageBytes) return;
    session.orders.delete(page);
    session.chosen.delete(page);
    session.pagesSent++;
    this.#leaveNext(session, departure.followers);
  }

  /** The turn goes on with the next of its pages that was not taken back meanwhile, or is over. */
  #leaveNext(session: Session, pages: readonly PageIndex[]): void {
    const [page, ...followers] = pages.filter((each) => session.chosen.has(each));
    session.departure = page === undefined ? undefined : { page, offset: 0, followers };
    if (page === undefined) this.#leaving = undefined;
  }

  #giveUp(session: Session, page: PageIndex): void {
    this.#drop(session, page);
    if (session.orders.delete(page)) this.#refuse(session, page, this.#held.has(page) ? "unreadable" : "not-held");
  }

  /** A page that was chosen, begun or handed over does not go on. */
  #drop(session: Session, page: PageIndex): void {
    this.#next.remove(session, (each) => each === page);
    if (session.departure?.page === page) {
      this.#abandon(session);
      this.#stuck.delete(session);
      if (this.#leaving === session) this.#leaving = undefined;
    } else this.#unchoose(session, page);
    // It may be asked for and chosen again before the turn comes to where it was.
    if (session.departure !== undefined)
      session.departure.followers = session.departure.followers.filter((each) => each !== page);
    if (this.#uplink.dropped(session, page)) this.#spread.left(page);
  }

  /** Their turn is over before its end. */
  #abandon(session: Session): void {
    const { departure } = session;
    if (departure === undefined) return;
    if (departure.offset === 0) this.#unchoose(session, departure.page);
    else session.chosen.delete(departure.page);
    for (const follower of departure.followers) this.#unchoose(session, follower);
    session.departure = undefined;
    // What was to follow waits for another turn.
    this.#wait(session);
  }

  /** What was chosen to leave for them and was not begun waits for another turn. */
  #takeBack(session: Session): void {
    for (const page of this.#next.remove(session, () => true)) this.#unchoose(session, page);
    this.#wait(session);
  }

  #unchoose(session: Session, page: PageIndex): void {
    if (session.chosen.delete(page)) this.#spread.left(page);
  }

  #refuse(session: Session, page: PageIndex, reason: Refusal): void {
    this.#out.send(session.link, { flag: "refuse", page, reason });
  }
}
