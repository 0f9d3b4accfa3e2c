// What the catalog is asked for: words that a name must hold, an order, and where to go on. Names are compared without
// case and accents. The place where a list goes on is said by what the last book was sorted by, not by a count: books
// that come and go meanwhile repeat nothing and hide nothing, and no book of an earlier part is read again.

import { type BookId, isBookId } from "../../shared/ids.ts";
import type { BookSort } from "../../shared/tracker-api/http.ts";
import { CURSOR_LENGTH_MAX } from "../../shared/tracker-api/limits.ts";
import { Refusal } from "../../shared/tracker-api/refusals.ts";

/** Words of a query that are looked at; whoever types more has found the book already. */
const WORDS_MAX = 16;

/** Part of the catalog, as it is asked for. */
export interface CatalogWish {
  readonly words: readonly string[];
  readonly sort: BookSort;
  /** Where to go on; from the beginning when absent. */
  readonly after?: CatalogPlace | undefined;
  /** Books at most, at least 1. */
  readonly limit: number;
}

/** The place of a book in an order: by what it is sorted there, and its id, which tells apart those that are equal. */
export interface CatalogPlace {
  readonly keys: readonly (string | number)[];
  readonly bookId: BookId;
}

/** How many numbers sort a book in each order; the name sorts by itself. */
const NUMBERS: Readonly<Record<BookSort, number>> = { readers: 2, newest: 1, name: 0, size: 1 };

/**
 * A name as a search compares it: without case, accents and compatibility forms.
 * @example fold("Été à ÅLESUND") // "ete a alesund"
 */
export function fold(text: string): string {
  // Accents alone, not every combining mark: in other scripts those are vowels. Upper case first, because it has one
  // form for more letters than lower case (ß and ss); sigma is the one that lower case splits again.
  const bare = text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  return bare.toUpperCase().toLowerCase().replaceAll("ς", "σ");
}

/**
 * The words of a query, folded.
 * @example wordsOf(" Sea  ÉTÉ ") // ["sea", "ete"]
 */
export function wordsOf(query: string): readonly string[] {
  const words = fold(query)
    .split(/\s+/u)
    .filter((word) => word !== "");
  return [...new Set(words)].slice(0, WORDS_MAX);
}

/** A place as text for an address. */
export function formatPlace({ keys, bookId }: CatalogPlace): string {
  return [bookId, ...keys].join(".");
}

/**
 * Reads what formatPlace wrote.
 * @throws Refusal "bad-request" when it is no place in this order
 */
export function parsePlace(text: string, sort: BookSort): CatalogPlace {
  const [bookId = "", ...parts] = text.length > CURSOR_LENGTH_MAX ? [] : text.split(".");
  const rest = parts.join(".");
  const isPlace = NUMBERS[sort] === 0 ? parts.length > 0 : areNumbers(parts, NUMBERS[sort]);
  if (!isBookId(bookId) || !isPlace) {
    throw new Refusal(
      "bad-request",
      `The list by ${sort} goes on where an answer of this tracker said, and nowhere else`,
    );
  }
  return { bookId, keys: NUMBERS[sort] === 0 ? [rest] : parts.map(Number) };
}

function areNumbers(parts: readonly string[], count: number): boolean {
  return parts.length === count && parts.every((part) => /^\d{1,16}$/.test(part));
}
