// A book for measurements, put into a tracker as a publisher would: a descriptor of images that nobody ever drew.

import { createHash } from "node:crypto";
import { formatBookLine, formatImageLine, formatTrackersLine } from "../../shared/descriptor.ts";
import { type BookId, parseBookId } from "../../shared/ids.ts";
import { PAGE_BYTES, SLICE_BYTES } from "../../shared/limits.ts";
import { PATHS } from "../../shared/tracker-api/http.ts";

/** Pages of an ordinary measured book. */
export const PAGES = 3;

export interface PublishedBook {
  readonly bookId: BookId;
  /** The descriptor from its third line on. */
  readonly body: Buffer;
  /** Milliseconds that each slice took to be answered; the last one has the whole descriptor checked. */
  readonly sliceMs: readonly number[];
}

/** Publishes a book of this name. @param imagePages - pages of each of its images, at most ten of them */
export async function publishBook(
  url: string,
  name: string,
  imagePages: readonly number[] = [PAGES],
): Promise<PublishedBook> {
  const digest = sha256(name);
  const images = imagePages.map((pages, at) => {
    return { path: `${at}.png`, bytes: pages * PAGE_BYTES, sha256: digest, pages: digest.slice(0, 40).repeat(pages) };
  });
  const body = Buffer.concat(images.map((image) => Buffer.from(`${formatImageLine(image)}\n`)));
  const slices = Array.from({ length: Math.ceil(body.length / SLICE_BYTES) }, (_, at) =>
    body.subarray(at * SLICE_BYTES, (at + 1) * SLICE_BYTES),
  );
  const pages = imagePages.reduce((sum, each) => sum + each, 0);
  const line = formatBookLine({
    name,
    images: images.length,
    pages,
    bytes: pages * PAGE_BYTES,
    index: slices.map(sha256),
  });
  const bookId = parseBookId(sha256(line));
  await put(url + PATHS.book(bookId), Buffer.from(`${line}\n${formatTrackersLine([])}\n`));
  const sliceMs: number[] = [];
  for (const [ordinal, slice] of slices.entries()) {
    const began = performance.now();
    await put(url + PATHS.slice(bookId, ordinal), slice);
    sliceMs.push(performance.now() - began);
  }
  return { bookId, body, sliceMs };
}

async function put(url: string, body: Buffer<ArrayBuffer>): Promise<void> {
  const response = await fetch(url, { method: "PUT", body });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  await response.arrayBuffer();
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
