// The largest (or smallest) of what was measured lately: exact for the newest half of its memory, and never older than
// the whole. Two numbers instead of a list of samples.

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
    if (now - this.#since >= this.#halfMs) {
      this.#before = this.#now;
      this.#now = undefined;
      this.#since = now;
    }
    this.#now = this.#now === undefined ? sample : this.#better(this.#now, sample);
  }
}
