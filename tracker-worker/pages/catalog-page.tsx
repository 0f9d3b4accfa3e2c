// The catalog: what there is, and a way to search it that needs no script.

import type { FC } from "hono/jsx";
import type { BookList } from "../../shared/tracker-api/http.ts";
import { PATHS } from "../../shared/tracker-api/http.ts";
import { formatBytes, formatCount } from "./format.ts";
import { Layout } from "./layout.tsx";

interface CatalogPageProps extends BookList {
  readonly query: string;
  /** Books of the list that were skipped. */
  readonly from: number;
}

export const CatalogPage: FC<CatalogPageProps> = ({ books, total, query, from }) => (
  <Layout title="bookswarm: the catalog">
    <h1>Books on this tracker</h1>
    <search>
      <form action="/" method="get">
        <input
          type="search"
          name="query"
          value={query}
          placeholder="Part of a name"
          aria-label="Part of a book's name"
        />
        <button type="submit">Search</button>
      </form>
    </search>
    {books.length === 0 && <p class="quiet">{emptiness(query)}</p>}
    <ul class="books">
      {books.map((book) => (
        <li>
          <a href={PATHS.book(book.bookId)}>{book.name}</a>
          <div class="quiet">
            {formatCount(book.images, "image")}, {formatBytes(book.bytes)}, {formatCount(book.readers, "reader")},{" "}
            {formatCount(book.complete, "complete reader")}
          </div>
        </li>
      ))}
    </ul>
    {from + books.length < total && (
      <p>
        <a href={`/?${new URLSearchParams({ query, from: String(from + books.length) })}`}>
          {formatCount(total - from - books.length, "more book")}
        </a>
      </p>
    )}
  </Layout>
);

function emptiness(query: string): string {
  return query === "" ? "There are no books here yet." : "No book's name contains that.";
}
