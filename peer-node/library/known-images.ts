// What is known of a folder's images without reading them: a book that was published or fetched there left a descriptor
// with their digests, and a record of how their files looked when they had these.

import { existsSync, realpathSync } from "node:fs";
import type { Book, ImageEntry } from "../../shared/book.ts";
import { DescriptorRefused } from "../../shared/faults.ts";
import type { ImageIndex } from "../../shared/ids.ts";
import { onDisk } from "../storage/disk-fault.ts";
import { DiskFault } from "../storage/page-store.ts";
import { type Stamp, sameStamp } from "../storage/stamp.ts";
import { descriptorsElsewhere } from "../storage/state-folder.ts";
import { hasRecord, verifiedStamps } from "../storage/verified-stamps.ts";
import { loadDescriptor } from "./descriptor-file.ts";
import { descriptorsIn, type FoundDescriptor } from "./descriptors-in.ts";

/** The descriptor's line of an image whose file looks as it did when it was verified; undefined for any other. */
export type KnownImages = (path: string, stamp: Stamp) => ImageEntry | undefined;

/** A book of which the folder has a record. */
interface KnownBook {
  readonly book: Book;
  readonly images: ReadonlyMap<string, ImageIndex>;
  readonly verified: (image: ImageIndex) => Stamp | undefined;
}

/**
 * What the descriptors and the records of a folder tell of its images. The folder is not locked: another process may go
 * on with it.
 * @param boot - this run of the system; only tests know better
 * @throws DiskFault when the folder cannot be read
 */
export async function knownImages(folder: string, boot?: string): Promise<KnownImages> {
  const books = await knownBooks(
    onDisk("read", folder, () => realpathSync(folder)),
    boot,
  );
  return (path, stamp) => {
    for (const { book, images, verified } of books) {
      const image = images.get(path);
      const then = image === undefined ? undefined : verified(image);
      if (image !== undefined && then !== undefined && sameStamp(stamp, then)) return book.entry(image);
    }
    return undefined;
  };
}

async function knownBooks(folder: string, boot: string | undefined): Promise<KnownBook[]> {
  const known: KnownBook[] = [];
  for (const descriptor of await descriptorsOf(folder)) {
    const book = hasRecord(folder, descriptor.bookId) ? await knownBook(folder, descriptor, boot) : undefined;
    if (book !== undefined) known.push(book);
  }
  return known;
}

/** Those of a folder that cannot be written to lie elsewhere, among those of others. */
async function descriptorsOf(folder: string): Promise<readonly FoundDescriptor[]> {
  const elsewhere = descriptorsElsewhere();
  return [...(await descriptorsIn(folder)), ...(existsSync(elsewhere) ? await descriptorsIn(elsewhere) : [])];
}

/** Undefined when anything of it cannot be read: then its images are hashed. */
async function knownBook(
  folder: string,
  { path, bookId }: FoundDescriptor,
  boot: string | undefined,
): Promise<KnownBook | undefined> {
  try {
    const book = await loadDescriptor(path, bookId);
    const images = new Map(Array.from(book.images(), (image) => [image.path, image.index]));
    return { book, images, verified: verifiedStamps(folder, book, boot) };
  } catch (error) {
    if (error instanceof DescriptorRefused || error instanceof DiskFault) return undefined;
    throw error;
  }
}
