// Trying again: what may pass is tried a few times in a row, ever later; what will not pass fails at once.

import { setTimeout as wait } from "node:timers/promises";
import { backOffMs } from "./back-off.ts";
import { BACK_OFF_MS_MIN, TRIES_MAX } from "./limits.ts";
import { isPassing } from "./tracker-faults.ts";

/** Longest wait between two tries of a request that somebody waits for, in milliseconds. */
const WAIT_MS_MAX = 30_000;

/** What a test replaces. */
export interface Trying {
  readonly random?: () => number;
  readonly wait?: (ms: number, signal: AbortSignal | undefined) => Promise<unknown>;
}

export class Persistence {
  readonly #random: () => number;
  readonly #wait: NonNullable<Trying["wait"]>;
  readonly #signal: AbortSignal | undefined;
  #failures = 0;

  constructor(signal: AbortSignal | undefined, trying: Trying = {}) {
    this.#signal = signal;
    this.#random = trying.random ?? Math.random;
    this.#wait =
      trying.wait ?? ((ms, aborted) => wait(ms, undefined, aborted === undefined ? {} : { signal: aborted }));
  }

  /** Something went well: patience starts anew. */
  progressed(): void {
    this.#failures = 0;
  }

  /** Waits before the next try. @throws `error` itself when another try is in vain */
  async afterFailure(error: unknown): Promise<void> {
    this.#failures++;
    if (!isPassing(error) || this.#failures >= TRIES_MAX) throw error;
    await this.#wait(backOffMs(this.#failures, { min: BACK_OFF_MS_MIN, max: WAIT_MS_MAX }, this.#random), this.#signal);
  }

  /** Tries until it goes well. */
  async try<Value>(attempt: () => Promise<Value>): Promise<Value> {
    for (;;) {
      try {
        const value = await attempt();
        this.progressed();
        return value;
      } catch (error) {
        await this.afterFailure(error);
      }
    }
  }
}
