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
import { DiskFault } from "../storage/page-store.ts";
import type { TrackerAddress } from "../tracker/tracker-request.ts";
import type { NewBook } from "./api/messages.ts";
import { type KeptBook, KeptBooks } from "./kept-books.ts";
import { RequestRefused } from "./refusals.ts";

export interface BookOpenerOptions {
  readonly books: OpenBooks;
  /** The tracker that the user named, with the token for it. */
  readonly tracker: TrackerAddress | undefined;
  /** Told in a sentence what cannot be opened again, or will not be as it was left, at the next start. */
  readonly onTrouble: (sentence: string) => void;
}

export class BookOpener {
  readonly #books: OpenBooks;
  readonly #tracker: TrackerAddress | undefined;
  readonly #onTrouble: (sentence: string) => void;
  /** Known once the command's own books are open; what is to be kept before waits for that, in order. */
  readonly #kept: Promise<KeptBooks>;
  readonly #closing = new AbortController();

  /** Opens what was added before as soon as the command's own books are open. */
  constructor({ books, tracker, onTrouble }: BookOpenerOptions) {
    this.#books = books;
    this.#tracker = tracker;
    this.#onTrouble = onTrouble;
    this.#kept = books.ownAreOpen.then((own) => new KeptBooks(own.store.folder));
    // What came and went before that is written down first, and a book that went is not opened again.
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
    const { book, folder } = (await this.#open(asked)).store;
    const kept = { bookId: book.id, wish: fromAnywhere(asked, folder), paused: false };
    this.#keep(`${book.name} is not opened again at the next start`, (all) => all.keep(kept));
    return book.id;
  }

  /** Pauses a book, or lets it go on. */
  pause(opened: OpenedBook, paused: boolean): void {
    opened.reader.pause(paused);
    this.#keepOther(opened, (kept) => ({ ...kept, paused }));
  }

  /** Chooses images by globs; all of them when there is none. @throws GlobUnmatched, DiskFault */
  async choose(opened: OpenedBook, only: readonly string[]): Promise<void> {
    await opened.choose(only.length === 0 ? () => true : imagesMatching(opened.store.book, only));
    this.#keepOther(opened, ({ wish, ...kept }) => {
      return { ...kept, wish: wish.purpose === "fetch" ? { ...wish, only: [...only] } : wish };
    });
  }

  /** Leaves a book, and does not open it again. */
  async leave({ store: { book } }: OpenedBook): Promise<void> {
    this.#keep(`${book.name} is opened again at the next start`, (all) => all.forget(book.id));
    await this.#books.remove(book.id);
  }

  /** Gives up what is being opened. */
  close(): void {
    this.#closing.abort(new Error("The local page is being closed"));
  }

  get #isClosing(): boolean {
    return this.#closing.signal.aborted || this.node.isClosing;
  }

  /** Writes something down for the next start. @param failing - what comes of it when that cannot be done */
  #keep(failing: string, write: (all: KeptBooks) => void): void {
    void this.#kept.then((all) => {
      try {
        write(all);
      } catch (error) {
        if (!(error instanceof DiskFault)) throw error;
        this.#onTrouble(`${failing}: ${error.message}`);
      }
    });
  }

  /** Writes down that a book that was added is otherwise now. */
  #keepOther({ store: { book } }: OpenedBook, change: (kept: KeptBook) => KeptBook): void {
    this.#keep(`${book.name} is at the next start as it was before`, (all) => {
      const kept = all.get(book.id);
      if (kept !== undefined) all.keep(change(kept));
    });
  }

  async #resume(): Promise<void> {
    for (const { bookId, wish, paused } of await this.#kept) {
      if (this.#isClosing) return;
      // The command was told of it as well.
      if (this.#books.get(bookId) !== undefined) continue;
      try {
        const opened = await this.#open(wish);
        if (paused) opened.reader.pause(true);
      } catch (error) {
        if (this.#isClosing) return;
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
      signal: this.#closing.signal,
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
    return seedBook(found, { node: this.node, signal: this.#closing.signal, onEvent: () => undefined });
  }

  #mustBeNew(id: BookId): void {
    if (this.#books.get(id) !== undefined)
      throw new RequestRefused(409, "already-open", "This process has that book already.");
  }
}

/** The same wish in a process that is started in another folder. @param folder - where a book that is fetched lies */
function fromAnywhere(wish: NewBook, folder: string): NewBook {
  if (wish.purpose === "serve") return { ...wish, folder: resolve(wish.folder) };
  const source = "link" in sourceOf(wish.source) ? wish.source : resolve(wish.source);
  return { ...wish, source, folder };
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
