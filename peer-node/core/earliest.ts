// Times at which something may happen, of which some parts of the engine have none.

import type { Millis } from "./events.ts";

/** The first of these times; undefined when there is none. */
export function earliest(...times: readonly (Millis | undefined)[]): Millis | undefined {
  let first: Millis | undefined;
  for (const at of times) if (at !== undefined && (first === undefined || at < first)) first = at;
  return first;
}
