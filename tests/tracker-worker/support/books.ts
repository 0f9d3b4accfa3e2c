// Books for tests: descriptors of images that nobody ever drew. The tracker never sees a picture, so digests suffice.

import { createHash } from "node:crypto";
import { pageCountOf } from "../../../shared/book.ts";
import { formatBookLine, formatImageLine, formatTrackersLine } from "../../../shared/descriptor.ts";
import { type BookId, parseBookId } from "../../../shared/ids.ts";
import { PAGE_BYTES, SLICE_BYTES } from "../../../shared/limits.ts";

export interface TestBook {
  readonly bookId: BookId;
  readonly name: string;
  readonly pages: number;
  /** The descriptor's first two lines. */
  readonly opening: string;
  readonly slices: readonly Uint8Array[];
  readonly descriptor: Uint8Array;
}

let books = 0;

/** A fresh book, unlike every other one of this run. A page's digest has 40 characters, so 6,400 pages fill a slice. */
export function makeBook({
  pages = 3,
  name = `Book ${++books}`,
  trackers = ["https://tracker.example"],
} = {}): TestBook {
  const bytes = pages * PAGE_BYTES;
  const digest = sha256(name);
  const image = { path: `${name}.png`, bytes, sha256: digest, pages: digest.slice(0, 40).repeat(pageCountOf(bytes)) };
  return bindBook({ name, pages, bytes, trackers, body: `${formatImageLine(image)}\n` });
}

/** A book line true to any body, sense or nonsense, that is cut into slices of any length. */
export function bindBook({
  name,
  pages,
  bytes,
  trackers,
  body,
  sliceBytes = SLICE_BYTES,
}: {
  name: string;
  pages: number;
  bytes: number;
  trackers: readonly string[];
  body: string;
  sliceBytes?: number;
}): TestBook {
  const encoded = new TextEncoder().encode(body);
  const slices: Uint8Array[] = [];
  for (let at = 0; at < encoded.length; at += sliceBytes) slices.push(encoded.slice(at, at + sliceBytes));
  const bookLine = formatBookLine({ name, images: 1, pages, bytes, index: slices.map(sha256) });
  const opening = `${bookLine}\n${formatTrackersLine(trackers)}\n`;
  const descriptor = new TextEncoder().encode(opening + body);
  return { bookId: parseBookId(sha256(bookLine)), name, pages, opening, slices, descriptor };
}

export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
