// How often something may happen: so many times at once, and one time more in each while. Pure: times alone.

import type { Millis } from "./events.ts";

export class Pace {
  readonly #atOnce: number;
  readonly #everyMs: Millis;
  /** Times that are left, as of `#countedAt`. */
  #left: number;
  #countedAt: Millis = 0;

  constructor(atOnce: number, everyMs: Millis) {
    this.#atOnce = atOnce;
    this.#everyMs = everyMs;
    this.#left = atOnce;
  }

  /** When it may happen next; `now` when it may at once. */
  readyAt(now: Millis): Millis {
    this.#pass(now);
    return this.#left >= 1 ? now : now + (1 - this.#left) * this.#everyMs;
  }

  /** It happens. */
  take(now: Millis): void {
    this.#pass(now);
    this.#left -= 1;
  }

  #pass(now: Millis): void {
    this.#left = Math.min(this.#atOnce, this.#left + Math.max(0, now - this.#countedAt) / this.#everyMs);
    this.#countedAt = now;
  }
}
