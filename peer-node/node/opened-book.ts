// A book that is open in a folder and read by a node: what getting, publishing and seeding all end in.

import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Image } from "../../shared/book.ts";
import { parseReaderId, type ReaderId } from "../../shared/ids.ts";
import { PageSet } from "../../shared/page-set.ts";
import { FolderStore } from "../storage/folder-store.ts";
import { look } from "../storage/image-files.ts";
import type { FolderStoreOptions } from "../storage/opening.ts";
import type { TrackerAddress } from "../tracker/tracker-request.ts";
import type { OnBookEvent } from "./book-events.ts";
import type { Node } from "./node.ts";
import type { Reader } from "./reader.ts";
import { mustHaveRoom } from "./room.ts";

export interface OpenedBook {
  readonly store: FolderStore;
  readonly reader: Reader;
  /** What is fetched or served, held pages included: the whole book, or the images that were chosen. */
  readonly chosen: Selection;
}

/** Some images of a book. */
export interface Selection {
  readonly images: number;
  readonly bytes: number;
  readonly pages: PageSet;
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
    const isThere = look(join(store.folder, file)) !== undefined;
    const message = isThere
      ? `${file} is not of this book and stays as it is; the image of that name is left out`
      : `${file} cannot be written here, as its path is longer than this system allows; it is left out: choose a folder with a shorter one`;
    onEvent({ type: "inTheWay", message });
  }
  for (const image of store.refused) onEvent({ type: "imageRefused", image });
  const secret = store.readerSecret();
  const chosen = select(store, wants);
  const wanted = where.purpose === "serve" ? new PageSet(store.book.pageCount) : chosen.pages;
  await mayFetch(store, wanted);
  const reader = node.read({ store, wanted, secret, reader: readerIdOf(secret), tracker, pipeline, onEvent });
  return { store, reader, chosen };
}

/** @throws DiskFault "full" when there is no room for what is missing; the folder is let go of then */
async function mayFetch(store: FolderStore, wanted: PageSet): Promise<void> {
  try {
    mustHaveRoom(store, wanted);
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** A reader's id: the SHA-256 of the 32 bytes of its secret. */
export function readerIdOf(secret: string): ReaderId {
  return parseReaderId(createHash("sha256").update(secret, "hex").digest("hex"));
}

function select({ book, unwanted }: FolderStore, wants: (image: Image) => boolean): Selection {
  const pages = new PageSet(book.pageCount);
  let images = 0;
  let bytes = 0;
  for (const image of book.images()) {
    const isGivenUp = image.pageCount > 0 && unwanted.has(book.page(image.firstPage));
    if (isGivenUp || !wants(image)) continue;
    images++;
    bytes += image.bytes;
    for (let page = image.firstPage; page < image.firstPage + image.pageCount; page++) pages.add(book.page(page));
  }
  return { images, bytes, pages };
}
