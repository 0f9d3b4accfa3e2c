// What is known of a folder's images without reading them: a book that was published or fetched there left a descriptor
// with their digests, and a record of how their files looked when they had these. Whatever of this cannot be read is not
// known, and costs hashing.

import { realpathSync } from "node:fs";
import { setImmediate as breathe } from "node:timers/promises";
import type { Book, ImageEntry } from "../../shared/book.ts";
import { DescriptorRefused } from "../../shared/faults.ts";
import type { ImageIndex } from "../../shared/ids.ts";
import { onDisk } from "../storage/disk-fault.ts";
import { sameBytes } from "../storage/hasher.ts";
import { DiskFault } from "../storage/page-store.ts";
import { type Stamp, sameStamp } from "../storage/stamp.ts";
import { descriptorsElsewhere } from "../storage/state-folder.ts";
import { hasRecord, type VerifiedStamps, verifiedStamps } from "../storage/verified-stamps.ts";
import { loadDescriptor } from "./descriptor-file.ts";
import { descriptorsIn, type FoundDescriptor } from "./descriptors-in.ts";

/** Images compared before others get their turn. Chosen; some milliseconds. */
const BREATH_IMAGES = 1024;

/** A book of which the folder has a record. */
interface KnownBook {
  readonly book: Book;
  readonly images: ReadonlyMap<string, ImageIndex>;
  readonly stamps: VerifiedStamps;
}

/** An image of one of them, and how its file looked when it was verified. */
interface KnownImage {
  readonly book: Book;
  readonly image: ImageIndex;
  readonly stamp: Stamp;
}

export class KnownImages {
  readonly #books: readonly KnownBook[];

  private constructor(books: readonly KnownBook[]) {
    this.#books = books;
  }

  /**
   * Reads the descriptors and the records of a folder. It is not locked: another process may go on with it.
   * @throws the signal's reason
   */
  static async in(folder: string, signal?: AbortSignal): Promise<KnownImages> {
    const books: KnownBook[] = [];
    const real = await unlessUnreadable(async () => onDisk("read", folder, () => realpathSync(folder)));
    if (real === undefined) return new KnownImages(books);
    const descriptors = [...(await descriptorsOf(real)), ...(await descriptorsOf(descriptorsElsewhere()))];
    for (const descriptor of descriptors) {
      signal?.throwIfAborted();
      const book = await unlessUnreadable(() => knownBook(real, descriptor));
      if (book !== undefined) books.push(book);
    }
    signal?.throwIfAborted();
    return new KnownImages(books);
  }

  /** The descriptor's line of an image whose file looks as it did when it was verified. */
  entry(path: string, stamp: Stamp): ImageEntry | undefined {
    const known = this.#named(path).find((each) => sameStamp(each.stamp, stamp));
    return known?.book.entry(known.image);
  }

  /** How the files of a book's images looked, in image order, as far as they were verified as images of other books. */
  async stampsFor(book: Book): Promise<(Stamp | undefined)[]> {
    const stamps: (Stamp | undefined)[] = [];
    for (const { index, path } of this.#books.length === 0 ? [] : book.images()) {
      stamps.push(this.#named(path).find((known) => isSameImage({ book, image: index }, known))?.stamp);
      if (index % BREATH_IMAGES === BREATH_IMAGES - 1) await breathe();
    }
    return stamps;
  }

  #named(path: string): KnownImage[] {
    const found = this.#books.flatMap(({ book, images, stamps }) => {
      const image = images.get(path);
      return image === undefined ? [] : [{ book, image, sound: stamps.sound(image), damaged: stamps.damaged(image) }];
    });
    return found.flatMap(({ book, image, sound: stamp }) => {
      // What one book's check found damaged is not sound because another book's record is older.
      const isDamaged = found.some(({ damaged }) => stamp && damaged && sameStamp(stamp, damaged));
      return stamp === undefined || isDamaged ? [] : [{ book, image, stamp }];
    });
  }
}

async function descriptorsOf(folder: string): Promise<readonly FoundDescriptor[]> {
  return (await unlessUnreadable(() => descriptorsIn(folder))) ?? [];
}

async function knownBook(folder: string, { path, bookId }: FoundDescriptor): Promise<KnownBook | undefined> {
  if (!hasRecord(folder, bookId)) return undefined;
  const book = await loadDescriptor(path, bookId);
  const images = new Map(Array.from(book.images(), (image) => [image.path, image.index]));
  return { book, images, stamps: verifiedStamps(folder, book) };
}

async function unlessUnreadable<Result>(read: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DescriptorRefused || error instanceof DiskFault) return undefined;
    throw error;
  }
}

/** True when both books say the same of the bytes: of all of them, and of each page. */
function isSameImage(one: Omit<KnownImage, "stamp">, other: KnownImage): boolean {
  const [image, theirs] = [one.book.image(one.image), other.book.image(other.image)];
  if (image.bytes !== theirs.bytes) return false;
  if (!sameBytes(one.book.imageDigest(one.image), other.book.imageDigest(other.image))) return false;
  const pages = other.book.pagesOf(other.image);
  return one.book.pagesOf(one.image).every((page, ordinal) => {
    const twin = pages[ordinal];
    return twin !== undefined && sameBytes(one.book.pageDigest(page), other.book.pageDigest(twin));
  });
}
