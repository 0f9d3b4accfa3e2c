// What holds a book back from outside of its engine, remembered from what was told: how the tracker answers, why the disk
// takes nothing; and how busy this process is.

import { performance } from "node:perf_hooks";
import type { Surroundings, TrackerStanding } from "../core/cause.ts";
import type { BookEvent } from "./book-events.ts";

/** Shortest time over which the load is measured, in milliseconds. Chosen: a person's moment. */
const LOAD_MS = 1_000;

export class Circumstances {
  #tracker: TrackerStanding;
  #diskFault: string | undefined;
  #load = 0;
  #measured = performance.eventLoopUtilization();
  #measuredAt = performance.now();

  constructor(hasTracker: boolean) {
    this.#tracker = hasTracker ? "waiting" : "none";
  }

  /** Takes note of what an event says of the tracker or the disk. */
  readonly note = (event: BookEvent): void => {
    switch (event.type) {
      case "joined":
      case "trackerBack":
        this.#tracker = "joined";
        return;
      case "trackerLost":
        this.#tracker = "lost";
        return;
      case "refused":
        this.#tracker = "refused";
        return;
      case "paused":
        this.#diskFault = event.fault.message;
        return;
      case "resumed":
        this.#diskFault = undefined;
        return;
      default:
        return;
    }
  };

  now(): Surroundings {
    return { tracker: this.#tracker, diskFault: this.#diskFault, load: this.#loadNow() };
  }

  #loadNow(): number {
    const now = performance.now();
    if (now - this.#measuredAt >= LOAD_MS) {
      const measured = performance.eventLoopUtilization();
      this.#load = performance.eventLoopUtilization(measured, this.#measured).utilization;
      this.#measured = measured;
      this.#measuredAt = now;
    }
    return this.#load;
  }
}
