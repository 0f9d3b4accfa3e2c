// The book: which images, which pages, how long each is and what its bytes must hash to.
// Kept in columns, not objects: a book of a million pages costs its digests and its paths, little more.
// Every bit of page arithmetic in the project is here; nobody else divides by PAGE_BYTES.

import { toHex, writeHex } from "./hex.ts";
import type { BookId, ImageIndex, PageIndex } from "./ids.ts";
import { PAGE_BYTES, SHA1_BYTES, SHA256_BYTES } from "./limits.ts";
import type { PageSet } from "./page-set.ts";

/** What the first line of a descriptor says, field by field. */
export interface BookHead {
  readonly name: string;
  /** Images in the book. */
  readonly images: number;
  /** Pages in the book. */
  readonly pages: number;
  /** Bytes of all images together. */
  readonly bytes: number;
  /** SHA-256, in hexadecimal, of each slice of the descriptor from its third line on. */
  readonly index: readonly string[];
}

/** One image as its descriptor line gives it. */
export interface ImageEntry {
  /** The publisher's name, in NFC, parts separated by "/". */
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 of the whole image, in hexadecimal. */
  readonly sha256: string;
  /** SHA-1 of each page, in hexadecimal, one after the other without a separator. */
  readonly pages: string;
}

/** One image of a book: where its pages start and how many there are. */
export interface Image {
  readonly index: ImageIndex;
  readonly path: string;
  readonly bytes: number;
  readonly firstPage: number;
  readonly pageCount: number;
}

/** Where one page lies. */
export interface PagePlace {
  readonly image: ImageIndex;
  /** Zero-based position of the page within its image. */
  readonly ordinal: number;
  /** Byte offset of the page in its image. */
  readonly offset: number;
  /** Length of the page in bytes, 1 to PAGE_BYTES. */
  readonly bytes: number;
}

/**
 * Number of pages of an image: one for each begun PAGE_BYTES, none for an empty image.
 * @example pageCountOf(256_001) // 2
 */
export function pageCountOf(imageBytes: number): number {
  return Math.ceil(imageBytes / PAGE_BYTES);
}

/**
 * Length of one page of an image: PAGE_BYTES, except for the image's last page, which holds the rest.
 * @param imageBytes - size of the image in bytes, at least 1
 * @param ordinal - zero-based position of the page within its image
 * @returns bytes, from 1 to PAGE_BYTES
 * @throws RangeError when the image has no such page
 * @see PROTOCOL.md, "Pages"
 * @example pageLength(600_000, 2) // 88_000
 */
export function pageLength(imageBytes: number, ordinal: number): number {
  const offset = ordinal * PAGE_BYTES;
  if (!Number.isInteger(ordinal) || ordinal < 0 || offset >= imageBytes) {
    throw new RangeError(`An image of ${imageBytes} bytes has no page ${ordinal}`);
  }
  return Math.min(PAGE_BYTES, imageBytes - offset);
}

/** The columns of a book; row `n` of the first three belongs to image `n`. */
interface BookColumns {
  readonly paths: readonly string[];
  readonly imageBytes: Float64Array;
  /** First page of each image, and one more row: the number of pages. */
  readonly firstPages: Uint32Array;
  readonly imageDigests: Uint8Array;
  readonly pageDigests: Uint8Array;
}

/** Gathers a book image by image, without keeping the lines it came from. */
export class BookBuilder {
  readonly #head: BookHead;
  readonly #columns: BookColumns & { readonly paths: string[] };
  #pages = 0;

  constructor(head: BookHead) {
    this.#head = head;
    this.#columns = {
      paths: [],
      imageBytes: new Float64Array(head.images),
      firstPages: new Uint32Array(head.images + 1),
      imageDigests: new Uint8Array(head.images * SHA256_BYTES),
      pageDigests: new Uint8Array(head.pages * SHA1_BYTES),
    };
  }

  /** @throws RangeError when the head has no room for this image; a parser finds that earlier and says where */
  add(entry: ImageEntry): void {
    const { paths, imageBytes, firstPages, imageDigests, pageDigests } = this.#columns;
    const row = paths.length;
    if (row === this.#head.images) throw new RangeError(`The book has only ${row} images`);
    writeHex(entry.sha256, imageDigests, row * SHA256_BYTES);
    writeHex(entry.pages, pageDigests, this.#pages * SHA1_BYTES);
    paths.push(entry.path);
    imageBytes[row] = entry.bytes;
    this.#pages += pageCountOf(entry.bytes);
    firstPages[row + 1] = this.#pages;
  }

  /** @throws RangeError when images or pages are missing */
  build(id: BookId, trackers: readonly string[]): Book {
    const { images, pages } = this.#head;
    if (this.#columns.paths.length !== images || this.#pages !== pages) {
      throw new RangeError(
        `The book has ${images} images and ${pages} pages, not ${this.#columns.paths.length} and ${this.#pages}`,
      );
    }
    return new Book(id, this.#head, trackers, this.#columns);
  }
}

/** A whole book, complete and immutable; made by a `BookBuilder`. */
export class Book {
  readonly id: BookId;
  readonly head: BookHead;
  /** Where readers may be found; a hint, not covered by the book id. */
  readonly trackers: readonly string[];
  readonly #columns: BookColumns;

  constructor(id: BookId, head: BookHead, trackers: readonly string[], columns: BookColumns) {
    this.id = id;
    this.head = head;
    this.trackers = trackers;
    this.#columns = columns;
  }

  get name(): string {
    return this.head.name;
  }

  get imageCount(): number {
    return this.head.images;
  }

  get pageCount(): number {
    return this.head.pages;
  }

  get bytes(): number {
    return this.head.bytes;
  }

  /** The checked page number. @throws RangeError when the book has no such page */
  page(number: number): PageIndex {
    if (!this.hasPage(number)) throw new RangeError(`Cannot name page ${number}: the book has ${this.pageCount} pages`);
    return number as PageIndex;
  }

  /** True when the book has a page of this number. */
  hasPage(number: number): number is PageIndex {
    return Number.isInteger(number) && number >= 0 && number < this.pageCount;
  }

  /** One image. @throws RangeError when the book has no such image */
  image(number: number): Image {
    const path = this.#columns.paths[number];
    if (path === undefined) throw new RangeError(`Cannot name image ${number}: the book has ${this.imageCount} images`);
    const firstPage = at(this.#columns.firstPages, number);
    return {
      index: number as ImageIndex,
      path,
      bytes: at(this.#columns.imageBytes, number),
      firstPage,
      pageCount: at(this.#columns.firstPages, number + 1) - firstPage,
    };
  }

  /** Every image, in book order. */
  *images(): Generator<Image> {
    for (let number = 0; number < this.imageCount; number++) yield this.image(number);
  }

  /** One image as its descriptor line gives it. @throws RangeError when the book has no such image */
  entry(number: number): ImageEntry {
    const { index, path, bytes, firstPage, pageCount } = this.image(number);
    const pages = this.#columns.pageDigests.subarray(firstPage * SHA1_BYTES, (firstPage + pageCount) * SHA1_BYTES);
    return { path, bytes, sha256: toHex(this.imageDigest(index)), pages: toHex(pages) };
  }

  /** Pages of an image, in order. @throws RangeError when the book has no such image */
  pagesOf(number: number): readonly PageIndex[] {
    const { firstPage, pageCount } = this.image(number);
    return Array.from({ length: pageCount }, (_, ordinal) => this.page(firstPage + ordinal));
  }

  /** SHA-256 of the image, 32 bytes; a view, not to be written to. */
  imageDigest(image: ImageIndex): Uint8Array {
    return this.#columns.imageDigests.subarray(image * SHA256_BYTES, (image + 1) * SHA256_BYTES);
  }

  /** SHA-1 of the page, 20 bytes; a view, not to be written to. */
  pageDigest(page: PageIndex): Uint8Array {
    return this.#columns.pageDigests.subarray(page * SHA1_BYTES, (page + 1) * SHA1_BYTES);
  }

  /** The image that the page belongs to. */
  imageOf(page: PageIndex): ImageIndex {
    let low = 0;
    let high = this.imageCount;
    // The last image whose first page is not beyond `page`; empty images before it share that first page and lose.
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (at(this.#columns.firstPages, middle) <= page) low = middle;
      else high = middle;
    }
    return low as ImageIndex;
  }

  /** Where the page lies. */
  placeOf(page: PageIndex): PagePlace {
    const image = this.imageOf(page);
    const ordinal = page - at(this.#columns.firstPages, image);
    const bytes = pageLength(at(this.#columns.imageBytes, image), ordinal);
    return { image, ordinal, offset: ordinal * PAGE_BYTES, bytes };
  }

  /** Bytes of these pages together. */
  bytesOf(pages: PageSet): number {
    if (pages.isFull) return this.bytes;
    let bytes = 0;
    for (const page of pages) bytes += this.pageBytes(page);
    return bytes;
  }

  /** Length of the page in bytes, 1 to PAGE_BYTES. */
  pageBytes(page: PageIndex): number {
    return this.placeOf(page).bytes;
  }
}

function at(column: Float64Array | Uint32Array, index: number): number {
  const value = column[index];
  if (value === undefined) throw new RangeError(`No entry ${index}`);
  return value;
}
