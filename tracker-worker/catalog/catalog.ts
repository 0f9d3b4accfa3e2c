// The one object that knows the books of this tracker. Never on the way of a heartbeat: a repository tells it how its
// book fares at most once a round. A shell around one table; the books themselves stand in their repositories.

import { DurableObject } from "cloudflare:workers";
import type { BookId } from "../../shared/ids.ts";
import type { BookHealth } from "../../shared/tracker-api/fields.ts";
import type { BookList, BookSort, BookSummary } from "../../shared/tracker-api/http.ts";
import { type CatalogWish, fold, formatPlace } from "../domain/catalog-search.ts";
import type { CatalogTotals } from "../domain/catalog-totals.ts";
import { type CatalogEntry, UPLOAD_LIFETIME_MS } from "../domain/upload.ts";
import { limitsOf } from "../limits.ts";
import { logEvent } from "../log.ts";

/** Each order as the columns that make it; the book's id ends it, and is part of every index by itself. */
const ORDERS: Readonly<Record<BookSort, { readonly columns: readonly string[]; readonly direction: "ASC" | "DESC" }>> =
  {
    readers: { columns: ["readers", "begunAt"], direction: "DESC" },
    newest: { columns: ["begunAt"], direction: "DESC" },
    name: { columns: ["folded"], direction: "ASC" },
    size: { columns: ["bytes"], direction: "DESC" },
  };

// `folded` is the name as a search compares it. An upload is counted from its beginning (`begunAt`) and listed when it
// is complete; `begunAt` is then when that was. One index for each order lets a page of the list read its own books
// alone. Only the one by readers is ever written again: one row more when a book's readers have changed.
const SCHEMA = `CREATE TABLE IF NOT EXISTS books (
  bookId TEXT PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL,
  images INTEGER NOT NULL, pages INTEGER NOT NULL, bytes INTEGER NOT NULL,
  readers INTEGER NOT NULL, complete INTEGER NOT NULL, listed INTEGER NOT NULL, begunAt INTEGER NOT NULL
) WITHOUT ROWID;
${Object.entries(ORDERS)
  .map(([sort, { columns, direction }]) => {
    const order = [...columns, "bookId"].map((column) => `${column} ${direction}`).join(", ");
    return `CREATE INDEX IF NOT EXISTS booksBy_${sort} ON books (${order}) WHERE listed = 1;`;
  })
  .join("\n")}`;

const TOTALS = `SELECT
  count(CASE WHEN listed = 1 THEN 1 END) AS books, count(CASE WHEN listed = 0 THEN 1 END) AS uploads,
  count(CASE WHEN complete > 0 THEN 1 END) AS booksWithCompleteReader,
  coalesce(sum(readers), 0) AS readers, coalesce(sum(complete), 0) AS completeReaders,
  coalesce(sum(images * listed), 0) AS images, coalesce(sum(pages * listed), 0) AS pages,
  coalesce(sum(bytes * listed), 0) AS bytes
  FROM books`;

/** An upload that was begun before a given time. */
const EXPIRED = "listed = 0 AND begunAt < ?";

/** Milliseconds for which totals are kept: they read every row, and whoever watches asks often. */
const TOTALS_MS = 60_000;

type Row = BookSummary & { readonly begunAt: number; readonly folded: string };

export class Catalog extends DurableObject<Env> {
  readonly #sql: SqlStorage;
  #totals: { readonly at: number; readonly totals: CatalogTotals } | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#sql.exec(SCHEMA);
  }

  /**
   * Keeps a place for a book whose upload begins.
   * @returns false when the catalog is full
   */
  reserve(entry: CatalogEntry): boolean {
    if (!this.#has(entry.bookId) && !this.#hasRoom()) return false;
    this.#put(entry, false);
    return true;
  }

  /** Whether a book is here, or on its way. */
  knows(bookId: BookId): boolean {
    return this.#has(bookId);
  }

  /** Lists a book whose upload is complete; writes nothing for one that is listed. */
  list(entry: CatalogEntry): void {
    if (this.#count("bookId = ? AND listed = 1", entry.bookId) > 0) return;
    this.#put(entry, true);
    logEvent("book listed", { bookId: entry.bookId });
  }

  /** Notes how a book fares; a book that is not here stays unknown. */
  report(bookId: BookId, { readers, complete }: BookHealth): void {
    this.#sql.exec("UPDATE books SET readers = ?, complete = ? WHERE bookId = ?", readers, complete, bookId);
  }

  /** Drops a book: removed, or its upload expired. */
  forget(bookId: BookId): void {
    this.#sql.exec("DELETE FROM books WHERE bookId = ?", bookId);
    logEvent("book dropped", { bookId });
  }

  /** The listed books whose names hold every word, in the wished order. */
  books({ words, sort, after, limit }: CatalogWish): BookList {
    const { columns, direction } = ORDERS[sort];
    const order = [...columns, "bookId"];
    const conditions = ["listed = 1", ...words.map(() => "instr(folded, ?) > 0")];
    if (after !== undefined) {
      conditions.push(`(${order.join(", ")}) ${direction === "ASC" ? ">" : "<"} (${order.map(() => "?").join(", ")})`);
    }
    const cursor = this.#sql.exec(
      `SELECT bookId, name, folded, images, pages, bytes, readers, complete, begunAt FROM books
       WHERE ${conditions.join(" AND ")}
       ORDER BY ${order.map((column) => `${column} ${direction}`).join(", ")} LIMIT ?`,
      ...words,
      ...(after === undefined ? [] : [...after.keys, after.bookId]),
      limit + 1,
    );
    // Only #put writes rows, from entries that were checked when the upload began.
    const rows = cursor.toArray() as unknown as Row[];
    const shown = rows.slice(0, limit);
    const books = shown.map(({ begunAt: _, folded: __, ...book }) => book);
    const last = shown.at(-1);
    if (rows.length <= limit || last === undefined) return { books };
    const keys = columns.map((column) => last[column as keyof Row]);
    return { books, next: formatPlace({ keys, bookId: last.bookId }) };
  }

  /** What the whole catalog adds up to, at most a minute old. */
  totals(): CatalogTotals {
    const now = Date.now();
    if (this.#totals === undefined || now - this.#totals.at > TOTALS_MS) {
      this.#totals = { at: now, totals: this.#sql.exec(TOTALS).one() as unknown as CatalogTotals };
    }
    return this.#totals.totals;
  }

  #put({ bookId, name, images, pages, bytes }: CatalogEntry, listed: boolean): void {
    this.#sql.exec(
      `INSERT INTO books VALUES (?, ?, ?, ?, ?, ?, 0, 0, ?, ?)
       ON CONFLICT (bookId) DO UPDATE SET listed = max(listed, excluded.listed), begunAt = excluded.begunAt`,
      bookId,
      name,
      fold(name),
      images,
      pages,
      bytes,
      listed ? 1 : 0,
      Date.now(),
    );
  }

  #has(bookId: BookId): boolean {
    return this.#count("bookId = ?", bookId) > 0;
  }

  /** Whether a place is left; uploads that expired without their repository saying so give theirs up. One reading tells both. */
  #hasRoom(): boolean {
    const most = limitsOf(this.env).BOOKS;
    const before = Date.now() - 2 * UPLOAD_LIFETIME_MS;
    const { books, expired } = this.#sql
      .exec<{ books: number; expired: number }>(
        `SELECT count(*) AS books, count(CASE WHEN ${EXPIRED} THEN 1 END) AS expired FROM books`,
        before,
      )
      .one();
    if (books < most) return true;
    if (books - expired >= most) return false;
    this.#sql.exec(`DELETE FROM books WHERE ${EXPIRED}`, before);
    return true;
  }

  #count(condition: string, ...bindings: string[]): number {
    return this.#sql.exec<{ n: number }>(`SELECT count(*) AS n FROM books WHERE ${condition}`, ...bindings).one().n;
  }
}
