// What the record of a book says of the files in a folder, for whoever does not have the folder's lock.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Book } from "../../shared/book.ts";
import type { BookId, ImageIndex } from "../../shared/ids.ts";
import { bootId } from "./boot.ts";
import { BookRecord } from "./record.ts";
import type { Stamp } from "./stamp.ts";
import { bookStatePlace, statePlaceOf } from "./state-folder.ts";

/** True when there is a record of the book. @param folder - a real path */
export function hasRecord(folder: string, book: BookId): boolean {
  return existsSync(recordPlace(folder, book));
}

/**
 * How the files of whole images looked when they were verified; undefined of an image that is not whole, or may have
 * been lost since.
 * @param folder - a real path
 * @param boot - this run of the system; only tests know better
 * @throws DiskFault when the record cannot be read
 */
export function verifiedStamps(
  folder: string,
  book: Book,
  boot: string = bootId(),
): (image: ImageIndex) => Stamp | undefined {
  const inventory = BookRecord.peek(recordPlace(folder, book.id), book);
  return (image) => inventory.certainStampOf(image, boot);
}

function recordPlace(folder: string, book: BookId): string {
  return join(bookStatePlace(statePlaceOf(folder), book), "record");
}
