// What the catalog was told of a book, and when to tell it anew: in a round, and besides when the first reader comes and
// when the last one goes, but not twice in the time of a round, however often that is: each telling wakes the catalog and
// writes a row there.

import type { BookHealth } from "../../shared/tracker-api/fields.ts";
import type { Tempo } from "./heartbeat.ts";

/** The health that the catalog was told last. */
export interface Told extends BookHealth {
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Whether two healths are the same. */
export function isSame(one: BookHealth, other: BookHealth): boolean {
  return one.readers === other.readers && one.complete === other.complete;
}

/**
 * When the catalog is to be told of a first or last reader.
 * @param told - undefined when nobody knows, as after the object was made anew
 * @returns milliseconds since the epoch, `now` or later; undefined when there is nothing new
 */
export function tellAt(
  told: Told | undefined,
  health: BookHealth,
  now: number,
  { periods }: Tempo,
): number | undefined {
  if (told === undefined) return now;
  if (isSame(told, health)) return undefined;
  return Math.max(now, told.at + periods[0]);
}
