// The pages that we have: those that are held for good, and those that can be sent, which are more by what is in memory
// for others.

import type { Book } from "../../shared/book.ts";
import type { PageIndex } from "../../shared/ids.ts";
import type { PageSet } from "../../shared/page-set.ts";

export class Stock {
  readonly held: PageSet;
  /** Every held page is in here, and `Relaying` adds what it passes on. */
  readonly servable: PageSet;
  readonly #book: Book;
  #bytes: number;

  /** @param held - verified pages at the start; copied */
  constructor(book: Book, held: PageSet) {
    this.#book = book;
    this.held = held.clone();
    this.servable = held.clone();
    this.#bytes = book.bytesOf(held);
  }

  /** Bytes of the held pages. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The page is held from now on; false when it was before. */
  gain(page: PageIndex): boolean {
    this.servable.add(page);
    if (!this.held.add(page)) return false;
    this.#bytes += this.#book.pageBytes(page);
    return true;
  }

  /** The page is held no longer; false when it was not. */
  lose(page: PageIndex): boolean {
    if (!this.held.delete(page)) return false;
    this.servable.delete(page);
    this.#bytes -= this.#book.pageBytes(page);
    return true;
  }
}
