// What is known of a book's images, fetched by windows as they come into view: a book of 100,000 images costs what is
// looked at, and no more.

import { type ReadonlySignal, signal } from "@preact/signals";
import type { BookId } from "../../../shared/ids.ts";
import type { LocalClient } from "../api/client.ts";
import type { ImageRow, ImagesEvent } from "../api/messages.ts";

/** Images asked for at a time: a few screens. */
const WINDOW_IMAGES = 240;

/** Windows that are kept. */
const WINDOWS_MAX = 40;

type Window = "asked" | ImageRow[];

export class ImageRows {
  readonly #client: LocalClient;
  readonly #book: BookId;
  /** The window used last stands last. */
  #windows = new Map<number, Window>();
  /** Images that became whole; an answer that was under way meanwhile does not know it yet. */
  readonly #whole = new Set<number>();
  readonly #version = signal(0);

  constructor(client: LocalClient, book: BookId) {
    this.#client = client;
    this.#book = book;
  }

  /** Changes whenever a row may have. */
  get version(): ReadonlySignal<number> {
    return this.#version;
  }

  /** One image; undefined while nothing is known of it, which is then asked for by `want`. */
  get(image: number): ImageRow | undefined {
    const window = this.#windows.get(Math.floor(image / WINDOW_IMAGES));
    return window === undefined || window === "asked" ? undefined : window[image % WINDOW_IMAGES];
  }

  /** Sees to it that these images become known. */
  want(from: number, count: number): void {
    const last = Math.floor((from + Math.max(0, count - 1)) / WINDOW_IMAGES);
    for (let number = Math.floor(from / WINDOW_IMAGES); number <= last; number++) {
      if (!this.#windows.has(number)) void this.#ask(number);
    }
  }

  /** Asks again for those of these images' windows in which something is still arriving. */
  refresh(from: number, count: number): void {
    const last = Math.floor((from + Math.max(0, count - 1)) / WINDOW_IMAGES);
    for (let number = Math.floor(from / WINDOW_IMAGES); number <= last; number++) {
      const window = this.#windows.get(number);
      if (window !== undefined && window !== "asked" && window.some(({ whole, pages }) => !whole && pages > 1))
        void this.#ask(number);
    }
  }

  /** Takes in what the process says by itself. */
  note({ bookId, whole, changed }: ImagesEvent): void {
    if (bookId !== this.#book) return;
    for (const image of whole) this.#whole.add(image);
    for (const image of changed) this.#whole.delete(image);
    for (const number of new Set(whole.map((image) => Math.floor(image / WINDOW_IMAGES)))) {
      const window = this.#windows.get(number);
      if (window !== undefined && window !== "asked") this.#windows.set(number, this.#upToDate(number, window));
    }
    for (const number of new Set(changed.map((image) => Math.floor(image / WINDOW_IMAGES)))) {
      if (this.#windows.has(number)) void this.#ask(number);
    }
    this.#version.value++;
  }

  /** Everything may be different: what is shown is asked for again, and what is answered meanwhile is not believed. */
  forget(): void {
    this.#windows = new Map();
    this.#whole.clear();
    this.#version.value++;
  }

  async #ask(number: number): Promise<void> {
    const windows = this.#windows;
    const before = windows.get(number);
    if (before === undefined) this.#keep(number, "asked");
    try {
      const { images } = await this.#client.images(this.#book, number * WINDOW_IMAGES, WINDOW_IMAGES);
      if (windows !== this.#windows) return;
      this.#keep(number, this.#upToDate(number, images));
      this.#version.value++;
    } catch {
      // The live updates tell whether the process is gone; when it is back, what is in view is asked for again.
      if (before === undefined) windows.delete(number);
    }
  }

  #upToDate(number: number, rows: readonly ImageRow[]): ImageRow[] {
    return rows.map((row, at) => {
      const isNews = !row.whole && this.#whole.has(number * WINDOW_IMAGES + at);
      return isNews ? { ...row, whole: true, pagesHeld: row.pages } : row;
    });
  }

  #keep(number: number, window: Window): void {
    this.#windows.delete(number);
    this.#windows.set(number, window);
    for (const oldest of this.#windows.keys()) {
      if (this.#windows.size <= WINDOWS_MAX) break;
      this.#windows.delete(oldest);
    }
  }
}
