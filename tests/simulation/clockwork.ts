// Time for many machines. Each has a queue and a clock of its own, and what one does reaches another no sooner than a
// delay later. So within a delay none can know what the others do, and they need not be played in the order of time: a
// round lets one after the other do all that it has to do up to the round's end. That order is always the same, so a
// seed still replays a run, and it is quick: what one machine touches is still at hand when it happens on that machine
// again, where ten thousand that take turns at every event would find nothing of theirs left in the processor's caches.
// (Simulators that run in parallel know this as a conservative window.)

import type { Millis } from "../../peer-node/core/events.ts";
import { EventQueue } from "./event-queue.ts";
import { must } from "./invariants.ts";

/** Things that may happen on one machine in one round; more is somebody answering himself without end. */
const STEPS_PER_ROUND_MAX = 10_000_000;

/** Shortest round. Where there is no delay, what one machine tells another waits for the next round. */
const ROUND_MS_MIN: Millis = 1;

export class Clockwork {
  /** What concerns more than one machine: it happens between two rounds, while all clocks show the same. */
  readonly common = new EventQueue();
  readonly #machines: EventQueue[] = [];
  readonly #roundMs: Millis;

  /** @param delayMs - how long it takes one machine to reach another, at the least */
  constructor(delayMs: Millis) {
    this.#roundMs = Math.max(delayMs, ROUND_MS_MIN);
  }

  /** Things that have happened, anywhere. */
  get count(): number {
    return this.#machines.reduce((sum, { count }) => sum + count, this.common.count);
  }

  /** The queue and clock of one more machine. */
  add(): EventQueue {
    const machine = new EventQueue();
    this.#machines.push(machine);
    return machine;
  }

  /** Plays one round. @returns false when nothing is to happen up to `until` */
  round(until: Millis): boolean {
    const { common } = this;
    let first = common.nextAt;
    for (const { nextAt } of this.#machines) first = Math.min(first, nextAt);
    if (first > until || first === Number.POSITIVE_INFINITY) return false;
    const end = Math.min(first + this.#roundMs, common.nextAt);
    for (const machine of this.#machines) runBefore(machine, end);
    if (common.nextAt === end) for (const machine of this.#machines) machine.passTo(end);
    common.passTo(end);
    while (common.step(end));
    return true;
  }
}

function runBefore(machine: EventQueue, end: Millis): void {
  const before = machine.count;
  while (machine.nextAt < end) {
    machine.step(end);
    must(
      machine.count - before < STEPS_PER_ROUND_MAX,
      () => `Time stands still at ${(machine.now / 1_000).toFixed(3)} s`,
    );
  }
}
