// The entries of a record: what happened to a book's pages and images on this disk, each in its own few bytes.
//
//     u8 kind | u32 length of the body | body | u32 CRC-32 of all before it      (big-endian)
//
// An entry that was cut short or damaged anywhere fails its checksum; whoever reads stops there.

import { crc32 } from "node:zlib";
import type { Book } from "../../shared/book.ts";
import type { ImageIndex, PageIndex } from "../../shared/ids.ts";
import { PageSet } from "../../shared/page-set.ts";
import type { Stamp } from "./stamp.ts";

export type RecordEntry =
  /** A page was verified and written. */
  | { readonly kind: "page"; readonly page: PageIndex }
  /** An image is whole and verified, and the file that was found under its name looks like this. Holds all its pages. */
  | { readonly kind: "image"; readonly image: ImageIndex; readonly stamp: Stamp }
  /** The same of a file that we wrote ourselves, placed or about to be. Only such a file is ever mended. */
  | { readonly kind: "written"; readonly image: ImageIndex; readonly stamp: Stamp }
  /** How an unfinished image's file looked when the book was closed in order. */
  | { readonly kind: "part"; readonly image: ImageIndex; readonly stamp: Stamp }
  /** Nothing of the image is held any more; pages that still are follow. */
  | { readonly kind: "lost"; readonly image: ImageIndex }
  /** Nothing of the image is held, though a file that looked like this when it was whole still has its name. */
  | { readonly kind: "damaged"; readonly image: ImageIndex; readonly stamp: Stamp }
  /** All pages were right and the image's SHA-256 was not: the book is bad there. */
  | { readonly kind: "refused"; readonly image: ImageIndex }
  /** The run of the operating system in which what follows was written. */
  | { readonly kind: "boot"; readonly id: string }
  /** What entries before this byte of the record speak of has reached the disk itself. */
  | { readonly kind: "synced"; readonly position: number }
  /** Pages held, many at once. */
  | { readonly kind: "pages"; readonly set: PageSet };

export type RecordEntryKind = RecordEntry["kind"];

const CODES: Readonly<Record<RecordEntryKind, number>> = {
  page: 1,
  image: 2,
  part: 3,
  lost: 4,
  refused: 5,
  boot: 6,
  synced: 7,
  pages: 8,
  damaged: 9,
  written: 10,
};

const HEAD_BYTES = 5;
const CRC_BYTES = 4;
const STAMP_BYTES = 24;

/** Bytes of a boot id that are kept. */
const BOOT_BYTES_MAX = 64;

/** Writes an entry into `target` from `offset` on. @returns where it ends */
export function writeEntry(entry: RecordEntry, target: Buffer, offset: number): number {
  target[offset] = CODES[entry.kind];
  const end = writeBody(entry, target, offset + HEAD_BYTES);
  target.writeUInt32BE(end - offset - HEAD_BYTES, offset + 1);
  return target.writeUInt32BE(crc32(target.subarray(offset, end)), end);
}

/** Bytes that the entry takes, or a few more. */
export function entryBytesMax(entry: RecordEntry): number {
  const body = entry.kind === "pages" ? PageSet.byteLength(entry.set.size) : Math.max(4 + STAMP_BYTES, BOOT_BYTES_MAX);
  return HEAD_BYTES + body + CRC_BYTES;
}

function writeBody(entry: RecordEntry, target: Buffer, at: number): number {
  switch (entry.kind) {
    case "page":
      return target.writeUInt32BE(entry.page, at);
    case "image":
    case "written":
    case "part":
    case "damaged":
      return writeStamp(entry.stamp, target, target.writeUInt32BE(entry.image, at));
    case "lost":
    case "refused":
      return target.writeUInt32BE(entry.image, at);
    case "boot":
      return at + target.write(entry.id.slice(0, BOOT_BYTES_MAX), at, "latin1");
    case "synced":
      return target.writeDoubleBE(entry.position, at);
    case "pages": {
      const bytes = entry.set.toBytes();
      target.set(bytes, at);
      return at + bytes.length;
    }
  }
}

function writeStamp(stamp: Stamp, target: Buffer, at: number): number {
  target.writeDoubleBE(stamp.bytes, at);
  target.writeBigInt64BE(BigInt.asIntN(64, stamp.mtimeNs), at + 8);
  return target.writeBigUInt64BE(BigInt.asUintN(64, stamp.ino), at + 16);
}

/**
 * Reads the entries of `bytes` from `offset` on, each with where it starts and ends, up to the first that is not whole.
 * @param book - whose pages and images the entries may name
 */
export function* readEntries(
  bytes: Buffer,
  offset: number,
  book: Book,
): Generator<{ entry: RecordEntry; start: number; end: number }> {
  for (let start = offset; start + HEAD_BYTES + CRC_BYTES <= bytes.length; ) {
    const bodyEnd = start + HEAD_BYTES + bytes.readUInt32BE(start + 1);
    if (bodyEnd + CRC_BYTES > bytes.length) return;
    if (crc32(bytes.subarray(start, bodyEnd)) !== bytes.readUInt32BE(bodyEnd)) return;
    const entry = readBody(bytes, start, bodyEnd, book);
    if (entry === undefined) return;
    const end = bodyEnd + CRC_BYTES;
    yield { entry, start, end };
    start = end;
  }
}

/** The entry between `start` and `bodyEnd`; undefined when this book has no such page or image, or we no such entry. */
function readBody(bytes: Buffer, start: number, bodyEnd: number, book: Book): RecordEntry | undefined {
  const at = start + HEAD_BYTES;
  const code = bytes[start];
  const length = bodyEnd - at;
  if (code === CODES.boot) return { kind: "boot", id: bytes.toString("latin1", at, bodyEnd) };
  if (code === CODES.pages) {
    const set = PageSet.fromBytes(bytes.subarray(at, bodyEnd), book.pageCount);
    return set === undefined ? undefined : { kind: "pages", set };
  }
  if (code === CODES.synced) return length === 8 ? { kind: "synced", position: bytes.readDoubleBE(at) } : undefined;
  if (length < 4) return undefined;
  const number = bytes.readUInt32BE(at);
  if (code === CODES.page) return book.hasPage(number) ? { kind: "page", page: number } : undefined;
  if (number >= book.imageCount) return undefined;
  const image = number as ImageIndex;
  if (code === CODES.lost) return { kind: "lost", image };
  if (code === CODES.refused) return { kind: "refused", image };
  if (length !== 4 + STAMP_BYTES) return undefined;
  if (code === CODES.image) return { kind: "image", image, stamp: readStamp(bytes, at + 4) };
  if (code === CODES.written) return { kind: "written", image, stamp: readStamp(bytes, at + 4) };
  if (code === CODES.damaged) return { kind: "damaged", image, stamp: readStamp(bytes, at + 4) };
  if (code === CODES.part) return { kind: "part", image, stamp: readStamp(bytes, at + 4) };
  return undefined;
}

function readStamp(bytes: Buffer, at: number): Stamp {
  return { bytes: bytes.readDoubleBE(at), mtimeNs: bytes.readBigInt64BE(at + 8), ino: bytes.readBigUInt64BE(at + 16) };
}
