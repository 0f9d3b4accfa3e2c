// What a request says, checked: past this file it is what its type says.

import type { Context } from "hono";
import * as v from "valibot";
import { type BookId, isBookId } from "../../shared/ids.ts";
import type { WatchedBook } from "./book-state.ts";
import { RequestRefused } from "./refusals.ts";
import type { WatchedBooks } from "./watched-books.ts";

/** The body, if it follows `schema`. @throws RequestRefused "bad-request" */
export async function bodyOf<Output>(context: Context, schema: v.GenericSchema<unknown, Output>): Promise<Output> {
  const result = v.safeParse(schema, await context.req.json().catch(() => undefined));
  if (result.success) return result.output;
  const path = v.getDotPath(result.issues[0]);
  throw new RequestRefused(400, "bad-request", `The body is malformed${path === null ? "" : ` at ${path}`}.`);
}

/** The book that the path names. @throws RequestRefused "no-such-book" */
export function bookOf(context: Context, books: WatchedBooks): WatchedBook {
  const book = books.get(bookIdOf(context));
  if (book === undefined) throw new RequestRefused(404, "no-such-book", "This process does not have that book.");
  return book;
}

function bookIdOf(context: Context): BookId {
  const id = context.req.param("book") ?? "";
  if (!isBookId(id)) throw new RequestRefused(404, "no-such-book", "This is no book's id.");
  return id;
}

/** A whole number from 0 in the query. @throws RequestRefused "bad-request" */
export function numberIn(context: Context, name: string): number {
  const text = context.req.query(name) ?? "";
  if (!/^\d{1,10}$/.test(text))
    throw new RequestRefused(400, "bad-request", `The query needs ${name}, a whole number.`);
  return Number(text);
}
