// A book for measurements, put into a tracker as a publisher would: a descriptor of an image that nobody ever drew.

import { createHash } from "node:crypto";
import { formatBookLine, formatImageLine, formatTrackersLine } from "../../shared/descriptor.ts";
import { type BookId, parseBookId } from "../../shared/ids.ts";
import { PAGE_BYTES, SLICE_BYTES } from "../../shared/limits.ts";
import { PATHS } from "../../shared/tracker-api/http.ts";

/** Pages of each measured book. */
export const PAGES = 3;

/** Publishes a book of this name. @returns its id, and how many slices its descriptor has */
export async function publishBook(
  url: string,
  name: string,
  pages = PAGES,
): Promise<{ bookId: BookId; slices: number }> {
  const digest = sha256(name);
  const bytes = pages * PAGE_BYTES;
  const image = { path: "a.png", bytes, sha256: digest, pages: digest.slice(0, 40).repeat(pages) };
  const body = Buffer.from(`${formatImageLine(image)}\n`);
  const slices = Array.from({ length: Math.ceil(body.length / SLICE_BYTES) }, (_, at) =>
    body.subarray(at * SLICE_BYTES, (at + 1) * SLICE_BYTES),
  );
  const line = formatBookLine({ name, images: 1, pages, bytes, index: slices.map(sha256) });
  const bookId = parseBookId(sha256(line));
  await put(url + PATHS.book(bookId), Buffer.from(`${line}\n${formatTrackersLine([])}\n`));
  for (const [ordinal, slice] of slices.entries()) await put(url + PATHS.slice(bookId, ordinal), slice);
  return { bookId, slices: slices.length };
}

async function put(url: string, body: Buffer<ArrayBuffer>): Promise<void> {
  const response = await fetch(url, { method: "PUT", body });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
