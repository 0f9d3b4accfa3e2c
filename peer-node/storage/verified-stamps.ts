// What the record of a book says of the files in a folder, for whoever does not have the folder's lock.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Book } from "../../shared/book.ts";
import type { BookId, ImageIndex } from "../../shared/ids.ts";
import { BookRecord } from "./record.ts";
import type { Stamp } from "./stamp.ts";
import { bookStatePlace, statePlaceOf } from "./state-folder.ts";

/** How the files of a book's images looked when they were whole; undefined of any other image. */
export interface VerifiedStamps {
  /** Of an image whose bytes are right, and have reached the disk itself. */
  readonly sound: (image: ImageIndex) => Stamp | undefined;
  /** Of an image whose bytes turned out to be wrong since. */
  readonly damaged: (image: ImageIndex) => Stamp | undefined;
}

/** True when there is a record of the book. @param folder - a real path */
export function hasRecord(folder: string, book: BookId): boolean {
  return existsSync(recordPlace(folder, book));
}

/**
 * Reads the record of a book.
 * @param folder - a real path
 * @throws DiskFault when it cannot be read
 */
export function verifiedStamps(folder: string, book: Book): VerifiedStamps {
  const inventory = BookRecord.peek(recordPlace(folder, book.id), book);
  return {
    sound: (image) => inventory.syncedStampOf(image),
    damaged: (image) => inventory.damagedStampOf(image),
  };
}

function recordPlace(folder: string, book: BookId): string {
  return join(bookStatePlace(statePlaceOf(folder), book), "record");
}
