// Bytes a second, measured over about the last two seconds. Knows no clock: each count comes with its time.

import type { Millis } from "./events.ts";

/** Time over which a past rate fades to a third. */
const FADE_MS = 2_000;

/** Shortest stretch that is worth measuring; bursts within it are averaged. */
const STRETCH_MS = 100;

export class RateMeter {
  #rate = 0;
  #since: Millis | undefined;
  #bytes = 0;
  #total = 0;
  #lastAt: Millis | undefined;

  /** When something was last counted; undefined before that. */
  get lastAt(): Millis | undefined {
    return this.#lastAt;
  }

  /** Bytes counted in all. */
  get total(): number {
    return this.#total;
  }

  add(bytes: number, now: Millis): void {
    this.#since ??= now;
    this.#lastAt = now;
    this.#bytes += bytes;
    this.#total += bytes;
    this.#settle(now);
  }

  /** Bytes a second; 0 before anything was measured. */
  rate(now: Millis): number {
    this.#settle(now);
    return this.#rate;
  }

  #settle(now: Millis): void {
    if (this.#since === undefined) return;
    const elapsed = now - this.#since;
    if (elapsed < STRETCH_MS) return;
    const measured = (this.#bytes * 1_000) / elapsed;
    const kept = this.#rate === 0 ? 0 : Math.exp(-elapsed / FADE_MS);
    this.#rate = this.#rate * kept + measured * (1 - kept);
    this.#since = now;
    this.#bytes = 0;
  }
}
