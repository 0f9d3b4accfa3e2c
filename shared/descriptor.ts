// The descriptor: the text that describes a book, line by line, and the one way to spell each line.
// A line that is not its own canonical form is refused, so that one book has one id and one set of bytes.
// Assembling a whole Book from a stream of bytes is descriptor-parser.ts; hashing and files are the adapters'.

import type { BookHead, ImageEntry } from "./book.ts";
import { pageCountOf } from "./book.ts";
import { parseTracker } from "./book-link.ts";
import { DescriptorRefused } from "./faults.ts";
import { isHex } from "./hex.ts";
import { pathFault } from "./image-path.ts";
import {
  BOOK_LINE_BYTES_MAX,
  BOOK_NAME_BYTES_MAX,
  IMAGE_PATH_BYTES_MAX,
  PAGE_BYTES,
  SHA1_BYTES,
  SHA256_BYTES,
  SLICE_BYTES,
  SLICES_MAX,
  TRACKERS_LINE_BYTES_MAX,
  TRACKERS_MAX,
} from "./limits.ts";

/** Format version in the book line. Protocol. */
const FORMAT = 1;

/** Bytes of the shortest image line, LF included, without its page digests: a lower bound that keeps counts honest. */
const IMAGE_LINE_BYTES_MIN =
  formatImageLine({ path: "a", bytes: 0, sha256: "0".repeat(SHA256_BYTES * 2), pages: "" }).length + 1;

/** What stands in an image line before its page digests; a path's quotes are escaped, so nothing else spells this. */
export const PAGES_KEY = ',"pages":"';

/** What stands behind the page digests; then the line is over. */
export const IMAGE_LINE_END = '"}';

/** Characters of an image line before PAGES_KEY: a path that is all escapes, and less than 200 for the rest. */
export const IMAGE_LINE_HEAD_MAX = 6 * IMAGE_PATH_BYTES_MAX + 200;

/** The first line, without its LF; its SHA-256 is the book id. */
export function formatBookLine({ name, images, pages, bytes, index }: BookHead): string {
  return JSON.stringify({ bookswarm: FORMAT, name, pageBytes: PAGE_BYTES, images, pages, bytes, index });
}

/** The second line, without its LF. */
export function formatTrackersLine(trackers: readonly string[]): string {
  return JSON.stringify({ trackers });
}

/** The line of one image, without its LF. */
export function formatImageLine({ path, bytes, sha256, pages }: ImageEntry): string {
  return JSON.stringify({ path, bytes, sha256, pages });
}

/**
 * Reads the first line.
 * @param line - without its LF
 * @throws DescriptorRefused when it is not a canonical book line of a possible book
 */
export function parseBookLine(line: string): BookHead {
  if (line.length > BOOK_LINE_BYTES_MAX) throw new DescriptorRefused("too-large", "The book line is too long");
  const value = parseObject(line, "not-a-descriptor", "The first line");
  if (value["bookswarm"] !== FORMAT || value["pageBytes"] !== PAGE_BYTES) {
    throw new DescriptorRefused("not-a-descriptor", "The first line is not a bookswarm book line of version 1");
  }
  const { name, images, pages, bytes, index } = value;
  if (typeof name !== "string") throw new DescriptorRefused("bad-name", "The book has no name");
  const fault = bookNameFault(name);
  if (fault !== undefined) throw new DescriptorRefused("bad-name", `The book's name ${fault}`);
  if (!isCount(images) || !isCount(pages) || !isCount(bytes) || !Array.isArray(index)) {
    throw new DescriptorRefused("bad-count", "The book line has a count that is not a whole number");
  }
  const digests: readonly unknown[] = index;
  if (!digests.every((digest) => typeof digest === "string" && isHex(digest, SHA256_BYTES))) {
    throw new DescriptorRefused("not-canonical", "The book line's index holds something else than SHA-256 digests");
  }
  const head: BookHead = { name, images, pages, bytes, index: digests as readonly string[] };
  checkCounts(head);
  checkCanonical(line, formatBookLine(head), "The book line");
  return head;
}

/**
 * Reads the second line.
 * @param line - without its LF
 * @returns at most eight base addresses of trackers
 * @throws DescriptorRefused when it is not a canonical trackers line
 */
export function parseTrackersLine(line: string): readonly string[] {
  if (line.length > TRACKERS_LINE_BYTES_MAX) throw new DescriptorRefused("too-large", "The trackers line is too long");
  const { trackers } = parseObject(line, "not-canonical", "The second line");
  if (!Array.isArray(trackers) || trackers.length > TRACKERS_MAX) {
    throw new DescriptorRefused("bad-tracker", `The second line does not name at most ${TRACKERS_MAX} trackers`);
  }
  const addresses: readonly unknown[] = trackers;
  const spelt = addresses.map((address) => (typeof address === "string" ? parseTracker(address) : undefined));
  if (!spelt.every((tracker) => tracker !== undefined)) {
    throw new DescriptorRefused("bad-tracker", "A tracker is not a plain http or https address without credentials");
  }
  checkCanonical(line, formatTrackersLine(spelt), "The trackers line");
  return spelt;
}

/**
 * Reads the line of one image.
 * @param line - without its LF
 * @param number - the line's number in the descriptor, for the message
 * @throws DescriptorRefused when it is not the canonical line of a possible image
 */
export function parseImageLine(line: string, number: number): ImageEntry {
  const headEnd = line.indexOf(PAGES_KEY);
  const from = headEnd + PAGES_KEY.length;
  const to = line.length - IMAGE_LINE_END.length;
  if (headEnd < 0 || headEnd > IMAGE_LINE_HEAD_MAX || to < from || !line.endsWith(IMAGE_LINE_END)) {
    throw withoutDigests(number);
  }
  const pages = line.slice(from, to);
  if (!isHex(pages)) throw withoutDigests(number);
  return { ...parseImageHead(line.slice(0, headEnd), pages.length, number), pages };
}

/**
 * Reads what stands in an image line before its page digests. These, nearly all of a long line, are never part of what
 * is parsed: JSON of that length can be nested so deep that parsing it takes gigabytes.
 * @param head - up to, not including, PAGES_KEY; at most IMAGE_LINE_HEAD_MAX characters
 * @param digits - hexadecimal digits behind PAGES_KEY
 * @param number - the line's number in the descriptor, for the message
 * @throws DescriptorRefused when it is not the canonical head of a possible image
 */
export function parseImageHead(head: string, digits: number, number: number): Omit<ImageEntry, "pages"> {
  const where = `Line ${number}`;
  const { path, bytes, sha256 } = parseObject(`${head}}`, "not-canonical", where);
  if (typeof path !== "string") throw new DescriptorRefused("bad-path", `${where} has no path`);
  const fault = pathFault(path);
  if (fault !== undefined)
    throw new DescriptorRefused("bad-path", `${where}: the path ${JSON.stringify(path.slice(0, 200))} ${fault}`);
  if (!isCount(bytes)) throw new DescriptorRefused("bad-count", `${where} has a size that is not a whole number`);
  if (typeof sha256 !== "string" || !isHex(sha256, SHA256_BYTES)) {
    throw new DescriptorRefused("not-canonical", `${where} has a digest that is not lower-case hexadecimal`);
  }
  if (digits !== pageCountOf(bytes) * SHA1_BYTES * 2) {
    throw new DescriptorRefused("bad-count", `${where} does not have one SHA-1 for each page of ${bytes} bytes`);
  }
  checkCanonical(`${head}}`, JSON.stringify({ path, bytes, sha256 }), where);
  return { path, bytes, sha256 };
}

/** Why a line is refused that does not end as the line of an image does. */
export function withoutDigests(number: number): DescriptorRefused {
  return new DescriptorRefused("not-canonical", `Line ${number} does not end with its page digests`);
}

/** Why `name` cannot be the name of a book, in words that complete "the name ..."; undefined when it can. */
export function bookNameFault(name: string): string | undefined {
  if (name === "") return "is empty";
  if (!name.isWellFormed()) return "is not well-formed text";
  if (name.normalize("NFC") !== name) return "is not in Unicode normal form C";
  const bytes = new TextEncoder().encode(name).length;
  return bytes > BOOK_NAME_BYTES_MAX ? `is longer than ${BOOK_NAME_BYTES_MAX} bytes` : undefined;
}

/** What must hold between the numbers of a book line before a single image is read. */
function checkCounts({ images, pages, bytes, index }: BookHead): void {
  if (images < 1) throw new DescriptorRefused("bad-count", "The book has no images");
  // Each image ends at most one page early, and a page has at least one byte.
  if (pages < pageCountOf(bytes) || pages > bytes || pages > pageCountOf(bytes) + images) {
    throw new DescriptorRefused(
      "bad-count",
      `The book cannot have ${bytes} bytes in ${images} images and ${pages} pages`,
    );
  }
  if (index.length < 1 || index.length > SLICES_MAX) {
    throw new DescriptorRefused(
      "bad-count",
      `The book line's index has ${index.length} slices, not 1 to ${SLICES_MAX}`,
    );
  }
  // Checked here, before anybody sets memory aside for as many images and pages as a stranger claims.
  if (images * IMAGE_LINE_BYTES_MIN + pages * SHA1_BYTES * 2 > index.length * SLICE_BYTES) {
    throw new DescriptorRefused(
      "bad-count",
      `The book's ${index.length} slices cannot describe ${images} images and ${pages} pages`,
    );
  }
}

function parseObject(
  line: string,
  fault: "not-a-descriptor" | "not-canonical",
  where: string,
): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new DescriptorRefused(fault, `${where} is not JSON`);
  }
  if (typeof value !== "object" || value === null) throw new DescriptorRefused(fault, `${where} is not a JSON object`);
  return value as Record<string, unknown>;
}

function checkCanonical(line: string, canonical: string, where: string): void {
  if (line !== canonical) throw new DescriptorRefused("not-canonical", `${where} is not spelt in its canonical form`);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
