// What is to happen on one machine, in the order of time, and of two things at one time in the order in which they were
// put there: that is what makes a run the same every time. A heap of four children over columns, because millions of
// entries are pushed and taken, and an object for each would be the most of the cost. The queue owns the machine's clock.

import type { Millis } from "../../peer-node/core/events.ts";

/** Something that happens at its time. */
export interface Happening {
  happen(now: Millis): void;
}

const CHILDREN = 4;

/** Entries that a queue has room for at first: there may be ten thousand queues. */
const ROOM = 32;

export class EventQueue {
  /** The time of what happens now. */
  now: Millis = 0;
  /** Things that have happened. */
  count = 0;
  #size = 0;
  #order = 0;
  #times = new Float64Array(ROOM);
  #orders = new Float64Array(ROOM);
  readonly #what: (Happening | undefined)[] = [];

  /** When the next thing happens; infinity when nothing will. */
  get nextAt(): Millis {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#times[0] ?? 0);
  }

  /** Puts something at a time; what is put in the past happens now. */
  put(at: Millis, what: Happening): void {
    if (this.#size === this.#times.length) this.#grow();
    this.#rise(this.#size++, Math.max(at, this.now), this.#order++, what);
  }

  /** Puts a plain function; for what is rare. */
  at(at: Millis, run: () => void): void {
    this.put(at, { happen: run });
  }

  after(ms: Millis, run: () => void): void {
    this.at(this.now + ms, run);
  }

  /** Time goes by, and nothing happens. */
  passTo(at: Millis): void {
    this.now = Math.max(this.now, at);
  }

  /** Lets the next thing happen. @returns false when there is none up to `until` */
  step(until: Millis): boolean {
    const what = this.#what[0];
    const at = this.#times[0] ?? 0;
    if (this.#size === 0 || what === undefined || at > until) return false;
    const last = --this.#size;
    const moved = this.#what[last];
    this.#what[last] = undefined;
    if (last > 0 && moved !== undefined) this.#sink(this.#times[last] ?? 0, this.#orders[last] ?? 0, moved);
    this.now = at;
    this.count++;
    what.happen(at);
    return true;
  }

  #rise(from: number, at: Millis, order: number, what: Happening): void {
    let hole = from;
    while (hole > 0) {
      const parent = (hole - 1) >> 2;
      // A later order never goes before an earlier one of the same time.
      if ((this.#times[parent] ?? 0) <= at) break;
      this.#move(parent, hole);
      hole = parent;
    }
    this.#place(hole, at, order, what);
  }

  #sink(at: Millis, order: number, what: Happening): void {
    let hole = 0;
    for (;;) {
      const first = hole * CHILDREN + 1;
      if (first >= this.#size) break;
      const end = Math.min(first + CHILDREN, this.#size);
      let least = first;
      for (let child = first + 1; child < end; child++) if (this.#isBefore(child, least)) least = child;
      const time = this.#times[least] ?? 0;
      if (at < time || (at === time && order < (this.#orders[least] ?? 0))) break;
      this.#move(least, hole);
      hole = least;
    }
    this.#place(hole, at, order, what);
  }

  #isBefore(a: number, b: number): boolean {
    const left = this.#times[a] ?? 0;
    const right = this.#times[b] ?? 0;
    return left < right || (left === right && (this.#orders[a] ?? 0) < (this.#orders[b] ?? 0));
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from] ?? 0;
    this.#orders[to] = this.#orders[from] ?? 0;
    this.#what[to] = this.#what[from];
  }

  #place(to: number, at: Millis, order: number, what: Happening): void {
    this.#times[to] = at;
    this.#orders[to] = order;
    this.#what[to] = what;
  }

  #grow(): void {
    const size = this.#times.length * 2;
    const [times, orders] = [new Float64Array(size), new Float64Array(size)];
    times.set(this.#times);
    orders.set(this.#orders);
    this.#times = times;
    this.#orders = orders;
  }
}

/** Rings once, at the earliest time that it was set to since it last rang. */
export class Alarm implements Happening {
  readonly #queue: EventQueue;
  readonly #ring: (now: Millis) => void;
  #at = Number.POSITIVE_INFINITY;

  constructor(queue: EventQueue, ring: (now: Millis) => void) {
    this.#queue = queue;
    this.#ring = ring;
  }

  /** When it rings; never, as it stands, when that is infinity. */
  get at(): Millis {
    return this.#at;
  }

  set(at: Millis): void {
    if (at >= this.#at) return;
    this.#at = Math.max(at, this.#queue.now);
    this.#queue.put(this.#at, this);
  }

  happen(now: Millis): void {
    // An entry that an earlier one has overtaken finds the alarm set to a later time, or to none.
    if (now < this.#at) return;
    this.#at = Number.POSITIVE_INFINITY;
    this.#ring(now);
  }
}
