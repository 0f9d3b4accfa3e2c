// The largest (or smallest) of what was measured lately: exact for the newest half of its memory, and never older than
// the whole. Two numbers instead of a list of samples. Time goes by with samples only: what was found holds until
// something newer is known.

import type { Millis } from "./events.ts";

export class RecentExtreme {
  readonly #better: (a: number, b: number) => number;
  readonly #halfMs: Millis;
  #since: Millis = 0;
  #now: number | undefined;
  #before: number | undefined;

  /**
   * @param better - Math.max or Math.min
   * @param memoryMs - no sample counts for longer than this
   */
  constructor(better: (a: number, b: number) => number, memoryMs: Millis) {
    this.#better = better;
    this.#halfMs = memoryMs / 2;
  }

  /** The best of the recent samples; undefined before the first. */
  get value(): number | undefined {
    if (this.#now === undefined || this.#before === undefined) return this.#now ?? this.#before;
    return this.#better(this.#now, this.#before);
  }

  add(sample: number, now: Millis): void {
    const elapsed = now - this.#since;
    if (elapsed >= this.#halfMs) {
      const isNextHalf = elapsed < 2 * this.#halfMs;
      this.#before = isNextHalf ? this.#now : undefined;
      this.#now = undefined;
      this.#since = isNextHalf ? this.#since + this.#halfMs : now;
    }
    this.#now = this.#now === undefined ? sample : this.#better(this.#now, sample);
  }
}
