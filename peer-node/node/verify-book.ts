// Hashes every image of a book in a folder, whatever the record says, and makes the record true: the next `get` fetches
// what is damaged or missing, and nothing else. It needs nobody else, and changes no image.

import type { Image } from "../../shared/book.ts";
import type { ImageIndex } from "../../shared/ids.ts";
import { FolderStore } from "../storage/folder-store.ts";
import type { OnBookEvent } from "./book-events.ts";
import type { FoundBook } from "./find-book.ts";
import { imageRefused } from "./reader-events.ts";

/** What is there of a book; every image that is wanted stands in one of the three lists, in book order. */
export interface Verdict {
  readonly folder: string;
  /** There, and byte for byte what the publisher had. */
  readonly sound: readonly Image[];
  /** There, and not what the publisher had. */
  readonly damaged: readonly Image[];
  /** Not there, or not whole yet. Where the book is bad at an image it never will be, which was told. */
  readonly missing: readonly Image[];
}

/** @throws DiskFault when the folder cannot be read, or another process uses it */
export async function verifyBook({ book, folder, wants }: FoundBook, onEvent: OnBookEvent): Promise<Verdict> {
  const onChecking = (bytes: number, of: number) => onEvent({ type: "checking", bytes, of });
  const store = await FolderStore.open({ book, folder, purpose: "serve", trust: "nothing", onChecking });
  try {
    const isDamaged = new Set<ImageIndex>(store.damaged);
    const isRefused = new Set<ImageIndex>(store.refused);
    const sound: Image[] = [];
    const damaged: Image[] = [];
    const missing: Image[] = [];
    for (const image of book.images()) {
      if (wants?.(image) === false) continue;
      if (isRefused.has(image.index)) onEvent(imageRefused(book, image.index));
      const list = isDamaged.has(image.index) ? damaged : store.isWhole(image.index) ? sound : missing;
      list.push(image);
    }
    return { folder: store.folder, sound, damaged, missing };
  } finally {
    await store.close();
  }
}
