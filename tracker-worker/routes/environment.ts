// What every route needs: the app's types, and the book that an address names.

import type { Context } from "hono";
import { type BookId, isBookId } from "../../shared/ids.ts";
import { Refusal } from "../../shared/tracker-api/refusals.ts";

/** Hono's environment in this Worker. */
export interface TrackerEnv {
  Bindings: Env;
}

/** The book in a route's `:bookId`, refused here so that no object wakes for a mistyped address. */
export function bookIdOf(c: Context<TrackerEnv>): BookId {
  const text = c.req.param("bookId") ?? "";
  if (!isBookId(text)) throw new Refusal("unknown-book", "A book's address ends in 64 lower-case hexadecimal digits");
  return text;
}
