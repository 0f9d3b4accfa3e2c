// Which of the pages that others asked for goes out next, and how much of it. Exactly one final answer to each ask:
// the last piece, or a refusal with its reason. Readers are served in turns, a page's worth to each, so that one with a
// deep queue never starves another. Reading and sending are effects; a stretch is ordered only when the link has nearly
// run dry, so that a cancel or a ping never waits behind more than UNSENT_BYTES_LOW.

import type { Book } from "../../shared/book.ts";
import { Violation } from "../../shared/faults.ts";
import type { PageIndex } from "../../shared/ids.ts";
import { ASKS_PER_LINK_MAX, PIECE_BYTES } from "../../shared/limits.ts";
import type { PageSet } from "../../shared/page-set.ts";
import type { Refusal } from "../../shared/wire/flags.ts";
import type { Millis, PageStretch } from "./events.ts";
import type { Outbox } from "./outbox.ts";
import type { PagePicker } from "./page-picker.ts";
import { UNSENT_BYTES_LOW } from "./policy.ts";
import type { Departure, Session } from "./session.ts";
import type { TokenBucket } from "./token-bucket.ts";

/** Orders looked at when the least-sent page is sought: enough to steer, too few to cost. */
const LEAST_SENT_SCAN = 64;

export class Serving {
  readonly #book: Book;
  readonly #held: PageSet;
  readonly #picker: PagePicker;
  readonly #out: Outbox;
  readonly #limit: TokenBucket | undefined;
  /** Sessions with orders and room for bytes, whose turn it is first. */
  readonly #turns = new Set<Session>();
  /** How often each page was sent whole. */
  readonly #timesSent: Uint16Array;

  /** @param limit - what may be sent a second; unlimited when absent */
  constructor(book: Book, held: PageSet, picker: PagePicker, out: Outbox, limit?: TokenBucket) {
    this.#book = book;
    this.#held = held;
    this.#picker = picker;
    this.#out = out;
    this.#limit = limit;
    this.#timesSent = new Uint16Array(book.pageCount);
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
    this.#queue(session);
  }

  /** They take orders back; what is under way goes on to its end, the rest is refused as cancelled. */
  cancelled(session: Session, pages: readonly PageIndex[]): void {
    for (const page of pages) {
      if (!session.orders.delete(page)) continue;
      if (session.departure?.page === page) session.departure = undefined;
      this.#refuse(session, page, "cancelled");
    }
  }

  /** Bytes that were handed to the socket are gone. */
  sent(session: Session, bytes: number, now: Millis): void {
    session.unsent = Math.max(0, session.unsent - bytes);
    session.delivered.add(bytes, now);
    this.#queue(session);
  }

  /** A stretch could not be read: the ask is refused, and the page's bytes so far are for nothing. */
  failed(session: Session, { page, offset, bytes }: PageStretch): void {
    session.unsent = Math.max(0, session.unsent - bytes);
    // The order of a page that was handed over whole is closed; its last stretch failing leaves it without an answer.
    if (offset + bytes === this.#book.pageBytes(page)) session.orders.add(page);
    this.#giveUp(session, page);
    this.#queue(session);
  }

  /** Pages are gone from the disk: open orders for them are refused. */
  lost(session: Session, pages: readonly PageIndex[]): void {
    for (const page of pages) this.#giveUp(session, page);
  }

  /** The session is over. */
  left(session: Session): void {
    this.#turns.delete(session);
  }

  /** Orders as many stretches as links and limit can take, turn by turn. */
  serve(now: Millis): void {
    for (const session of this.#turns) {
      while (session.unsent < UNSENT_BYTES_LOW && session.orders.size > 0) {
        if (this.#limit?.allows(now) === false) return;
        session.departure ??= { page: this.#next(session), offset: 0 };
        this.#sendStretch(session, session.departure, now);
        if (session.departure === undefined) break;
      }
      // Behind all others, if it still has orders and room; else it comes back when its bytes are gone.
      this.#turns.delete(session);
      this.#queue(session);
    }
  }

  /** When `serve` may order more although nothing happened; undefined when only news can change that. */
  nextAt(now: Millis): Millis | undefined {
    return this.#turns.size > 0 && this.#limit?.isLimited === true ? this.#limit.readyAt(now) : undefined;
  }

  #queue(session: Session): void {
    if (session.unsent < UNSENT_BYTES_LOW && session.orders.size > 0) this.#turns.add(session);
  }

  #sendStretch(session: Session, departure: Departure, now: Millis): void {
    const { page, offset } = departure;
    const pageBytes = this.#book.pageBytes(page);
    // Whole pieces up to the link's room, never less than one: the reader's half of the page goes on later.
    // Under a limit piece by piece, so that the limit holds within a page as well.
    const room = Math.max(1, Math.floor((UNSENT_BYTES_LOW - session.unsent) / PIECE_BYTES));
    const pieces = this.#limit?.isLimited === true ? 1 : room;
    const bytes = Math.min(pageBytes - offset, pieces * PIECE_BYTES);
    this.#out.add({ type: "sendPage", link: session.link, stretch: { page, offset, bytes } });
    this.#limit?.take(bytes, now);
    session.unsent += bytes;
    departure.offset += bytes;
    if (departure.offset < pageBytes) return;
    session.departure = undefined;
    session.orders.delete(page);
    session.pagesSent++;
    const times = this.#timesSent[page] ?? 0;
    this.#timesSent[page] = Math.min(times + 1, 0xffff);
  }

  /** The oldest order; the only complete reader rather sends what it has sent least, so that copies spread. */
  #next(session: Session): PageIndex {
    const [oldest] = session.orders;
    if (oldest === undefined) throw new Error("Nothing is ordered");
    if (!this.#held.isFull || this.#picker.completeOwners > 0) return oldest;
    let best = oldest;
    let scanned = 0;
    for (const page of session.orders) {
      if ((this.#timesSent[page] ?? 0) < (this.#timesSent[best] ?? 0)) best = page;
      if (++scanned === LEAST_SENT_SCAN) break;
    }
    return best;
  }

  #giveUp(session: Session, page: PageIndex): void {
    if (session.departure?.page === page) session.departure = undefined;
    if (session.orders.delete(page)) this.#refuse(session, page, this.#held.has(page) ? "unreadable" : "not-held");
  }

  #refuse(session: Session, page: PageIndex, reason: Refusal): void {
    this.#out.send(session.link, { flag: "refuse", page, reason });
  }
}
