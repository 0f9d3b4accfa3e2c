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
import { hasRecord, type VerifiedStamps, verifiedStamps } from "../storage/verified-stamps.ts";
import { loadDescriptor } from "./descriptor-file.ts";
import { descriptorsIn, type FoundDescriptor } from "./descriptors-in.ts";

/** A book of which the folder has a record. */
interface KnownBook {
  readonly book: Book;
  readonly images: ReadonlyMap<string, ImageIndex>;
  readonly stamps: VerifiedStamps;
}

/** An image of one of them, and how its file looked when it was verified. */
interface KnownImage {
  readonly entry: ImageEntry;
  readonly stamp: Stamp;
}

export class KnownImages {
  readonly #books: readonly KnownBook[];

  private constructor(books: readonly KnownBook[]) {
    this.#books = books;
  }

  /**
   * Reads the descriptors and the records of a folder. It is not locked: another process may go on with it.
   * @param boot - this run of the system; only tests know better
   * @throws DiskFault when there is a folder and it cannot be read
   */
  static async in(folder: string, boot?: string): Promise<KnownImages> {
    if (!existsSync(folder)) return new KnownImages([]);
    const real = onDisk("read", folder, () => realpathSync(folder));
    const books: KnownBook[] = [];
    for (const descriptor of await descriptorsOf(real)) {
      const book = hasRecord(real, descriptor.bookId) ? await knownBook(real, descriptor, boot) : undefined;
      if (book !== undefined) books.push(book);
    }
    return new KnownImages(books);
  }

  /** The descriptor's line of an image whose file looks as it did when it was verified. */
  entry(path: string, stamp: Stamp): ImageEntry | undefined {
    for (const known of this.#named(path)) if (sameStamp(known.stamp, stamp)) return known.entry;
    return undefined;
  }

  /** How the files of a book's images looked, in image order, as far as they are known as images of other books. */
  stampsFor(book: Book): (Stamp | undefined)[] {
    if (this.#books.length === 0) return [];
    return Array.from(book.images(), ({ index, path }) => {
      const entry = book.entry(index);
      for (const known of this.#named(path)) if (isSameImage(known.entry, entry)) return known.stamp;
      return undefined;
    });
  }

  *#named(path: string): Generator<KnownImage> {
    const found = this.#books.flatMap(({ book, images, stamps }) => {
      const image = images.get(path);
      return image === undefined ? [] : [{ book, image, sound: stamps.sound(image), damaged: stamps.damaged(image) }];
    });
    for (const { book, image, sound: stamp } of found) {
      // What one book's check found damaged is not sound because another book's record is older.
      const isDamaged = found.some(({ damaged }) => stamp && damaged && sameStamp(stamp, damaged));
      if (stamp !== undefined && !isDamaged) yield { entry: book.entry(image), stamp };
    }
  }
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
    return { book, images, stamps: verifiedStamps(folder, book, boot) };
  } catch (error) {
    if (error instanceof DescriptorRefused || error instanceof DiskFault) return undefined;
    throw error;
  }
}

function isSameImage(one: ImageEntry, other: ImageEntry): boolean {
  return one.bytes === other.bytes && one.sha256 === other.sha256 && one.pages === other.pages;
}
