// Which exit a refusal of the tracker leads to.

import type { Exit } from "./exit-codes.ts";

/** What a tracker's refusal means to whoever typed the command. */
export function exitOfRefusal(code: string): Exit {
  return REFUSALS[code] ?? "tracker-refused";
}

const REFUSALS: Readonly<Record<string, Exit>> = {
  "unknown-book": "book-not-found",
  "book-removed": "book-not-found",
  "not-authorised": "not-authorised",
  "publishing-closed": "not-authorised",
  "bad-descriptor": "refused",
};
