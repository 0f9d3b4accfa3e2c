// From a link or a descriptor to a book that is being fetched.

import type { BookSource } from "./book-source.ts";
import { type FindOptions, findBook } from "./find-book.ts";
import { type OpenedBook, type OpenOptions, openBook } from "./opened-book.ts";

export interface GetOptions extends FindOptions, Pick<OpenOptions, "node" | "pipeline" | "onEvent"> {
  readonly source: BookSource;
}

/**
 * Finds out which book is meant, keeps its descriptor in the folder, and begins to fetch.
 * @throws DescriptorRefused, TrackerRefused, TrackerFault, DiskFault, the signal's reason
 */
export async function getBook(options: GetOptions): Promise<OpenedBook> {
  const { source, node, pipeline, signal, onEvent } = options;
  const found = await findBook(source, options);
  return openBook({ ...found, node, pipeline, signal, onEvent, purpose: "fetch" });
}
