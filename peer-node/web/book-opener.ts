// Books that come and go while the process runs, as a person at the page wishes.

import type { BookId } from "../../shared/ids.ts";
import { imagesMatching } from "../library/images-matching.ts";
import { type BookSource, findBookIn, sourceNamed } from "../node/find-book.ts";
import { getBook } from "../node/get-book.ts";
import type { Node } from "../node/node.ts";
import type { OpenBooks } from "../node/open-books.ts";
import type { OpenedBook } from "../node/opened-book.ts";
import { seedBook } from "../node/seed-book.ts";
import type { TrackerAddress } from "../tracker/tracker-request.ts";
import type { NewBook } from "./api/messages.ts";
import { RequestRefused } from "./refusals.ts";

export class BookOpener {
  readonly #books: OpenBooks;
  readonly #tracker: TrackerAddress | undefined;

  /** @param tracker - the one that the user named, with the token for it */
  constructor(books: OpenBooks, tracker: TrackerAddress | undefined) {
    this.#books = books;
    this.#tracker = tracker;
  }

  get node(): Node {
    return this.#books.node;
  }

  /**
   * Opens a book and begins to fetch or to serve it.
   * @throws RequestRefused when the process has it already, or nobody leads to it
   * @throws what `getBook` and `seedBook` throw
   */
  async open(wish: NewBook): Promise<BookId> {
    const opened = wish.purpose === "fetch" ? await this.#fetch(wish) : await this.#serve(wish);
    this.#books.add(opened);
    return opened.store.book.id;
  }

  close(id: BookId): Promise<void> {
    return this.#books.remove(id);
  }

  #fetch({ source: text, folder, only = [] }: Extract<NewBook, { readonly purpose: "fetch" }>): Promise<OpenedBook> {
    const source = sourceOf(text);
    if ("link" in source) this.#mustBeNew(source.link.bookId);
    return getBook({
      source,
      folder,
      tracker: this.#tracker,
      node: this.node,
      choose: only.length === 0 ? undefined : (book) => imagesMatching(book, only),
      onEvent: (event) => {
        if (event.type !== "book") return;
        this.#mustBeNew(event.book.id);
        mustHaveTracker(event.tracker);
      },
    });
  }

  async #serve({ folder }: Extract<NewBook, { readonly purpose: "serve" }>): Promise<OpenedBook> {
    const found = await findBookIn(folder, { tracker: this.#tracker, onEvent: () => undefined });
    this.#mustBeNew(found.book.id);
    mustHaveTracker(found.tracker?.tracker);
    return seedBook(found, { node: this.node, onEvent: () => undefined });
  }

  #mustBeNew(id: BookId): void {
    if (this.#books.get(id) !== undefined)
      throw new RequestRefused(409, "already-open", "This process has that book already.");
  }
}

function sourceOf(text: string): BookSource {
  const source = sourceNamed(text);
  if (source !== undefined) return source;
  throw new RequestRefused(
    400,
    "book-unclear",
    "That is neither a link (https://TRACKER/books/...) nor a descriptor (NAME.desc).",
  );
}

function mustHaveTracker(tracker: string | undefined): void {
  if (tracker === undefined)
    throw new RequestRefused(400, "no-tracker", "Nobody says which tracker leads to this book; start with --tracker.");
}
