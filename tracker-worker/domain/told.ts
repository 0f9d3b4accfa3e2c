// What the catalog was told of a book, and whether it is time to tell it anew: at most once in the shortest round, however
// often readers come and go, because each telling wakes the catalog and writes a row there.

import type { BookHealth } from "../../shared/tracker-api/fields.ts";
import type { Tempo } from "./heartbeat.ts";

/** The health that the catalog was told last. */
export interface Told extends BookHealth {
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * When the catalog is to be told.
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
  if (told.readers === health.readers && told.complete === health.complete) return undefined;
  return Math.max(now, told.at + periods[0]);
}
