// Books that come and go while the process runs, as a person at the page wishes.

import { resolve } from "node:path";
import type { BookId } from "../../shared/ids.ts";
import { imagesMatching } from "../library/images-matching.ts";
import { type BookSource, sourceNamed } from "../node/book-source.ts";
import { findBookIn } from "../node/find-book.ts";
import { getBook } from "../node/get-book.ts";
import type { Node } from "../node/node.ts";
import type { OpenBooks } from "../node/open-books.ts";
import type { OpenedBook } from "../node/opened-book.ts";
import { seedBook } from "../node/seed-book.ts";
import type { TrackerAddress } from "../tracker/tracker-request.ts";
import type { NewBook } from "./api/messages.ts";
import { KeptBooks } from "./kept-books.ts";
import { RequestRefused } from "./refusals.ts";

export interface BookOpenerOptions {
  readonly books: OpenBooks;
  /** The tracker that the user named, with the token for it. */
  readonly tracker: TrackerAddress | undefined;
  /** Told in a sentence which book that was added before cannot be opened again. */
  readonly onTrouble: (sentence: string) => void;
}

export class BookOpener {
  readonly #books: OpenBooks;
  readonly #tracker: TrackerAddress | undefined;
  readonly #onTrouble: (sentence: string) => void;
  /** Known once the command's own books are open. */
  #kept: KeptBooks | undefined;

  /** Opens what was added before as soon as the command's own books are open. */
  constructor({ books, tracker, onTrouble }: BookOpenerOptions) {
    this.#books = books;
    this.#tracker = tracker;
    this.#onTrouble = onTrouble;
    void books.ownAreOpen.then(() => this.#resume());
  }

  get node(): Node {
    return this.#books.node;
  }

  /**
   * Opens a book and begins to fetch or to serve it; the next start of this command opens it again.
   * @throws RequestRefused when the process has it already, or nobody leads to it
   * @throws what `getBook` and `seedBook` throw
   */
  async open(asked: NewBook): Promise<BookId> {
    const opened = await this.#open(asked);
    const { book, folder } = opened.store;
    this.#kept?.keep({ bookId: book.id, wish: { ...fromAnywhere(asked), folder }, paused: false });
    return book.id;
  }

  /** Pauses a book, or lets it go on. */
  pause(opened: OpenedBook, paused: boolean): void {
    opened.reader.pause(paused);
    const kept = this.#kept?.get(opened.store.book.id);
    if (kept !== undefined) this.#kept?.keep({ ...kept, paused });
  }

  /** Chooses images by globs; all of them when there is none. @throws GlobUnmatched, DiskFault */
  async choose(opened: OpenedBook, only: readonly string[]): Promise<void> {
    const { book } = opened.store;
    await opened.choose(only.length === 0 ? () => true : imagesMatching(book, only));
    const kept = this.#kept?.get(book.id);
    if (kept?.wish.purpose === "fetch") this.#kept?.keep({ ...kept, wish: { ...kept.wish, only: [...only] } });
  }

  /** Leaves a book, and does not open it again. */
  async close(id: BookId): Promise<void> {
    this.#kept?.forget(id);
    await this.#books.remove(id);
  }

  async #resume(): Promise<void> {
    const [own] = this.#books;
    if (own === undefined) return;
    this.#kept = new KeptBooks(own.store.folder);
    for (const { bookId, wish, paused } of this.#kept) {
      if (this.node.isClosing) return;
      // The command was told of it as well.
      if (this.#books.get(bookId) !== undefined) continue;
      try {
        const opened = await this.#open(wish);
        if (paused) opened.reader.pause(true);
      } catch (error) {
        if (this.node.isClosing) return;
        const why = error instanceof Error ? error.message : String(error);
        this.#onTrouble(`The book ${bookId.slice(0, 8)}, which was added before, is not opened again: ${why}`);
      }
    }
  }

  async #open(wish: NewBook): Promise<OpenedBook> {
    const opened = wish.purpose === "fetch" ? await this.#fetch(wish) : await this.#serve(wish);
    this.#books.add(opened);
    return opened;
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

/** The same wish in a process that is started in another folder. */
function fromAnywhere(wish: NewBook): NewBook {
  if (wish.purpose === "serve" || "link" in sourceOf(wish.source)) return wish;
  return { ...wish, source: resolve(wish.source) };
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
