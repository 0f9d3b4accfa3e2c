// A book in its repository's SQLite: one record, and one row for each slice of the descriptor's body. A slice has
// 256,000 bytes, well under the platform's 2 MB for a row, so slices need no joining: they arrive in any order, a
// second one overwrites nothing, and a range of bytes reads only the rows it touches.
// An object of a book that nobody published writes nothing at all: the table is made when an upload begins.

import * as v from "valibot";
import type { BookHead } from "../../shared/book.ts";
import { parseBookLine } from "../../shared/descriptor.ts";
import { SLICE_BYTES } from "../../shared/limits.ts";
import { bookId, count } from "../../shared/tracker-api/fields.ts";
import { sha256 } from "../digest.ts";
import type { ByteRange } from "../domain/byte-range.ts";

const recordSchema = v.object({
  bookId,
  bookLine: v.string(),
  trackersLine: v.string(),
  /** SHA-256 of the removal secret, in hexadecimal: the secret itself is its publisher's. */
  removalDigest: v.string(),
  upload: v.variant("state", [
    v.object({ state: v.literal("uploading"), expiresAt: count }),
    v.object({ state: v.literal("complete"), bodyBytes: count }),
  ]),
});

/** What a repository remembers of its book, beside the slices. */
export type BookRecord = v.InferOutput<typeof recordSchema>;

const RECORD_KEY = "book";

export class BookStore {
  readonly #storage: DurableObjectStorage;
  #record: BookRecord | undefined;
  #head: BookHead | undefined;
  /** Ordinals of the slices that are stored; read from the table when first needed. */
  #present: Set<number> | undefined;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    const stored = storage.kv.get(RECORD_KEY);
    if (stored !== undefined) this.#record = v.parse(recordSchema, stored);
  }

  get record(): BookRecord | undefined {
    return this.#record;
  }

  /** What the book line says; undefined where there is no book. */
  get head(): BookHead | undefined {
    if (this.#head === undefined && this.#record !== undefined) this.#head = parseBookLine(this.#record.bookLine);
    return this.#head;
  }

  /** Ordinals of the slices that are stored. */
  get present(): ReadonlySet<number> {
    if (this.#present === undefined) {
      const rows =
        this.#record === undefined ? [] : this.#storage.sql.exec<{ ordinal: number }>("SELECT ordinal FROM slices");
      this.#present = new Set([...rows].map(({ ordinal }) => ordinal));
    }
    return this.#present;
  }

  /** Bytes of the whole descriptor; the body's are known once it is complete. */
  size(bodyBytes: number): number {
    return this.#prefix().length + bodyBytes;
  }

  /** The descriptor's strong entity tag. The trackers line is not covered by the book id, and so has its own part. */
  get etag(): string {
    const { bookId, trackersLine } = this.#mustHave();
    return `"${bookId}-${sha256(trackersLine).slice(0, 16)}"`;
  }

  /** Writes the record, and makes room for the slices. */
  keep(record: BookRecord): void {
    if (this.#record === undefined) {
      this.#storage.sql.exec("CREATE TABLE IF NOT EXISTS slices (ordinal INTEGER PRIMARY KEY, bytes BLOB NOT NULL)");
    }
    this.#storage.kv.put(RECORD_KEY, record);
    this.#record = record;
  }

  /** Stores a slice that was checked; one that is there already is not written again. */
  putSlice(ordinal: number, bytes: Uint8Array): void {
    if (this.present.has(ordinal)) return;
    this.#storage.sql.exec("INSERT INTO slices VALUES (?, ?)", ordinal, bytes);
    this.#present?.add(ordinal);
  }

  /** Bytes of all slices together. */
  bodyBytes(): number {
    return this.#storage.sql.exec<{ n: number }>("SELECT coalesce(sum(length(bytes)), 0) AS n FROM slices").one().n;
  }

  /**
   * The descriptor's bytes in a range, slice by slice; nothing is read before it is asked for. A chunk is the taker's:
   * a stream takes its memory away, so nothing here looks at a chunk again.
   * @throws Error when the book is removed meanwhile
   */
  *read({ from, to }: ByteRange): Generator<Uint8Array> {
    const prefix = this.#prefix();
    const start = from - prefix.length;
    const end = to - prefix.length;
    if (start < 0) yield prefix.subarray(from, to);
    const first = Math.floor(Math.max(0, start) / SLICE_BYTES);
    for (let ordinal = first; ordinal * SLICE_BYTES < end; ordinal++) {
      const offset = ordinal * SLICE_BYTES;
      yield this.#slice(ordinal).subarray(Math.max(0, start - offset), end - offset);
    }
  }

  /** Forgets the book and everything about it, so that the object costs nothing any more. */
  async clear(): Promise<void> {
    this.#record = undefined;
    this.#head = undefined;
    this.#present = undefined;
    // Begun together: nothing may be written between the two.
    await Promise.all([this.#storage.deleteAlarm(), this.#storage.deleteAll()]);
  }

  #prefix(): Uint8Array {
    const { bookLine, trackersLine } = this.#mustHave();
    return new TextEncoder().encode(`${bookLine}\n${trackersLine}\n`);
  }

  #slice(ordinal: number): Uint8Array {
    const { bytes } = this.#storage.sql
      .exec<{ bytes: ArrayBuffer }>("SELECT bytes FROM slices WHERE ordinal = ?", ordinal)
      .one();
    return new Uint8Array(bytes);
  }

  #mustHave(): BookRecord {
    if (this.#record === undefined) throw new Error("The book was removed");
    return this.#record;
  }
}
