// Loses patience with a book of which no new page comes, as --timeout asks for.

import type { OpenedBook } from "../node/opened-book.ts";
import { CommandFailed } from "./command-failed.ts";

/** Longest time between two looks, in milliseconds; shorter ones for a short patience. */
const LOOK_MS_MAX = 250;

export class PageWatch {
  readonly #opened: OpenedBook;
  readonly #seconds: number;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #expired = Promise.withResolvers<void>();
  #pagesHeld = -1;
  #since = performance.now();
  #failure: CommandFailed | undefined;

  /** Watches until the book is complete, patience is at its end, or `end`. @param seconds - for ever when absent */
  constructor(opened: OpenedBook, seconds = Number.POSITIVE_INFINITY) {
    this.#opened = opened;
    this.#seconds = seconds;
    if (seconds === Number.POSITIVE_INFINITY) return;
    // Whoever never comes to wait for the book, because another one failed, is not kept here by it.
    this.#timer = setInterval(() => this.#look(), Math.min(LOOK_MS_MAX, seconds * 250)).unref();
  }

  /** Settles when patience is at its end; may never. */
  get expired(): Promise<void> {
    return this.#expired.promise;
  }

  /** Why patience is at its end; undefined as long as it is not. */
  get failure(): CommandFailed | undefined {
    return this.#failure;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { reader } = this.#opened;
    const { pagesHeld, pagesMissing, paused } = reader.snapshot();
    const now = performance.now();
    if (pagesHeld !== this.#pagesHeld || pagesMissing === 0 || paused) this.#since = now;
    this.#pagesHeld = pagesHeld;
    if (now - this.#since < this.#seconds * 1_000) return;
    this.end();
    this.#failure = new CommandFailed(
      "timed-out",
      `No page of ${reader.book.name} came for ${this.#seconds} s, ${pagesMissing} are missing; the same command goes on with it. ${this.#opened.why().message}`,
    );
    this.#expired.resolve();
  }
}
