// Page numbers as others send them. Here they become page indices of the book, or a violation; past this file nobody
// holds a page that the book did not vouch for.

import type { Book } from "../../shared/book.ts";
import { Violation } from "../../shared/faults.ts";
import type { PageIndex } from "../../shared/ids.ts";
import type { HeldSet } from "../../shared/wire/messages.ts";
import type { Session } from "./session.ts";

/** @throws Violation when the book has no such page */
export function pageOf(book: Book, number: number): PageIndex {
  if (book.hasPage(number)) return number;
  throw new Violation("no-such-page", `Page ${number} is not one of ${book.pageCount}`);
}

/** @throws Violation when the book lacks one of them */
export function pagesOf(book: Book, numbers: Iterable<number>): readonly PageIndex[] {
  return Array.from(numbers, (number) => pageOf(book, number));
}

/** Numbers of the pages whose bits are set, ascending. */
export function* numbersIn({ first, bits }: Pick<HeldSet, "first" | "bits">): Generator<number> {
  for (const [byte, value] of bits.entries()) {
    for (let bit = 0; bit < 8; bit++) if ((value & (0x80 >> bit)) !== 0) yield first + byte * 8 + bit;
  }
}

/**
 * The same of a part of what a session says at first. No part is read twice, because each costs time.
 * @throws Violation when the part does not follow those before it
 */
export function partOf(session: Session, { first, bits }: HeldSet): Iterable<number> {
  if (first < session.saidUpTo)
    throw new Violation("malformed", `A page set goes on at ${first}, behind its last part`);
  session.saidUpTo = first + bits.length * 8;
  return numbersIn({ first, bits });
}
