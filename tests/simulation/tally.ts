// What one reader has sent and received, counted at its own door.

import type { PageStretch } from "../../peer-node/core/events.ts";
import type { Book } from "../../shared/book.ts";
import { PageSet } from "../../shared/page-set.ts";

export class Tally {
  readonly #book: Book;
  /** Page bytes, and all else, that have left. */
  pageBytesSent = 0;
  otherBytesSent = 0;
  /** Page bytes that came, and those of pages that were stored. */
  pageBytesReceived = 0;
  pageBytesStored = 0;
  /** Page bytes that had left when the last distinct page first had; undefined before. */
  bytesAtLastPage: number | undefined;
  readonly #pagesSent: PageSet;

  constructor(book: Book) {
    this.#book = book;
    this.#pagesSent = new PageSet(book.pageCount);
  }

  left(pageBytes: number, otherBytes: number): void {
    this.pageBytesSent += pageBytes;
    this.otherBytesSent += otherBytes;
  }

  /** The last byte of a stretch has left. */
  stretchLeft({ page, offset, bytes }: PageStretch): void {
    if (offset + bytes === this.#book.pageBytes(page) && this.#pagesSent.add(page) && this.#pagesSent.isFull) {
      this.bytesAtLastPage = this.pageBytesSent;
    }
  }
}
