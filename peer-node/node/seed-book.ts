// From what lies in a folder to a book that is served, and of which nothing is asked: the silent reader.

import type { FoundBook } from "./find-book.ts";
import { type OpenedBook, type OpenOptions, openBook } from "./opened-book.ts";

/**
 * Serves what there is of a book.
 * @throws DiskFault when the folder cannot be read, or another process uses it; the signal's reason
 */
export function seedBook(
  found: FoundBook,
  options: Pick<OpenOptions, "node" | "signal" | "onEvent">,
): Promise<OpenedBook> {
  return openBook({ ...found, ...options, purpose: "serve" });
}
