// All books of the process, watched: what the local API tells when it is asked, and what it tells by itself. Whoever
// listens is told the state when it has changed, at a steady pace, and images as they become whole, a few at a time.

import { isDeepStrictEqual } from "node:util";
import type { BookId, ImageIndex } from "../../shared/ids.ts";
import type { BookEvent } from "../node/book-events.ts";
import type { OpenBooks } from "../node/open-books.ts";
import type { OpenedBook } from "../node/opened-book.ts";
import { IMAGES_MS, STATE_MS } from "./api/limits.ts";
import type { Limits, LocalEvent, ProcessState } from "./api/messages.ts";
import { WatchedBook } from "./book-state.ts";

export type OnLocalEvent = (event: LocalEvent) => void;

/** Images of a book that look different, not told yet. */
interface Difference {
  readonly whole: Set<ImageIndex>;
  readonly changed: Set<ImageIndex>;
}

export class WatchedBooks {
  readonly #open: OpenBooks;
  readonly #version: string;
  readonly #books = new Map<BookId, { readonly book: WatchedBook; readonly stop: () => void }>();
  readonly #listeners = new Set<OnLocalEvent>();
  readonly #differences = new Map<BookId, Difference>();
  readonly #unwatch: () => void;
  #said: ProcessState | undefined;
  #pace: NodeJS.Timeout | undefined;
  #gathering: NodeJS.Timeout | undefined;

  constructor(open: OpenBooks, version: string) {
    this.#open = open;
    this.#version = version;
    for (const opened of open) this.#add(opened);
    this.#unwatch = open.watch(({ type, opened }) => {
      if (type === "added") this.#add(opened);
      else this.#remove(opened.store.book.id);
      this.#tellState();
    });
  }

  state(): ProcessState {
    return {
      bookswarm: "process",
      version: this.#version,
      pid: process.pid,
      port: this.#open.node.port,
      limits: this.limits,
      books: Array.from(this.#books.values(), ({ book }) => book.state()),
    };
  }

  get limits(): Limits {
    const { upload, download } = this.#open.node.rates;
    return { upload: orNull(upload), download: orNull(download) };
  }

  get(id: BookId): WatchedBook | undefined {
    return this.#books.get(id)?.book;
  }

  /** Tells the state now, and what changes from now on, until the function that it returns is called. */
  listen(listener: OnLocalEvent): () => void {
    // Who listens already is told first: what a newcomer is told counts as said.
    this.#tellState();
    this.#said = this.state();
    listener({ event: "state", data: this.#said });
    this.#listeners.add(listener);
    this.#pace ??= setInterval(() => this.#tellState(), STATE_MS);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#pace);
      this.#pace = undefined;
    };
  }

  /** Tells the state to all who listen, if it is not what they know; to be called after a change that people wait for. */
  changed(): void {
    this.#tellState();
  }

  close(): void {
    this.#unwatch();
    clearInterval(this.#pace);
    clearTimeout(this.#gathering);
    this.#listeners.clear();
    for (const { stop } of this.#books.values()) stop();
    this.#books.clear();
  }

  #add(opened: OpenedBook): void {
    const book = new WatchedBook(opened);
    const stop = opened.watch((event) => {
      book.note(event);
      this.#noteImages(opened, event);
    });
    this.#books.set(opened.store.book.id, { book, stop });
  }

  #remove(id: BookId): void {
    this.#books.get(id)?.stop();
    this.#books.delete(id);
    this.#differences.delete(id);
  }

  #noteImages({ store: { book } }: OpenedBook, event: BookEvent): void {
    if (this.#listeners.size === 0) return;
    if (event.type === "image") this.#differs(book.id, event.image.image, "whole");
    else if (event.type === "pagesLost" || event.type === "pagesFound")
      for (const page of event.pages) this.#differs(book.id, book.imageOf(page), "changed");
  }

  #differs(id: BookId, image: ImageIndex, how: keyof Difference): void {
    let difference = this.#differences.get(id);
    if (difference === undefined) {
      difference = { whole: new Set(), changed: new Set() };
      this.#differences.set(id, difference);
    }
    difference[how].add(image);
    this.#gathering ??= setTimeout(() => this.#tellImages(), IMAGES_MS);
  }

  #tellImages(): void {
    this.#gathering = undefined;
    const differences = [...this.#differences];
    this.#differences.clear();
    for (const [bookId, { whole, changed }] of differences)
      this.#tell({ event: "images", data: { bookId, whole: [...whole], changed: [...changed] } });
  }

  #tellState(): void {
    if (this.#listeners.size === 0) return;
    const state = this.state();
    if (isDeepStrictEqual(state, this.#said)) return;
    this.#said = state;
    this.#tell({ event: "state", data: state });
  }

  #tell(event: LocalEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function orNull(rate: number): number | null {
  return rate === Number.POSITIVE_INFINITY ? null : Math.round(rate);
}
