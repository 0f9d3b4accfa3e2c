// The catalog: what there is, in which order, and a way to search it that needs no script.

import type { FC } from "hono/jsx";
import { formatByteSize, formatCount } from "../../shared/quantities.ts";
import type { BookList, BookSort, BookSummary } from "../../shared/tracker-api/http.ts";
import { BOOK_SORTS, PATHS } from "../../shared/tracker-api/http.ts";
import { QUERY_LENGTH_MAX } from "../../shared/tracker-api/limits.ts";
import { Layout } from "./layout.tsx";
import { Live, type LiveTexts, textsOfList } from "./live.tsx";
import { type Publishing, Welcome } from "./welcome.tsx";

/** What the page shows: the words of a search, an order, and where in it. */
export interface Search {
  readonly query: string;
  readonly sort: BookSort;
  readonly after?: string | undefined;
}

interface CatalogPageProps {
  readonly list: BookList;
  readonly search: Search;
  /** Base address under which the page was asked for. */
  readonly tracker: string;
  /** Address of the page's live texts. */
  readonly source: string;
  readonly publishing: Publishing;
}

const SORT_NAMES: Readonly<Record<BookSort, string>> = {
  readers: "Most readers",
  newest: "Newest",
  name: "Name",
  size: "Largest",
};

export const CatalogPage: FC<CatalogPageProps> = ({ list, search, tracker, source, publishing }) => {
  const isEmpty = list.books.length === 0 && search.query === "" && search.after === undefined;
  if (isEmpty) return <Welcome tracker={tracker} publishing={publishing} />;
  return (
    <Layout title={search.query === "" ? "Books · bookswarm" : `${search.query} · bookswarm`} source={source}>
      <h1>Books</h1>
      <SearchForm {...search} />
      <Sorts {...search} />
      {list.books.length === 0 ? <NothingFound {...search} /> : <Books books={list.books} />}
      <Paging next={list.next} search={search} />
    </Layout>
  );
};

const SearchForm: FC<Search> = ({ query, sort }) => (
  <search>
    <form action="/" method="get">
      <input
        type="search"
        name="query"
        value={query}
        maxlength={QUERY_LENGTH_MAX}
        placeholder="Words of a name"
        aria-label="Words of a book's name"
        autocomplete="off"
      />
      {sort !== BOOK_SORTS[0] && <input type="hidden" name="sort" value={sort} />}
      <button type="submit">Search</button>
    </form>
  </search>
);

const Sorts: FC<Search> = ({ query, sort }) => (
  <nav aria-label="Order" class="sorts">
    {BOOK_SORTS.map((each) => (
      <a href={addressOf({ query, sort: each })} {...(each === sort && { "aria-current": "true" })}>
        {SORT_NAMES[each]}
      </a>
    ))}
  </nav>
);

const Books: FC<{ books: readonly BookSummary[] }> = ({ books }) => {
  const texts = textsOfList(books);
  return (
    <ul class="books">
      {books.map((book) => (
        <BookRow book={book} texts={texts} />
      ))}
    </ul>
  );
};

const BookRow: FC<{ book: BookSummary; texts: LiveTexts }> = ({ book, texts }) => (
  <li>
    <a href={PATHS.book(book.bookId)} dir="auto" translate="no">
      {book.name}
    </a>
    <p class="size">
      {formatCount(book.images, "image")}, {formatByteSize(book.bytes)}
    </p>
    <p class="health">
      <Live name={book.bookId} texts={texts} />
    </p>
  </li>
);

const NothingFound: FC<Search> = ({ query }) =>
  query === "" ? (
    <p class="nothing">The list ends here.</p>
  ) : (
    <p class="nothing">
      No book's name holds the words of <q>{query}</q>. <a href="/">Show all books</a>
    </p>
  );

const Paging: FC<{ next: string | undefined; search: Search }> = ({ next, search }) =>
  next === undefined && search.after === undefined ? null : (
    <nav aria-label="Pages of the list" class="paging">
      {search.after !== undefined && <a href={addressOf({ ...search, after: undefined })}>Back to the beginning</a>}
      {next !== undefined && (
        <a href={addressOf({ ...search, after: next })} rel="next">
          More books
        </a>
      )}
    </nav>
  );

/** The address of a search, without what goes without saying. */
function addressOf({ query, sort, after }: Search): string {
  const fields = {
    ...(query !== "" && { query }),
    ...(sort !== BOOK_SORTS[0] && { sort }),
    ...(after !== undefined && { after }),
  };
  return Object.keys(fields).length === 0 ? "/" : `/?${new URLSearchParams(fields)}`;
}
