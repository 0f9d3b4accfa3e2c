// What one listener has not been told yet. A tab in the background may read nothing for hours: then only the last state
// waits for it, and each image once, so that it costs no more than a book does.

import type { BookId } from "../../shared/ids.ts";
import type { LocalEvent, ProcessState } from "./api/messages.ts";

/** Images of a book that look different, not told yet. */
interface Difference {
  readonly whole: Set<number>;
  readonly changed: Set<number>;
}

export class Backlog {
  readonly #gone: AbortSignal;
  #state: ProcessState | undefined;
  readonly #images = new Map<BookId, Difference>();
  #wake: (() => void) | undefined;

  /** @param gone - aborted when the listener is gone */
  constructor(gone: AbortSignal) {
    this.#gone = gone;
    // Once for all waits: a listener for each would stay for as long as the tab is open.
    gone.addEventListener("abort", () => this.#wake?.());
  }

  add(event: LocalEvent): void {
    if (event.event === "state") this.#state = event.data;
    else {
      const { bookId, whole, changed } = event.data;
      const difference = this.#images.get(bookId) ?? { whole: new Set(), changed: new Set() };
      this.#images.set(bookId, difference);
      for (const image of whole) difference.whole.add(image);
      for (const image of changed) difference.changed.add(image);
    }
    this.#wake?.();
  }

  /** Everything that waits, the state first; it waits no more. */
  take(): readonly LocalEvent[] {
    const state: LocalEvent[] = this.#state === undefined ? [] : [{ event: "state", data: this.#state }];
    const images = Array.from(this.#images, ([bookId, { whole, changed }]): LocalEvent => {
      return { event: "images", data: { bookId, whole: [...whole], changed: [...changed] } };
    });
    this.#state = undefined;
    this.#images.clear();
    return [...state, ...images];
  }

  /** Settles when something waits, or the listener is gone. */
  async more(): Promise<void> {
    if (this.#state !== undefined || this.#images.size > 0 || this.#gone.aborted) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }
}
