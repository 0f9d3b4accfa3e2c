// An upload on its way: which slices are there, which are missing, and whether one that arrives may be kept.
// Slices come in any order, several at a time and more than once; each is judged alone, against the book line.

import type { BookHead } from "../../shared/book.ts";
import type { DescriptorRefused } from "../../shared/faults.ts";
import { SLICE_BYTES } from "../../shared/limits.ts";
import type { BookHealth } from "../../shared/tracker-api/fields.ts";
import type { BookSummary } from "../../shared/tracker-api/http.ts";
import { Refusal } from "../../shared/tracker-api/refusals.ts";

/** A book as the catalog keeps it from the beginning of its upload, without its health. */
export type CatalogEntry = Omit<BookSummary, keyof BookHealth>;

/** A descriptor's fault as the tracker's refusal. */
export function badDescriptor(error: DescriptorRefused): Refusal {
  return new Refusal("bad-descriptor", error.message, { cause: error });
}

/** A descriptor above the tracker's limit, as its refusal. */
export function tooLarge(bytesMax: number): Refusal {
  return new Refusal("too-large", `This tracker takes descriptors of at most ${bytesMax} bytes`);
}

/** Milliseconds after which an upload that nobody has resumed is thrown away. */
export const UPLOAD_LIFETIME_MS = 24 * 60 * 60 * 1000;

/** Ordinals of the slices that have not arrived, ascending. */
export function missingSlices({ index }: BookHead, present: ReadonlySet<number>): number[] {
  return [...index.keys()].filter((ordinal) => !present.has(ordinal));
}

/**
 * Checks a slice before it is kept. Every slice but the last is full, whatever the book line's digests say: that is
 * what lets a reader find the slice of any byte.
 * @param sha256 - of the bytes, in hexadecimal
 * @throws Refusal "not-found" or "wrong-slice"
 */
export function checkSlice(head: BookHead, ordinal: number, bytes: number, sha256: string): void {
  const wanted = head.index[ordinal];
  if (wanted === undefined) {
    throw new Refusal("not-found", `The book has no slice ${ordinal}: its index names ${head.index.length}`);
  }
  const last = ordinal === head.index.length - 1;
  if (bytes > SLICE_BYTES || bytes === 0 || (!last && bytes !== SLICE_BYTES)) {
    throw new Refusal("wrong-slice", `Slice ${ordinal} has ${bytes} bytes instead of ${SLICE_BYTES}`);
  }
  if (sha256 !== wanted) {
    throw new Refusal("wrong-slice", `Slice ${ordinal} does not have the SHA-256 that the book line gives`);
  }
}
