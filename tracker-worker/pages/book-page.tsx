// What somebody sees who opens a book's link: what the book is, how it fares, and the command that gets it.

import type { FC } from "hono/jsx";
import { formatBookLink } from "../../shared/book-link.ts";
import type { BookAnswer } from "../../shared/tracker-api/http.ts";
import { PATHS } from "../../shared/tracker-api/http.ts";
import { formatBytes, formatCount, formatNumber } from "./format.ts";
import { Layout } from "./layout.tsx";

interface BookPageProps {
  readonly book: BookAnswer;
  /** Base address under which the page was asked for. */
  readonly tracker: string;
}

export const BookPage: FC<BookPageProps> = ({ book, tracker }) => (
  <Layout title={`${book.name} · bookswarm`}>
    <h1>{book.name}</h1>
    <p>
      A library of {formatCount(book.images, "image")}, {formatBytes(book.bytes)} in all.
    </p>
    <dl>
      <Fact name="Images" value={formatNumber(book.images)} />
      <Fact name="Size" value={formatBytes(book.bytes)} />
      <Fact name="Readers now" value={formatNumber(book.readers)} />
      <Fact name="Of them complete" value={formatNumber(book.complete)} />
    </dl>
    <h2>Get it</h2>
    <pre>
      <code>bookswarm get {formatBookLink({ tracker, bookId: book.bookId })}</code>
    </pre>
    <p class="quiet">{outlook(book)}</p>
    <p class="quiet">
      Every page is checked before it is kept. Pages travel unencrypted between readers, and readers see one another's
      addresses.
    </p>
    <h2>The book itself</h2>
    <p class="quiet">
      <a href={PATHS.descriptor(book.bookId)}>Its descriptor</a> names every image and page. Its id is{" "}
      <code>{book.bookId}</code>.
    </p>
  </Layout>
);

const Fact: FC<{ name: string; value: string }> = ({ name, value }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

/** What somebody who starts now may expect. */
function outlook({ readers, complete }: BookAnswer): string {
  if (complete > 0) return "At least one reader holds the whole book, so it can be had now.";
  if (readers > 0) return "No reader holds the whole book now; together they may, and the rest comes when one returns.";
  return "Nobody is reading this book now. The command waits for somebody who has it.";
}
