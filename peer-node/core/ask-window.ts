// How many bytes may be asked of one reader and not yet here. Counted in bytes, so that neither distance nor small
// images leave the wire idle: it opens like TCP's slow start, settles at what the link moves in two round trips and
// WINDOW_MS, and halves when the link stalls.

import type { Millis } from "./events.ts";
import { WINDOW_BYTES_MAX, WINDOW_BYTES_MIN, WINDOW_BYTES_START, WINDOW_MS } from "./policy.ts";

export class AskWindow {
  /** True until the window has once been larger than the link could use. */
  #opening = true;
  #bytes = WINDOW_BYTES_START;
  /** Shortest time seen between an ask and its first byte; 0 before the first. */
  #roundTripMs = 0;

  /** Bytes that may be asked and not yet here. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The first byte of an ask arrived. */
  answered(afterMs: Millis): void {
    this.#roundTripMs = this.#roundTripMs === 0 ? afterMs : Math.min(this.#roundTripMs, afterMs);
  }

  /**
   * A page arrived.
   * @param bytes - its length
   * @param rate - what the link moves, in bytes a second; 0 when not yet known
   */
  delivered(bytes: number, rate: number): void {
    const useful = (rate * (WINDOW_MS + 2 * this.#roundTripMs)) / 1_000;
    if (this.#opening) {
      // Twice the useful size means that a page waits in the queue longer than it travels: opened far enough.
      this.#opening = rate === 0 || this.#bytes < 2 * useful;
      this.#set(this.#bytes + bytes);
      return;
    }
    this.#set(useful);
  }

  /** Nothing came in the time allowed. */
  stalled(): void {
    this.#opening = false;
    this.#set(this.#bytes / 2);
  }

  #set(bytes: number): void {
    this.#bytes = Math.min(WINDOW_BYTES_MAX, Math.max(WINDOW_BYTES_MIN, bytes));
  }
}
