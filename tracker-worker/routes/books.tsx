// The catalog and its books, for people and for programs: one address for both, and the Accept header decides.

import { type Context, Hono } from "hono";
import { accepts } from "hono/accepts";
import type { BookAnswer, BookList } from "../../shared/tracker-api/http.ts";
import { BOOKS_PER_ANSWER_MAX } from "../../shared/tracker-api/limits.ts";
import { wordsOf } from "../domain/catalog-search.ts";
import { catalogOf, repositoryOf } from "../objects.ts";
import { unwrap } from "../outcome.ts";
import { BookPage } from "../pages/book-page.tsx";
import { CatalogPage, type Search } from "../pages/catalog-page.tsx";
import { REFRESH_SECONDS, textsOfBook, textsOfList } from "../pages/live.tsx";
import { publishingOf, requireRead } from "../tokens.ts";
import { cachedJson } from "./cached.ts";
import { bookIdOf, type TrackerEnv } from "./environment.ts";
import { admitList, admitSearch } from "./gate.ts";
import { searchOf, wishOf } from "./search.ts";

/** Books on one page for people. Chosen: a few screens. */
const BOOKS_PER_PAGE = 25;

export const books = new Hono<TrackerEnv>();

// The catalog, for people.
books.get("/", async (c) => {
  const search = searchOf(c);
  const list = await find(c, search, BOOKS_PER_PAGE);
  const { origin } = new URL(c.req.url);
  const publishing = publishingOf(c.env);
  const page = (
    <CatalogPage list={list} search={search} tracker={origin} source={sourceOf(search)} publishing={publishing} />
  );
  return c.html(page, 200, FRESH);
});

// The catalog, for programs.
books.get("/books", async (c) => {
  return c.json<BookList>(await find(c, searchOf(c), BOOKS_PER_ANSWER_MAX), 200, FRESH);
});

// One book: a page for people, JSON for whoever asks for it.
books.get("/books/:bookId", async (c) => {
  requireRead(c.req.raw, c.env);
  const book: BookAnswer = unwrap(await repositoryOf(c.env, bookIdOf(c)).about());
  if (prefersJson(c)) return c.json<BookAnswer>(book, 200, { ...FRESH, Vary: "Accept" });
  const { origin } = new URL(c.req.url);
  const page = <BookPage book={book} tracker={origin} source={`/live/${book.bookId}`} />;
  return c.html(page, 200, { ...FRESH, Vary: "Accept" });
});

// The numbers on an open page of the catalog.
books.get("/live", (c) => {
  requireRead(c.req.raw, c.env);
  const search = searchOf(c);
  return cachedJson(c, keyOf(search), REFRESH_SECONDS, async () =>
    textsOfList((await find(c, search, BOOKS_PER_PAGE)).books),
  );
});

// The numbers on the open page of a book.
books.get("/live/:bookId", (c) => {
  requireRead(c.req.raw, c.env);
  const bookId = bookIdOf(c);
  return cachedJson(c, `/live/${bookId}`, REFRESH_SECONDS, async () =>
    textsOfBook(unwrap(await repositoryOf(c.env, bookId).about())),
  );
});

/** Health changes by the second, so an answer with it is asked for anew each time. */
const FRESH = { "Cache-Control": "no-cache" };

/** Whether whoever asks reads JSON rather than a page; a browser and curl's own default get the page. */
function prefersJson(c: Context): boolean {
  const supports = ["text/html", "application/json"];
  return accepts(c, { header: "Accept", supports, default: "text/html" }) === "application/json";
}

function find(c: Context<TrackerEnv>, search: Search, limit: number): Promise<BookList> {
  requireRead(c.req.raw, c.env);
  const wish = wishOf(search, limit);
  if (wish.words.length > 0) admitSearch(c);
  else admitList(c);
  return catalogOf(c.env).books(wish);
}

/** What the numbers of an order's first page are kept under; undefined for the rest, because words and places are anybody's. */
function keyOf({ query, sort, after }: Search): string | undefined {
  return wordsOf(query).length === 0 && after === undefined ? `/live?sort=${sort}` : undefined;
}

/** Address of the numbers of a search. */
function sourceOf({ query, sort, after }: Search): string {
  return `/live?${new URLSearchParams({ query, sort, ...(after !== undefined && { after }) })}`;
}
