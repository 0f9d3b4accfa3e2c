// What somebody searches for, read from an address and checked.

import type { Context } from "hono";
import { BOOK_SORTS, type BookSort } from "../../shared/tracker-api/http.ts";
import { QUERY_LENGTH_MAX } from "../../shared/tracker-api/limits.ts";
import { Refusal } from "../../shared/tracker-api/refusals.ts";
import { type CatalogWish, parsePlace, wordsOf } from "../domain/catalog-search.ts";
import type { Search } from "../pages/catalog-page.tsx";

/** @throws Refusal "bad-request" */
export function searchOf(c: Context): Search {
  const { query = "", sort = BOOK_SORTS[0], after } = c.req.query();
  if (query.length > QUERY_LENGTH_MAX) {
    throw new Refusal("bad-request", `A query has at most ${QUERY_LENGTH_MAX} characters`);
  }
  if (!isSort(sort)) throw new Refusal("bad-request", `Books can be sorted by ${BOOK_SORTS.join(", ")}`);
  return { query, sort, after };
}

/** @throws Refusal "bad-request" when it goes on from nowhere */
export function wishOf({ query, sort, after }: Search, limit: number): CatalogWish {
  return { words: wordsOf(query), sort, limit, ...(after !== undefined && { after: parsePlace(after, sort) }) };
}

function isSort(text: string): text is BookSort {
  return (BOOK_SORTS as readonly string[]).includes(text);
}
