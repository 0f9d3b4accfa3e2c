// The tracker over HTTP: addresses, and the shapes of what it answers. Both sides use these, so neither spells a path
// or a field twice. Tokens and removal secrets travel as `Authorization: Bearer ...`. Whoever reads ignores fields that it
// does not know: the other side may be newer, and say more.
//
//   GET    /books?query=&sort=&after=     BookList
//   GET    /books/ID                      BookAnswer with `Accept: application/json`, else a page for people
//   GET    /books/ID/descriptor           the descriptor; Range, strong ETag, immutable
//   GET    /books/ID/readers              the WebSocket; see flags.ts
//   POST   /books/ID/addresses            AddressRequest, from a registered reader; 204
//   PUT    /books/ID                      the descriptor's first two lines, each with its LF; UploadAnswer
//   PUT    /books/ID/slices/ORDINAL       one slice of its body; UploadAnswer
//   DELETE /books/ID                      204; takes the removal secret or the admin token
//   GET    /health                        HealthAnswer

import * as v from "valibot";
import type { BookId } from "../ids.ts";
import { PAGE_BYTES, SLICES_MAX } from "../limits.ts";
import { type BookHealth, bookId, count, healthFields, refusalFields, secret } from "./fields.ts";
import { BOOKS_PER_ANSWER_MAX, CURSOR_LENGTH_MAX } from "./limits.ts";

/** Paths below a tracker's base address, which has no slash at its end. */
export const PATHS = {
  books: "/books",
  health: "/health",
  book: (id: BookId) => `/books/${id}`,
  descriptor: (id: BookId) => `/books/${id}/descriptor`,
  readers: (id: BookId) => `/books/${id}/readers`,
  addresses: (id: BookId) => `/books/${id}/addresses`,
  slice: (id: BookId, ordinal: number) => `/books/${id}/slices/${ordinal}`,
} as const;

/** Who it is that shows itself over its other family of addresses. */
export const addressRequestSchema = v.object({ secret });

export type AddressRequest = v.InferOutput<typeof addressRequestSchema>;

/** One book of the catalog. */
export interface BookSummary extends BookHealth {
  readonly bookId: BookId;
  readonly name: string;
  readonly images: number;
  readonly pages: number;
  /** Bytes of all images together. */
  readonly bytes: number;
}

const summaryFields = { bookId, name: v.string(), images: count, pages: count, bytes: count, ...healthFields };

/**
 * Orders of the catalog: those with most readers first, those published last first, by name, the largest first. The
 * first one is meant where none is named.
 */
export const BOOK_SORTS = ["readers", "newest", "name", "size"] as const;

export type BookSort = (typeof BOOK_SORTS)[number];

/** Some of the books that match, in their order; `next` is there when more follow, and names where, as `after`. */
export interface BookList {
  readonly books: readonly BookSummary[];
  readonly next?: string | undefined;
}

export const bookListSchema: v.GenericSchema<unknown, BookList> = v.object({
  books: v.pipe(v.array(v.object(summaryFields)), v.maxLength(BOOKS_PER_ANSWER_MAX)),
  next: v.optional(v.pipe(v.string(), v.maxLength(CURSOR_LENGTH_MAX))),
});

/** The fields of the book line, the book's id and its health. */
export interface BookAnswer extends BookSummary {
  readonly bookswarm: 1;
  readonly pageBytes: typeof PAGE_BYTES;
  /** SHA-256 of each slice of the descriptor's body, in hexadecimal. */
  readonly index: readonly string[];
}

export const bookAnswerSchema: v.GenericSchema<unknown, BookAnswer> = v.object({
  bookswarm: v.literal(1),
  pageBytes: v.literal(PAGE_BYTES),
  ...summaryFields,
  index: v.pipe(v.array(v.string()), v.maxLength(SLICES_MAX)),
});

/**
 * How far an upload is. `missing` names every slice that has not arrived, ascending; an upload is complete, and the
 * book listed, when it is empty. `removalSecret` is told once, to whoever began the upload.
 */
export const uploadAnswerSchema = v.object({
  state: v.picklist(["uploading", "complete"]),
  missing: v.pipe(v.array(count), v.maxLength(SLICES_MAX)),
  removalSecret: v.optional(secret),
});

export type UploadAnswer = v.InferOutput<typeof uploadAnswerSchema>;

/** That a tracker answers here, and which version of the reader-to-tracker protocol it speaks. */
export const healthAnswerSchema = v.object({ bookswarm: v.literal("tracker"), version: count });

export type HealthAnswer = v.InferOutput<typeof healthAnswerSchema>;

/** The body of every answer with a status from 400. */
export const refusalSchema = v.object(refusalFields);

export type RefusalAnswer = v.InferOutput<typeof refusalSchema>;
