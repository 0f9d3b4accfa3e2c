// How far our pages have spread, and what follows for the only reader that holds them all: a page that another reader
// holds, or is being sent, can wait while pages remain that nobody else has. Whoever asks for one is told, once, that
// it was passed on, and asks for another; it hears of it again when there is nothing better to send (in BitTorrent:
// super-seeding). So the whole book is out after little more than one copy.

import type { PageIndex } from "../../shared/ids.ts";
import { PageSet } from "../../shared/page-set.ts";
import type { Outbox } from "./outbox.ts";
import type { PagePicker } from "./page-picker.ts";
import type { Session } from "./session.ts";

export class Spread {
  readonly #held: PageSet;
  readonly #picker: PagePicker;
  readonly #out: Outbox;
  readonly #othersComplete: () => boolean;
  /** How many readers each page is on its way to. */
  readonly #leaving = new Map<PageIndex, number>();
  /** What each reader was told of as passed on, and cannot ask for until it hears of it again. */
  readonly #waiting = new Map<Session, PageIndex[]>();
  /** Everything that each reader was ever told of as passed on. */
  readonly #told = new Map<Session, PageSet>();

  /**
   * @param held - what we hold, live
   * @param othersComplete - true while another reader is known to hold every page
   */
  constructor(held: PageSet, picker: PagePicker, out: Outbox, othersComplete: () => boolean) {
    this.#held = held;
    this.#picker = picker;
    this.#out = out;
    this.#othersComplete = othersComplete;
  }

  /** Other readers that hold the page or are being sent it. */
  copies(page: PageIndex): number {
    return this.#picker.owners(page) + (this.#leaving.get(page) ?? 0);
  }

  /** The page begins to leave for a reader. */
  leaves(page: PageIndex): void {
    this.#leaving.set(page, (this.#leaving.get(page) ?? 0) + 1);
  }

  /** It has arrived there, or never will. */
  left(page: PageIndex): void {
    const others = (this.#leaving.get(page) ?? 0) - 1;
    if (others > 0) this.#leaving.set(page, others);
    else this.#leaving.delete(page);
  }

  /** True when the reader is to be told that the page was passed on; from then on it counts as told. */
  passesOn(session: Session, page: PageIndex): boolean {
    if (!this.#held.isFull || this.copies(page) === 0 || this.#othersComplete()) return false;
    // Pages that are leaving are nobody's yet, but will be.
    if (this.#picker.unowned <= this.#leaving.size) return false;
    if (!this.#toldTo(session).add(page)) return false;
    const waiting = this.#waiting.get(session);
    if (waiting === undefined) this.#waiting.set(session, [page]);
    else waiting.push(page);
    return true;
  }

  /** There is nothing better to send: what was passed on can be asked for again. */
  recall(): void {
    if (this.#waiting.size === 0) return;
    for (const [session, pages] of this.#waiting) {
      const held = pages.filter((page) => this.#held.has(page));
      this.#out.sendPages(session.link, "have", held);
    }
    this.#waiting.clear();
  }

  /** The session is over. */
  ended(session: Session): void {
    this.#waiting.delete(session);
    this.#told.delete(session);
  }

  #toldTo(session: Session): PageSet {
    let told = this.#told.get(session);
    if (told === undefined) {
      told = new PageSet(this.#held.size);
      this.#told.set(session, told);
    }
    return told;
  }
}
