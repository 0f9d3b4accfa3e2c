// Speeds of the last minutes, one point after the other.

import { type ReadonlySignal, signal } from "@preact/signals";

/** Bytes a second, each way. */
export interface SpeedPoint {
  readonly receive: number;
  readonly send: number;
}

/** Points that are kept: two minutes of two points a second. */
export const POINTS_MAX = 240;

export class SpeedHistory {
  readonly #points = signal<readonly SpeedPoint[]>([]);

  /** Oldest first. */
  get points(): ReadonlySignal<readonly SpeedPoint[]> {
    return this.#points;
  }

  add(point: SpeedPoint): void {
    this.#points.value = [...this.#points.value.slice(1 - POINTS_MAX), point];
  }
}
