// A complete book of any number of images on the disk, made without hashing or writing what is in them: its images are
// sparse files of zeros, so that every page of one length has one known SHA-1. What a reader holds in memory of such a
// book, and what it does to open it, is what any book of that many images and pages costs.

import { hash } from "node:crypto";
import { closeSync, ftruncateSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { describeFolder } from "../../peer-node/library/describe.ts";
import { saveDescriptor } from "../../peer-node/library/descriptor-file.ts";
import { FolderStore } from "../../peer-node/storage/folder-store.ts";
import { descriptorPlace } from "../../peer-node/storage/places.ts";
import { type Book, pageCountOf, pageLength } from "../../shared/book.ts";

/** Images in one folder, as many as a camera makes in one. */
const IMAGES_IN_FOLDER = 1_000;

export interface HugeBook {
  readonly folder: string;
  readonly images: number;
  /** Bytes of each image. */
  readonly imageBytes: number;
  readonly trackers: readonly string[];
}

/** Makes the book, its descriptor, and the record that says that it is complete. */
export async function makeHugeBook({ folder, images, imageBytes, trackers }: HugeBook): Promise<Book> {
  for (let image = 0; image < images; image++) {
    const below = join(folder, `roll-${String(Math.floor(image / IMAGES_IN_FOLDER)).padStart(4, "0")}`);
    if (image % IMAGES_IN_FOLDER === 0) mkdirSync(below, { recursive: true });
    const file = openSync(join(below, `picture-${String(image).padStart(7, "0")}.png`), "w");
    ftruncateSync(file, imageBytes);
    closeSync(file);
  }
  const zeros = Buffer.alloc(imageBytes);
  const digests = {
    sha256: hash("sha256", zeros),
    pages: Array.from({ length: pageCountOf(imageBytes) }, (_, ordinal) =>
      hash("sha1", zeros.subarray(0, pageLength(imageBytes, ordinal))),
    ).join(""),
  };
  const { book, lines, stamps } = await describeFolder({
    folder,
    trackers,
    known: { entry: (path, { bytes }) => ({ path, bytes, ...digests }) },
  });
  await saveDescriptor(descriptorPlace(folder, book.name), lines());
  const store = await FolderStore.open({ book, folder, purpose: "fetch", vouched: stamps });
  await store.close();
  return book;
}
