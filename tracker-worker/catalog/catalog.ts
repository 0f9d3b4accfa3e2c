// The one object that knows the books of this tracker. Never on the way of a heartbeat: a repository tells it how its
// book fares at most once a round. A shell around one table; the books themselves stand in their repositories.

import { DurableObject } from "cloudflare:workers";
import type { BookId } from "../../shared/ids.ts";
import type { BookHealth } from "../../shared/tracker-api/fields.ts";
import type { BookList, BookSummary } from "../../shared/tracker-api/http.ts";
import { BOOKS_PER_ANSWER_MAX } from "../../shared/tracker-api/limits.ts";
import { type CatalogEntry, UPLOAD_LIFETIME_MS } from "../domain/upload.ts";
import { limitsOf } from "../limits.ts";

// `folded` is the name as a search compares it. An upload is counted from its beginning and listed when it is complete.
const SCHEMA = `CREATE TABLE IF NOT EXISTS books (
  bookId TEXT PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL,
  images INTEGER NOT NULL, pages INTEGER NOT NULL, bytes INTEGER NOT NULL,
  readers INTEGER NOT NULL, complete INTEGER NOT NULL, listed INTEGER NOT NULL, begunAt INTEGER NOT NULL
) WITHOUT ROWID`;

type Row = Record<keyof BookSummary, SqlStorageValue>;

export class Catalog extends DurableObject<Env> {
  readonly #sql: SqlStorage;

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
    if (!this.#has(entry.bookId) && this.#isFull()) return false;
    this.#put(entry, false);
    return true;
  }

  /** Lists a book whose upload is complete; writes nothing for one that is listed. */
  list(entry: CatalogEntry): void {
    if (this.#count("bookId = ? AND listed = 1", entry.bookId) === 0) this.#put(entry, true);
  }

  /** Notes how a book fares; a book that is not here stays unknown. */
  report(bookId: BookId, { readers, complete }: BookHealth): void {
    this.#sql.exec("UPDATE books SET readers = ?, complete = ? WHERE bookId = ?", readers, complete, bookId);
  }

  /** Drops a book: removed, or its upload expired. */
  forget(bookId: BookId): void {
    this.#sql.exec("DELETE FROM books WHERE bookId = ?", bookId);
  }

  /**
   * The listed books whose name contains `query`, whatever its case; those with most readers first.
   * @param from - how many of them to skip
   */
  books(query: string, from: number): BookList {
    const wanted = fold(query);
    const total = this.#count("listed = 1 AND instr(folded, ?) > 0", wanted);
    const rows = this.#sql.exec<Row>(
      `SELECT bookId, name, images, pages, bytes, readers, complete FROM books
       WHERE listed = 1 AND instr(folded, ?) > 0
       ORDER BY readers DESC, folded, bookId LIMIT ? OFFSET ?`,
      wanted,
      BOOKS_PER_ANSWER_MAX,
      from,
    );
    // Only #put writes rows, from entries that were checked when the upload began.
    return { books: rows.toArray() as unknown as BookSummary[], total };
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

  /** Whether no place is left, after dropping uploads that expired without their repository saying so. */
  #isFull(): boolean {
    const most = limitsOf(this.env).BOOKS;
    if (this.#count("1 = 1") < most) return false;
    this.#sql.exec("DELETE FROM books WHERE listed = 0 AND begunAt < ?", Date.now() - 2 * UPLOAD_LIFETIME_MS);
    return this.#count("1 = 1") >= most;
  }

  #count(condition: string, ...bindings: string[]): number {
    return this.#sql.exec<{ n: number }>(`SELECT count(*) AS n FROM books WHERE ${condition}`, ...bindings).one().n;
  }
}

/** A name as a search compares it. */
function fold(text: string): string {
  return text.normalize("NFC").toLowerCase();
}
