// Descriptors for tests: right ones, and ones that are wrong in a single way. Digests of images and pages are made up,
// because nothing here reads an image; digests of slices and the book id are real, or every test would fail on them.

import { createHash } from "node:crypto";
import type { Book } from "../../shared/book.ts";
import { type BookHead, type ImageEntry, pageCountOf } from "../../shared/book.ts";
import { formatBookLine, formatImageLine, formatTrackersLine } from "../../shared/descriptor.ts";
import { DescriptorParser } from "../../shared/descriptor-parser.ts";
import { type DescriptorFault, DescriptorRefused } from "../../shared/faults.ts";
import { type BookId, parseBookId } from "../../shared/ids.ts";
import { SLICE_BYTES } from "../../shared/limits.ts";

/** SHA-256 as the parser wants it. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** An image of `bytes` bytes with made-up digests. */
export function imageOf(path: string, bytes: number): ImageEntry {
  const pages = Array.from({ length: pageCountOf(bytes) }, (_, at) =>
    createHash("sha1").update(`${path} ${at}`).digest("hex"),
  );
  return { path, bytes, sha256: sha256(path), pages: pages.join("") };
}

/** What a descriptor is made of; every field has a right default. */
export interface Recipe {
  readonly images?: readonly ImageEntry[];
  readonly trackers?: readonly string[];
  /** Fields of the book line that differ from what the images give. */
  readonly head?: Partial<BookHead>;
  /** The text from line 3 on, instead of the images' lines. */
  readonly body?: string | Uint8Array;
  /** Text of the first two lines, each with its LF, made of the right ones. */
  readonly opening?: (lines: string) => string;
}

/** A whole descriptor. */
export interface Descriptor {
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly id: BookId;
  /** Bytes before line 3. */
  readonly bodyAt: number;
}

export const IMAGES: readonly ImageEntry[] = [
  imageOf("a/empty.png", 0),
  imageOf("a/one.png", 5),
  imageOf("é.png", 256_001),
];

/** Writes a descriptor; of three small images unless the recipe says otherwise. */
export function descriptorOf({ images = IMAGES, trackers = [], head, body, opening }: Recipe = {}): Descriptor {
  const text = body ?? images.map((entry) => `${formatImageLine(entry)}\n`).join("");
  const bodyBytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const line = formatBookLine({
    name: "Book",
    images: images.length,
    pages: images.reduce((sum, { bytes }) => sum + pageCountOf(bytes), 0),
    bytes: images.reduce((sum, { bytes }) => sum + bytes, 0),
    index: slicesOf(bodyBytes).map(sha256),
    ...head,
  });
  const right = `${line}\n${formatTrackersLine(trackers)}\n`;
  const lines = new TextEncoder().encode(opening?.(right) ?? right);
  const bytes = Uint8Array.from([...lines, ...bodyBytes]);
  return { bytes, text: new TextDecoder().decode(bytes), id: parseBookId(sha256(line)), bodyAt: lines.length };
}

/** Feeds chunks to a parser and ends it. */
export function parse(chunks: Iterable<Uint8Array>, wanted?: BookId): Book {
  const parser = new DescriptorParser(sha256, wanted);
  for (const chunk of chunks) parser.feed(chunk);
  return parser.end();
}

/** The fault for which `action` refuses a descriptor, or "none"; every other error is passed on. */
export function faultOf(action: () => unknown): DescriptorFault | "none" {
  try {
    action();
    return "none";
  } catch (error) {
    if (error instanceof DescriptorRefused) return error.fault;
    throw error;
  }
}

/** Everything that a book tells, as plain data to compare. */
export function contentOf(book: Book): unknown {
  return {
    id: book.id,
    head: book.head,
    trackers: book.trackers,
    images: [...book.images()].map((image) => [
      image.path,
      image.bytes,
      Buffer.from(book.imageDigest(image.index)).toString("hex"),
    ]),
    pages: Array.from({ length: book.pageCount }, (_, number) =>
      Buffer.from(book.pageDigest(book.page(number))).toString("hex"),
    ),
  };
}

function slicesOf(body: Uint8Array): readonly Uint8Array[] {
  const count = Math.ceil(body.length / SLICE_BYTES);
  return Array.from({ length: count }, (_, at) => body.subarray(at * SLICE_BYTES, (at + 1) * SLICE_BYTES));
}
