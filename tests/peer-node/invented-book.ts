// Books made up on the spot, with their bytes, for tests of what stores and moves pages.

import { hash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Book, BookBuilder, type BookHead, pageCountOf } from "../../shared/book.ts";
import { formatBookLine, formatImageLine } from "../../shared/descriptor.ts";
import { type ImageIndex, type PageIndex, parseBookId } from "../../shared/ids.ts";
import { PAGE_BYTES } from "../../shared/limits.ts";

export interface InventedBook {
  readonly book: Book;
  /** The bytes of each image, in book order. */
  readonly images: readonly Buffer[];
  /** Every page of the book, in order. */
  readonly pages: readonly PageIndex[];
  pageBytes(page: PageIndex): Buffer;
  image(number: number): ImageIndex;
  /** Writes the images below `folder`, as a publisher has them. */
  writeTo(folder: string): void;
}

/** Bytes that look random and are the same every time. */
export function inventedBytes(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = (seed + 1) * 0x9e3779b1;
  for (let at = 0; at < length; at++) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x297a2d39;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/**
 * A book of images with these sizes, in this order.
 * @param sizes - bytes of each image by its path, in book order
 * @param lies - images whose SHA-256 in the descriptor is wrong
 */
export function inventBook(sizes: Readonly<Record<string, number>>, lies: readonly string[] = []): InventedBook {
  const paths = Object.keys(sizes);
  const images = paths.map((path, row) => inventedBytes(sizes[path] ?? 0, row));
  const entries = paths.map((path, row) => {
    const bytes = images[row] ?? Buffer.alloc(0);
    const digests = Array.from({ length: pageCountOf(bytes.length) }, (_, at) =>
      hash("sha1", pageOf(bytes, at * PAGE_BYTES)),
    );
    const sha256 = lies.includes(path) ? "0".repeat(64) : hash("sha256", bytes);
    return { path, bytes: bytes.length, sha256, pages: digests.join("") };
  });
  const head: BookHead = {
    name: "invented",
    images: paths.length,
    pages: entries.reduce((sum, { bytes }) => sum + pageCountOf(bytes), 0),
    bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
    index: [hash("sha256", entries.map(formatImageLine).join("\n"))],
  };
  const builder = new BookBuilder(head);
  for (const entry of entries) builder.add(entry);
  const book = builder.build(parseBookId(hash("sha256", formatBookLine(head))), []);
  return {
    book,
    images,
    pages: Array.from({ length: book.pageCount }, (_, number) => book.page(number)),
    pageBytes(page) {
      const { image, offset } = book.placeOf(page);
      return pageOf(images[image] ?? Buffer.alloc(0), offset);
    },
    image: (number) => book.image(number).index,
    writeTo(folder) {
      for (const [row, path] of paths.entries()) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), images[row] ?? "");
      }
    },
  };
}

function pageOf(bytes: Buffer, offset: number): Buffer {
  return bytes.subarray(offset, offset + PAGE_BYTES);
}

/** A copy of bytes where another thread may read them, too, as the pages that come from a link. */
export function inSharedMemory(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}
