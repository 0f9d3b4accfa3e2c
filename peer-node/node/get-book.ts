// From a link or a descriptor to a book that is being fetched.

import type { Book, Image } from "../../shared/book.ts";
import { type BookSource, type FindOptions, findBook } from "./find-book.ts";
import { type OpenedBook, type OpenOptions, openBook } from "./opened-book.ts";

export interface GetOptions extends FindOptions, Pick<OpenOptions, "node" | "pipeline" | "onEvent"> {
  readonly source: BookSource;
  /** Which images to fetch, once the book is known; all of them when absent. What it throws ends the matter. */
  readonly choose?: ((book: Book) => (image: Image) => boolean) | undefined;
}

/**
 * Finds out which book is meant, keeps its descriptor in the folder, and begins to fetch.
 * @throws DescriptorRefused, TrackerRefused, TrackerFault, DiskFault
 */
export async function getBook(options: GetOptions): Promise<OpenedBook> {
  const { source, node, pipeline, choose, onEvent } = options;
  const found = await findBook(source, options);
  return openBook({ ...found, node, pipeline, wants: choose?.(found.book), onEvent, purpose: "fetch" });
}
