// Is there room for what is still to come? Asked before the first page, so that nobody waits for a download that cannot end.

import type { Book } from "../../shared/book.ts";
import type { PageSet } from "../../shared/page-set.ts";
import { DiskFault } from "../storage/page-store.ts";

/** What the question is about; a store on a disk answers it. */
export interface Room {
  readonly book: Book;
  readonly folder: string;
  readonly held: PageSet;
  freeBytes(): number;
}

/** @throws DiskFault "full" when the pages of `wanted` that are missing need more bytes than the disk has */
export function mustHaveRoom(room: Room, wanted: PageSet): void {
  const { book, folder, held } = room;
  const missing = wanted.clone();
  for (const page of wanted.common(held)) missing.delete(page);
  const bytes = book.bytesOf(missing);
  const free = bytes === 0 ? 0 : room.freeBytes();
  if (bytes <= free) return;
  const [needed, there] = [bytes, free].map((count) => count.toLocaleString("en"));
  throw new DiskFault(
    "full",
    folder,
    `Cannot fetch ${book.name} into ${folder}: ${needed} bytes are missing and the disk has room for ${there}; make room, choose another folder, or fewer images with --only`,
  );
}
