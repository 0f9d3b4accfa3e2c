// A limit in bytes a second, kept over time and not at every instant: what is sent may go into debt by one stretch,
// and nothing more goes until the debt is paid. So the rate holds whatever the size of what is sent. Several books of
// one node may share a bucket.

import type { Millis } from "./events.ts";
import { RateMeter } from "./rate-meter.ts";

/** Time for which unused allowance is kept: enough to bridge a late timer, too little to be a burst. */
const KEPT_MS = 50;

export class TokenBucket {
  #bytesPerMs = 0;
  /** Bytes that may go now; below zero while in debt. */
  #bytes = 0;
  #at: Millis | undefined;
  /** Allowance that nobody used in time. */
  #lost = new RateMeter();

  /** @param bytesPerSecond - above 0; Infinity for no limit */
  constructor(bytesPerSecond: number) {
    this.bytesPerSecond = bytesPerSecond;
  }

  get bytesPerSecond(): number {
    return this.#bytesPerMs * 1_000;
  }

  /** Another limit from now on; what was taken under the old one is forgotten. */
  set bytesPerSecond(bytesPerSecond: number) {
    this.#bytesPerMs = bytesPerSecond / 1_000;
    this.#bytes = 0;
    this.#lost = new RateMeter();
  }

  /** False while anything may go at any time. */
  get isLimited(): boolean {
    return this.#bytesPerMs !== Number.POSITIVE_INFINITY;
  }

  /** True when something may go. */
  allows(now: Millis): boolean {
    this.#refill(now);
    return this.#isPaid;
  }

  /** Counts bytes that go. */
  take(bytes: number, now: Millis): void {
    this.#refill(now);
    if (this.isLimited) this.#bytes -= bytes;
  }

  /** Gives back bytes that did not go after all. */
  giveBack(bytes: number): void {
    if (this.isLimited) this.#bytes += bytes;
  }

  /** When something may go again; `now` when it may already. */
  readyAt(now: Millis): Millis {
    this.#refill(now);
    return this.#isPaid ? now : now - this.#bytes / this.#bytesPerMs;
  }

  /** How much of the limit was used in the last seconds, from 0 to 1; 0 without a limit. */
  use(now: Millis): number {
    this.#refill(now);
    return this.isLimited ? Math.max(0, 1 - this.#lost.rate(now) / this.bytesPerSecond) : 0;
  }

  /** A debt of less than a byte is none: sums of fractions never come out even. */
  get #isPaid(): boolean {
    return this.#bytes > -1;
  }

  #refill(now: Millis): void {
    const elapsed = now - (this.#at ?? now);
    this.#at = now;
    if (!this.isLimited) return;
    const bytes = this.#bytes + elapsed * this.#bytesPerMs;
    this.#bytes = Math.min(KEPT_MS * this.#bytesPerMs, bytes);
    this.#lost.add(bytes - this.#bytes, now);
  }
}
