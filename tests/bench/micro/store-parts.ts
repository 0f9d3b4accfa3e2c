// The folder store: pages verified, written and recorded, and images brought to their names.

import { join } from "node:path";
import { FolderStore } from "../../../peer-node/storage/folder-store.ts";
import { PAGE_BYTES } from "../../../shared/limits.ts";
import { type InventedBook, inventBook } from "../../peer-node/invented-book.ts";
import type { Part } from "./part.ts";

/** Bytes of a picture as libraries have them. */
const IMAGE_BYTES = 90_000;

/** Pages that each part puts; there is no more to put than the book has. */
const PUTS = 300;

/** @param folder - empty; what is made lies below */
export async function storeParts(folder: string, atEnd: AsyncDisposableStack): Promise<readonly Part[]> {
  const images = inventBook(
    Object.fromEntries(Array.from({ length: PUTS }, (_, at) => [`${String(at).padStart(4, "0")}.jpg`, IMAGE_BYTES])),
  );
  const pages = inventBook({ "one.tif": PUTS * PAGE_BYTES });
  return [
    await part("store: a page of a long image", "page", PAGE_BYTES, pages, join(folder, "pages"), atEnd),
    await part(
      `store: an image of ${IMAGE_BYTES / 1e3} kB`,
      "image",
      IMAGE_BYTES,
      images,
      join(folder, "images"),
      atEnd,
    ),
  ];
}

async function part(
  name: string,
  each: string,
  bytes: number,
  invented: InventedBook,
  folder: string,
  atEnd: AsyncDisposableStack,
): Promise<Part> {
  const store = await FolderStore.open({ book: invented.book, folder, purpose: "fetch" });
  atEnd.defer(() => store.close());
  let next = 0;
  return {
    name: `${name} verified, written and placed`,
    each,
    times: 1,
    bytes,
    calls: PUTS,
    work: async () => {
      const page = invented.pages[next++];
      if (page === undefined) throw new Error("There was nothing left to put");
      const { outcome } = await store.put(page, invented.pageBytes(page));
      if (outcome !== "stored") throw new Error(`A page was ${outcome}`);
    },
  };
}
