// What is to leave next, in order: turns of one reader each, a page or a batch of small ones. It knows who was chosen for
// what and how many bytes that is, and chooses nothing itself.

import type { Book } from "../../shared/book.ts";
import type { PageIndex } from "../../shared/ids.ts";
import type { Session } from "./session.ts";

/** Pages that somebody asked for, chosen to leave together: one, or small ones that are no more than one. */
export interface Turn {
  readonly session: Session;
  readonly pages: readonly PageIndex[];
}

export class Turns {
  readonly #book: Book;
  #turns: Turn[] = [];
  #bytes = 0;

  constructor(book: Book) {
    this.#book = book;
  }

  /** Bytes of all pages in it. */
  get bytes(): number {
    return this.#bytes;
  }

  add(turn: Turn): void {
    this.#turns.push(turn);
    for (const page of turn.pages) this.#bytes += this.#book.pageBytes(page);
  }

  /** Takes the first turn out; undefined when there is none. */
  shift(): Turn | undefined {
    const turn = this.#turns.shift();
    for (const page of turn?.pages ?? []) this.#bytes -= this.#book.pageBytes(page);
    return turn;
  }

  /** Takes out the reader's pages for which `isGone` is true. Returns them. */
  remove(session: Session, isGone: (page: PageIndex) => boolean): readonly PageIndex[] {
    const gone: PageIndex[] = [];
    this.#turns = this.#turns.flatMap((turn) => {
      if (turn.session !== session) return [turn];
      gone.push(...turn.pages.filter(isGone));
      const pages = turn.pages.filter((page) => !isGone(page));
      return pages.length === 0 ? [] : [{ session, pages }];
    });
    for (const page of gone) this.#bytes -= this.#book.pageBytes(page);
    return gone;
  }
}
