// Lets something be said now and then, not every time it could be.

/** Runs what it is given, at most once in a period; what comes between is dropped. */
export class Throttle {
  readonly #periodMs: number;
  #nextAt = 0;

  constructor(periodMs: number) {
    this.#periodMs = periodMs;
  }

  try(say: () => void): void {
    const now = performance.now();
    if (now < this.#nextAt) return;
    this.#nextAt = now + this.#periodMs;
    say();
  }
}
