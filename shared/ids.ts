// Who and what is meant: a book, a reader, a page, an image. Each is a type of its own, made only by a check,
// so that nobody holds a page index the book did not vouch for or passes a reader where a book belongs.

import { isHex } from "./hex.ts";
import { SHA256_BYTES } from "./limits.ts";

declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** SHA-256 of the descriptor's first line, as 64 lower-case hexadecimal digits. */
export type BookId = Branded<string, "BookId">;

/** SHA-256 of a reader's secret for one book, as 64 lower-case hexadecimal digits. */
export type ReaderId = Branded<string, "ReaderId">;

/** Zero-based number of a page through the whole book; made by `Book.page`. */
export type PageIndex = Branded<number, "PageIndex">;

/** Zero-based number of an image in the book; made by `Book.image`. */
export type ImageIndex = Branded<number, "ImageIndex">;

/** True when `text` spells a book id. */
export function isBookId(text: string): text is BookId {
  return isHex(text, SHA256_BYTES);
}

/** True when `text` spells a reader id. */
export function isReaderId(text: string): text is ReaderId {
  return isHex(text, SHA256_BYTES);
}

/** @throws RangeError when `text` is not 64 lower-case hexadecimal digits */
export function parseBookId(text: string): BookId {
  if (!isBookId(text))
    throw new RangeError(`A book id is 64 lower-case hexadecimal digits, not ${JSON.stringify(text.slice(0, 80))}`);
  return text;
}

/** @throws RangeError when `text` is not 64 lower-case hexadecimal digits */
export function parseReaderId(text: string): ReaderId {
  if (!isReaderId(text))
    throw new RangeError(`A reader id is 64 lower-case hexadecimal digits, not ${JSON.stringify(text.slice(0, 80))}`);
  return text;
}
