// What a folder that is open holds otherwise than the book has it, as whoever runs the book is told it: at the start, and
// whenever somebody begins to look.

import { join } from "node:path";
import type { FolderStore } from "../storage/folder-store.ts";
import { look } from "../storage/image-files.ts";
import type { BookEvent } from "./book-events.ts";
import { imageRefused } from "./reader-events.ts";

/** Images that have another name here, cannot be written, or at which the book is bad. */
export function* findingsOf(store: FolderStore): Generator<BookEvent> {
  for (const renamed of store.renamed) yield { type: "renamed", renamed };
  for (const file of store.inTheWay) {
    const isThere = look(join(store.folder, file)) !== undefined;
    const message = isThere
      ? `${file} is not of this book and stays as it is; the image of that name is left out`
      : `${file} cannot be written here, as its path is longer than this system allows; it is left out: choose a folder with a shorter one`;
    yield { type: "inTheWay", message };
  }
  for (const image of store.refused) yield imageRefused(store.book, image);
}
