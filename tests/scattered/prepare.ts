// Lays out the scattered book on disk: the pictures to compare with, a descriptor without pictures, and ten folders,
// each holding its share of the pages, put there through the same page store that every reader uses.

import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describeFolder } from "../../peer-node/library/describe.ts";
import { saveDescriptor } from "../../peer-node/library/descriptor-file.ts";
import { FolderStore } from "../../peer-node/storage/folder-store.ts";
import type { Book } from "../../shared/book.ts";
import { writePictures } from "../processes/pictures.ts";
import { HOLDINGS, IMAGES } from "./holdings.ts";

export interface ScatteredBook {
  /** The pictures, for comparing; no reader sees this folder. */
  readonly pictures: string;
  /** The descriptor, in a folder of its own. */
  readonly descriptor: string;
  /** One folder for each reader. */
  readonly folders: readonly string[];
}

export async function prepareScattered(scratch: string): Promise<ScatteredBook> {
  const pictures = join(scratch, "pictures");
  await writePictures(pictures, IMAGES);
  const { book, lines } = await describeFolder({ folder: pictures, name: "scattered" });
  const library = join(scratch, "library");
  await mkdir(library);
  const descriptor = join(library, "scattered.desc");
  await saveDescriptor(descriptor, lines());
  const folders = HOLDINGS.map((_, at) => join(scratch, `reader-${at + 1}`));
  for (const [at, folder] of folders.entries()) {
    await fill(folder, book, HOLDINGS[at] ?? [], pictures);
    await saveDescriptor(join(folder, "scattered.desc"), lines());
  }
  return { pictures, descriptor, folders };
}

async function fill(folder: string, book: Book, pages: readonly number[], pictures: string): Promise<void> {
  const store = await FolderStore.open({ book, folder, purpose: "fetch" });
  try {
    for (const number of pages) {
      const page = book.page(number);
      const { image, offset, bytes } = book.placeOf(page);
      const picture = await readFile(join(pictures, book.image(image).path));
      const { outcome } = await store.put(page, picture.subarray(offset, offset + bytes));
      if (outcome !== "stored") throw new Error(`Page ${number} was ${outcome}`);
    }
  } finally {
    await store.close();
  }
}
