// How fast that arrives which is sent, over all links together. Readers say in bunches what they hold, so that what
// arrives between a page's departure and its receipt may be several times what the uplink carries: the rate is taken
// over a second at least, as long as something is under way. The most that was seen lately counts, because an uplink
// that has little to send carries less than it could.

import type { Millis } from "./events.ts";
import { ARRIVAL_SPAN_MS, UPLINK_MEMORY_MS } from "./policy.ts";
import { RecentExtreme } from "./recent-extreme.ts";

/** When something departed, and the bytes that had arrived by then: what a rate is taken from. */
export interface Mark {
  readonly at: Millis;
  readonly arrived: number;
}

/** Least time between marks that are remembered: sixteen of them span the time that is looked back. */
const STEP_MS = ARRIVAL_SPAN_MS / 16;

export class ArrivalRate {
  readonly #most = new RecentExtreme(Math.max, UPLINK_MEMORY_MS);
  /** Bytes, ever. */
  #arrived = 0;
  /** Oldest first; all but the first lie within the span. */
  #marks: Mark[] = [];

  /** Bytes a millisecond; undefined before the first arrival. */
  get value(): number | undefined {
    return this.#most.value;
  }

  /** @param isAlone - nothing else is under way: the time before it was idle, and does not count */
  departs(now: Millis, isAlone: boolean): Mark {
    if (isAlone) this.#marks = [];
    const mark = { at: now, arrived: this.#arrived };
    const last = this.#marks.at(-1);
    if (last === undefined || now >= last.at + STEP_MS) this.#marks.push(mark);
    this.#lookBack(now);
    return mark;
  }

  /** @param departed - the mark with which these bytes departed */
  arrives(bytes: number, departed: Mark, now: Millis): void {
    this.#arrived += bytes;
    this.#lookBack(now);
    const [oldest = departed] = this.#marks;
    const { at, arrived } = oldest.at < departed.at ? oldest : departed;
    if (now > at) this.#most.add((this.#arrived - arrived) / (now - at), now);
  }

  #lookBack(now: Millis): void {
    while ((this.#marks[1]?.at ?? now) <= now - ARRIVAL_SPAN_MS) this.#marks.shift();
  }
}
