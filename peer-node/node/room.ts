// Is there room for what is still to come? Asked before the first page, so that nobody waits for a download that cannot end.

import type { Book } from "../../shared/book.ts";
import type { PageSet } from "../../shared/page-set.ts";
import { formatByteSize } from "../../shared/quantities.ts";
import { DiskFault } from "../storage/page-store.ts";

/** What the question is about; a store on a disk answers it. */
export interface Room {
  readonly book: Book;
  readonly folder: string;
  readonly held: PageSet;
  freeBytes(): number;
}

/** What there is of some pages before the first one of them is fetched. */
export interface Beginning {
  readonly pagesHeld: number;
  readonly pages: number;
  readonly bytesHeld: number;
  readonly bytes: number;
  /** Bytes that the disk has room for; unknown when nothing is missing. */
  readonly freeBytes?: number;
}

/**
 * Counts what is held of the pages of `wanted`.
 * @throws DiskFault "full" when those that are missing need more bytes than the disk has
 */
export function mustHaveRoom(room: Room, wanted: PageSet): Beginning {
  const { book, folder, held } = room;
  const missing = wanted.clone();
  for (const page of wanted.common(held)) missing.delete(page);
  const bytes = book.bytesOf(wanted);
  const bytesMissing = book.bytesOf(missing);
  const counts = {
    pagesHeld: wanted.count - missing.count,
    pages: wanted.count,
    bytesHeld: bytes - bytesMissing,
    bytes,
  };
  if (bytesMissing === 0) return counts;
  const freeBytes = room.freeBytes();
  mustHold(folder, { name: book.name, bytes: bytesMissing, free: freeBytes });
  return { ...counts, freeBytes };
}

/** @throws DiskFault "full" when the bytes that are missing of a book are more than are free on the disk of its folder */
export function mustHold(
  folder: string,
  { name, bytes, free }: { readonly name: string; readonly bytes: number; readonly free: number },
): void {
  if (bytes <= free) return;
  const [needed, there] = [bytes, free].map(formatByteSize);
  throw new DiskFault(
    "full",
    folder,
    `Cannot fetch ${name} into ${folder}: ${needed} are missing and the disk has room for ${there}; make room, choose another folder, or fewer images with --only`,
  );
}
