// The catalog and its books, for people and for programs: one address for both, and the Accept header decides.

import { type Context, Hono } from "hono";
import { accepts } from "hono/accepts";
import type { BookAnswer, BookList } from "../../shared/tracker-api/http.ts";
import { QUERY_LENGTH_MAX } from "../../shared/tracker-api/limits.ts";
import { Refusal } from "../../shared/tracker-api/refusals.ts";
import { catalogOf, repositoryOf } from "../objects.ts";
import { unwrap } from "../outcome.ts";
import { BookPage } from "../pages/book-page.tsx";
import { CatalogPage } from "../pages/catalog-page.tsx";
import { requireRead } from "../tokens.ts";
import { bookIdOf, type TrackerEnv } from "./environment.ts";

export const books = new Hono<TrackerEnv>();

// The catalog, for people.
books.get("/", async (c) => {
  const { query, from } = searchOf(c);
  const list = await search(c, query, from);
  return c.html(<CatalogPage {...list} query={query} from={from} />, 200, FRESH);
});

// The catalog, for programs.
books.get("/books", async (c) => {
  const { query, from } = searchOf(c);
  return c.json<BookList>(await search(c, query, from), 200, FRESH);
});

// One book: a page for people, JSON for whoever asks for it.
books.get("/books/:bookId", async (c) => {
  requireRead(c.req.raw, c.env);
  const book: BookAnswer = unwrap(await repositoryOf(c.env, bookIdOf(c)).about());
  if (prefersJson(c)) return c.json<BookAnswer>(book, 200, { ...FRESH, Vary: "Accept" });
  const { origin } = new URL(c.req.url);
  return c.html(<BookPage book={book} tracker={origin} />, 200, { ...FRESH, Vary: "Accept" });
});

/** Health changes by the second, so an answer with it is asked for anew each time. */
const FRESH = { "Cache-Control": "no-cache" };

/** Whether whoever asks reads JSON rather than a page; a browser and curl's own default get the page. */
export function prefersJson(c: Context): boolean {
  const supports = ["text/html", "application/json"];
  return accepts(c, { header: "Accept", supports, default: "text/html" }) === "application/json";
}

function search(c: Context<TrackerEnv>, query: string, from: number): Promise<BookList> {
  requireRead(c.req.raw, c.env);
  return catalogOf(c.env).books(query, from);
}

function searchOf(c: Context<TrackerEnv>): { query: string; from: number } {
  const query = c.req.query("query") ?? "";
  const from = Number(c.req.query("from") ?? 0);
  if (query.length > QUERY_LENGTH_MAX) {
    throw new Refusal("bad-request", `A query has at most ${QUERY_LENGTH_MAX} characters`);
  }
  if (!Number.isSafeInteger(from) || from < 0)
    throw new Refusal("bad-request", "The number of books to skip is no count");
  return { query, from };
}
