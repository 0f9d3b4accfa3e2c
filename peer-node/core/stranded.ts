// What a reader does that has links and gets nothing on them, because nobody whom it reaches holds what it lacks: it asks
// a few pages of readers that do not hold them either, in the hope that one of these reaches an owner and passes them on
// (ATT). It looks seldom, so that a swarm in which pages move never asks like this.

import type { Book } from "../../shared/book.ts";
import { Violation } from "../../shared/faults.ts";
import type { PageIndex } from "../../shared/ids.ts";
import { PageSet } from "../../shared/page-set.ts";
import type { Millis } from "./events.ts";
import type { Fetching } from "./fetching.ts";
import type { PagePicker } from "./page-picker.ts";
import { RELAY_ASKS_PER_LINK, RELAY_MS_MAX, RELAY_REST_MS, STRANDED_MS } from "./policy.ts";
import type { Session } from "./session.ts";
import type { SessionTable } from "./session-table.ts";

export class Stranded {
  readonly #fetching: Fetching;
  readonly #picker: PagePicker;
  readonly #sessions: SessionTable;
  readonly #everything: PageSet;
  #lookAt: Millis | undefined;
  /** Page bytes that had come over all links at the last look. */
  #bytesThen = 0;
  /** Pages that each reader fetches for us, and since when. */
  readonly #waits = new WeakMap<Session, Map<PageIndex, Millis>>();
  /** Readers that fetched nothing for us, and until when they are not asked again. */
  readonly #restUntil = new WeakMap<Session, Millis>();

  constructor(book: Book, fetching: Fetching, picker: PagePicker, sessions: SessionTable) {
    this.#fetching = fetching;
    this.#picker = picker;
    this.#sessions = sessions;
    this.#everything = PageSet.full(book.pageCount);
  }

  /** When to look next; undefined before the first look. */
  get nextAt(): Millis | undefined {
    return this.#lookAt;
  }

  /** Looks, now and then, whether anything has come since the last look; if not, asks whoever there is. */
  look(now: Millis): void {
    if (this.#lookAt !== undefined && now < this.#lookAt) return;
    const sessions = [...this.#sessions];
    const bytes = sessions.reduce((sum, { received }) => sum + received.total, 0);
    const isIdle = bytes === this.#bytesThen && sessions.every(({ asks }) => asks.size === 0);
    this.#bytesThen = bytes;
    // The first look only takes the measure.
    if (isIdle && this.#lookAt !== undefined) for (const session of sessions) this.#ask(session, now);
    this.#lookAt = now + STRANDED_MS;
  }

  /** They fetch pages for us. @throws Violation for a page that they were not asked for */
  told(session: Session, pages: readonly PageIndex[], now: Millis): void {
    const waits = this.#waits.get(session) ?? new Map<PageIndex, Millis>();
    this.#waits.set(session, waits);
    for (const page of pages) {
      if (!session.asks.has(page))
        throw new Violation("not-asked", `Page ${page} is fetched for us and was not asked for`);
      const since = waits.get(page) ?? now;
      waits.set(page, since);
      // A sign of life, like bytes; but nobody is waited for without end.
      if (now - since < RELAY_MS_MAX) session.progressAt = now;
    }
  }

  /** A page came whole, or was refused: the next one may be asked of a reader that fetches for us. */
  answered(session: Session, page: PageIndex, came: boolean, now: Millis): void {
    const waited = this.#waits.get(session)?.delete(page) ?? false;
    if (came && waited) session.pagesRelayed++;
    if (came && waited) this.#ask(session, now);
    else if (!came && !session.theirs.has(page)) this.#restUntil.set(session, now + RELAY_REST_MS);
  }

  #ask(session: Session, now: Millis): void {
    if (session.state !== "open" || session.stalls > 0 || (this.#restUntil.get(session) ?? now) > now) return;
    const isOutOfReach = (page: PageIndex) => this.#picker.owners(page) === 0 && !session.asks.has(page);
    while (session.asks.size < RELAY_ASKS_PER_LINK) {
      const page = this.#picker.pickRandom(this.#everything, isOutOfReach);
      if (page === undefined || !this.#fetching.askUnheld(session, page, now)) return;
    }
  }
}
