// The books that one node has open, for whoever shows or steers them. Commands put theirs here; the local page adds
// and removes others while the process runs.

import type { BookId } from "../../shared/ids.ts";
import type { Node } from "./node.ts";
import type { OpenedBook } from "./opened-book.ts";

/** A book came, or went. */
export interface BooksChange {
  readonly type: "added" | "removed";
  readonly opened: OpenedBook;
}

export class OpenBooks implements Iterable<OpenedBook> {
  readonly node: Node;
  readonly #books = new Map<BookId, OpenedBook>();
  readonly #watchers = new Set<(change: BooksChange) => void>();
  readonly #own = Promise.withResolvers<OpenedBook>();

  constructor(node: Node) {
    this.node = node;
  }

  /** The first book that the command was told to open, once it has opened all of them; may never settle. */
  get ownAreOpen(): Promise<OpenedBook> {
    return this.#own.promise;
  }

  /** Says that the command has opened what it was told to open. @param first - what of it was named first */
  noteOwnAreOpen(first: OpenedBook): void {
    this.#own.resolve(first);
  }

  /** In the order in which they came. */
  [Symbol.iterator](): Iterator<OpenedBook> {
    return this.#books.values();
  }

  get(id: BookId): OpenedBook | undefined {
    return this.#books.get(id);
  }

  /** Takes a book that the node reads. */
  add(opened: OpenedBook): void {
    this.#books.set(opened.store.book.id, opened);
    this.#tell({ type: "added", opened });
  }

  /** Leaves a book in order; its files stay. Does nothing when it is not open. */
  async remove(id: BookId): Promise<void> {
    const opened = this.#books.get(id);
    if (opened === undefined) return;
    this.#books.delete(id);
    this.#tell({ type: "removed", opened });
    await this.node.leave(opened.reader);
  }

  /** Aborted when a book that is open now is left. */
  leaving(book: OpenedBook): AbortSignal {
    const left = new AbortController();
    const unwatch = this.watch(({ type, opened }) => {
      if (type !== "removed" || opened !== book) return;
      unwatch();
      left.abort();
    });
    return left.signal;
  }

  /** Tells of every book that comes or goes from now on, until the function that it returns is called. */
  watch(onChange: (change: BooksChange) => void): () => void {
    this.#watchers.add(onChange);
    return () => void this.#watchers.delete(onChange);
  }

  #tell(change: BooksChange): void {
    for (const watcher of this.#watchers) watcher(change);
  }
}
