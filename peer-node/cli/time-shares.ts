// What filled the time of a download: how long each cause held, so that its end can be told from what the lines allowed.
// Knows no clock: each note comes with its time.

import type { Cause } from "../core/cause.ts";

/** Causes under which nothing but faster lines, or another limit, would have made it faster. */
const AT_BEST: readonly Cause[] = ["readers", "limit"];

export class TimeShares {
  readonly #millis = new Map<Cause, number>();
  #last: { readonly cause: Cause; readonly at: number } | undefined;

  /** The cause holds from now on, until the next one is noted. @param at - milliseconds, on a clock that never goes back */
  note(cause: Cause, at: number): void {
    this.end(at);
    this.#last = { cause, at };
  }

  /** Nothing more is to be noted: the last cause held until now. */
  end(at: number): void {
    if (this.#last !== undefined) this.#millis.set(this.#last.cause, this.#of(this.#last.cause) + at - this.#last.at);
    this.#last = undefined;
  }

  /** Share of the time that each cause held, from 0 to 1, the longest first; none while no time has passed. */
  get shares(): readonly (readonly [Cause, number])[] {
    const all = [...this.#millis.values()].reduce((sum, millis) => sum + millis, 0);
    if (all === 0) return [];
    return [...this.#millis].map(([cause, millis]) => [cause, millis / all] as const).sort(([, a], [, b]) => b - a);
  }

  /** Share of the time in which it went as fast as lines and limits allow; 0 while no time has passed. */
  get atBest(): number {
    return AT_BEST.reduce((sum, cause) => sum + (this.shares.find(([each]) => each === cause)?.[1] ?? 0), 0);
  }

  #of(cause: Cause): number {
    return this.#millis.get(cause) ?? 0;
  }
}
