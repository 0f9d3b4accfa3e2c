// What somebody sees who opens a book's link: what the book is, how it fares, and the command that gets it.

import type { Child, FC } from "hono/jsx";
import { formatBookLink } from "../../shared/book-link.ts";
import { formatByteSize, formatCount, formatNumber } from "../../shared/quantities.ts";
import type { BookAnswer } from "../../shared/tracker-api/http.ts";
import { PATHS } from "../../shared/tracker-api/http.ts";
import { Command } from "./command.tsx";
import { Layout } from "./layout.tsx";
import { Live, textsOfBook } from "./live.tsx";

interface BookPageProps {
  readonly book: BookAnswer;
  /** Base address under which the page was asked for. */
  readonly tracker: string;
  /** Address of the page's live texts. */
  readonly source: string;
}

export const BookPage: FC<BookPageProps> = ({ book, tracker, source }) => {
  const texts = textsOfBook(book);
  const size = `${formatCount(book.images, "image")}, ${formatByteSize(book.bytes)}`;
  return (
    <Layout
      title={`${book.name} · bookswarm`}
      description={`A book of ${size}, to get with one command.`}
      source={source}
    >
      <p class="eyebrow">
        <a href="/">All books</a>
      </p>
      <h1 dir="auto" translate="no">
        {book.name}
      </h1>
      <p class="outlook">
        <Live name="outlook" texts={texts} />
      </p>
      <dl class="facts">
        <Fact name="Images">{formatNumber(book.images)}</Fact>
        <Fact name="Size">{formatByteSize(book.bytes)}</Fact>
        <Fact name="Reading now">
          <Live name="readers" texts={texts} />
        </Fact>
        <Fact name="Complete copies">
          <Live name="complete" texts={texts} />
        </Fact>
      </dl>

      <h2>Get it</h2>
      <Command id="get" command={`bookswarm get ${formatBookLink({ tracker, bookId: book.bookId })}`} />
      <p class="quiet">
        The images go into a folder with the book's name; <code>--to FOLDER</code> names another one. In a checkout of
        bookswarm, type <code>npx</code> before the command.
      </p>

      <h2>What to know</h2>
      <ul class="quiet">
        <li>Every page of every image is checked before it is kept.</li>
        <li>Pages travel unencrypted between readers, and readers see one another's addresses.</li>
        <li>
          The <a href={PATHS.descriptor(book.bookId)}>descriptor</a> names all images and their{" "}
          {formatCount(book.pages, "page")}; the book's id is the SHA-256 of its first line:{" "}
          <code class="id" translate="no">
            {book.bookId}
          </code>
        </li>
      </ul>
    </Layout>
  );
};

const Fact: FC<{ name: string; children: Child }> = ({ name, children }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
