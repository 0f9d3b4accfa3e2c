// A book that is open in a folder and read by a node: what getting, publishing and seeding all end in.

import { createHash } from "node:crypto";
import type { Image } from "../../shared/book.ts";
import { parseReaderId, type ReaderId } from "../../shared/ids.ts";
import { PageSet } from "../../shared/page-set.ts";
import { FolderStore } from "../storage/folder-store.ts";
import type { FolderStoreOptions } from "../storage/opening.ts";
import type { TrackerAddress } from "../tracker/tracker-request.ts";
import type { OnBookEvent } from "./book-events.ts";
import type { Node } from "./node.ts";
import type { Reader } from "./reader.ts";

export interface OpenedBook {
  readonly store: FolderStore;
  readonly reader: Reader;
}

export interface OpenOptions extends Pick<FolderStoreOptions, "book" | "folder" | "purpose" | "vouched"> {
  readonly node: Node;
  readonly tracker?: TrackerAddress | undefined;
  readonly pipeline?: number | undefined;
  /** Images to fetch; all of them when absent. Without effect on a book that is only served. */
  readonly wants?: ((image: Image) => boolean) | undefined;
  readonly onEvent: OnBookEvent;
}

/**
 * Opens a book in a folder and begins to read it.
 * @throws DiskFault when the folder cannot be used, or another process uses it
 */
export async function openBook(options: OpenOptions): Promise<OpenedBook> {
  const { node, tracker, pipeline, wants = () => true, onEvent, ...where } = options;
  const store = await FolderStore.open({
    ...where,
    wants,
    onChecking: (bytes, of) => onEvent({ type: "checking", bytes, of }),
  });
  for (const renamed of store.renamed) onEvent({ type: "renamed", renamed });
  for (const file of store.inTheWay) {
    onEvent({
      type: "inTheWay",
      message: `${file} is not of this book and stays as it is; the image of that name is left out`,
    });
  }
  for (const image of store.refused) onEvent({ type: "imageRefused", image });
  const secret = store.readerSecret();
  const wanted = where.purpose === "serve" ? new PageSet(store.book.pageCount) : wantedPages(store, wants);
  const reader = node.read({ store, wanted, secret, reader: readerIdOf(secret), tracker, pipeline, onEvent });
  return { store, reader };
}

/** A reader's id: the SHA-256 of the 32 bytes of its secret. */
export function readerIdOf(secret: string): ReaderId {
  return parseReaderId(createHash("sha256").update(secret, "hex").digest("hex"));
}

function wantedPages({ book, unwanted }: FolderStore, wants: (image: Image) => boolean): PageSet {
  const wanted = new PageSet(book.pageCount);
  for (const image of book.images()) {
    if (!wants(image)) continue;
    for (let page = image.firstPage; page < image.firstPage + image.pageCount; page++) {
      if (!unwanted.has(book.page(page))) wanted.add(book.page(page));
    }
  }
  return wanted;
}
