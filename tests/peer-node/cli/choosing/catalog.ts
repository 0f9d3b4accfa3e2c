// Books of a catalog that nobody runs.

import type { ListBooks } from "../../../../peer-node/cli/choosing/book-search.ts";
import type { BookId } from "../../../../shared/ids.ts";
import type { BookSummary } from "../../../../shared/tracker-api/http.ts";

export function book(name: string, fields: Partial<BookSummary> = {}): BookSummary {
  const bookId = Buffer.from(name).toString("hex").padEnd(64, "0").slice(0, 64) as BookId;
  return { bookId, name, images: 12, pages: 12, bytes: 1_200_000, readers: 2, complete: 1, ...fields };
}

/** Lists those of some books whose names hold the words, and notes what was asked and how many were taken. */
export class Catalog {
  readonly asked: string[] = [];
  taken = 0;
  readonly #books: readonly BookSummary[];

  constructor(books: readonly BookSummary[]) {
    this.#books = books;
  }

  readonly list: ListBooks = (words, { sort }) => {
    this.asked.push(`${sort}: ${words}`);
    return this.#matching(words);
  };

  async *#matching(words: string): AsyncGenerator<BookSummary> {
    for (const each of this.#books) {
      if (!each.name.toLowerCase().includes(words.toLowerCase())) continue;
      this.taken++;
      yield each;
    }
  }
}
