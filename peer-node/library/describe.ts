// Describes a folder: walks it, hashes it, and says which book it is. Same folder, same name: the same descriptor, byte
// for byte, on every system; no local path, user name or time of day is in it.

import { basename, join, resolve } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import { type Book, BookBuilder, type BookHead, type ImageEntry, pageCountOf } from "../../shared/book.ts";
import { bookNameFault, formatBookLine, formatImageLine, formatTrackersLine } from "../../shared/descriptor.ts";
import { DescriptorRefused } from "../../shared/faults.ts";
import { type BookId, parseBookId } from "../../shared/ids.ts";
import { DESCRIPTOR_BYTES_MAX } from "../../shared/limits.ts";
import { DigestCrew, inLanes } from "../storage/digest-crew.ts";
import type { Hasher } from "../storage/hasher.ts";
import type { Stamp } from "../storage/stamp.ts";
import { sha256Hex } from "./descriptor-file.ts";
import { type FoundFile, type Skipped, walkFolder } from "./folder-walk.ts";
import { type FileToHash, type HashedFile, hashFile } from "./image-entry.ts";
import type { KnownImages } from "./known-images.ts";
import { SliceDigests } from "./slice-digests.ts";

/** Files looked up before others get their turn. Chosen; some milliseconds. */
const BREATH_FILES = 1024;

export interface DescribeOptions {
  readonly folder: string;
  /** The book's name; the folder's own by default. */
  readonly name?: string;
  /** Where readers may be found. */
  readonly trackers?: readonly string[];
  /** Told while files are hashed: bytes done, of how many. */
  readonly onHashing?: (bytes: number, of: number) => void;
  /** Images that need not be read. */
  readonly known?: Pick<KnownImages, "entry">;
  /** Ends the hashing at its next breath, with its reason. */
  readonly signal?: AbortSignal;
  readonly hasher?: Hasher;
  /** Threads that help with hashing; by default as the work and the machine deserve. */
  readonly helpers?: number;
}

/** A folder, described. */
export interface Description {
  readonly book: Book;
  readonly bookId: BookId;
  readonly head: BookHead;
  /** How each image's file looked when it was hashed, in image order; a store that serves them need not hash again. */
  readonly stamps: readonly Stamp[];
  /** How many images were known, and so not read. */
  readonly knownCount: number;
  /** Files and folders that are not part of the book, and why. */
  readonly skipped: readonly Skipped[];
  /** The descriptor, line by line, each with its LF. */
  lines(): Generator<string>;
}

/**
 * Describes a folder.
 * @throws DescriptorRefused "bad-name" when the book cannot have this name, "bad-count" when the folder has no images,
 *   "too-large" when the descriptor would be
 * @throws FileUnsteady when a file changes while it is read
 * @throws DiskFault when the folder or a file cannot be read
 * @throws the signal's reason
 */
export async function describeFolder(options: DescribeOptions): Promise<Description> {
  const name = (options.name ?? basename(resolve(options.folder))).normalize("NFC");
  const fault = bookNameFault(name);
  if (fault !== undefined) throw new DescriptorRefused("bad-name", `The book's name ${fault}; give it another`);
  const { files, skipped } = await walkFolder(options.folder);
  if (files.length === 0) throw new DescriptorRefused("bad-count", `${options.folder} holds no images to describe`);
  const { hashed, knownCount } = await hashAll(files, options);
  const entries = hashed.map(({ entry }) => entry);
  const head = headOf(name, entries);
  const trackers = options.trackers ?? [];
  const bookId = parseBookId(sha256Hex(Buffer.from(formatBookLine(head))));
  const builder = new BookBuilder(head);
  for (const entry of entries) builder.add(entry);
  return {
    book: builder.build(bookId, trackers),
    bookId,
    head,
    stamps: hashed.map(({ stamp }) => stamp),
    knownCount,
    skipped,
    *lines() {
      yield `${formatBookLine(head)}\n`;
      yield `${formatTrackersLine(trackers)}\n`;
      for (const entry of entries) yield `${formatImageLine(entry)}\n`;
    },
  };
}

async function hashAll(
  files: readonly FoundFile[],
  options: DescribeOptions,
): Promise<{ readonly hashed: readonly HashedFile[]; readonly knownCount: number }> {
  const { folder, known, onHashing, signal, hasher, helpers } = options;
  const hashed: HashedFile[] = new Array(files.length);
  const unknown: { readonly row: number; readonly file: FileToHash }[] = [];
  for (const [row, { path, spelling, stamp }] of files.entries()) {
    const entry = known?.entry(path, stamp);
    if (entry === undefined) unknown.push({ row, file: { path, file: join(folder, spelling), bytes: stamp.bytes } });
    else hashed[row] = { entry, stamp };
    if (row % BREATH_FILES === BREATH_FILES - 1) await breathe();
    signal?.throwIfAborted();
  }
  const of = unknown.reduce((sum, { file }) => sum + file.bytes, 0);
  let bytes = 0;
  const onBytes = (more: number) => {
    bytes += more;
    onHashing?.(Math.min(bytes, of), of);
  };
  const crew = new DigestCrew({ bytes: of, hasher, helpers, signal });
  try {
    await inLanes(
      unknown,
      ({ file }) => file.bytes,
      async ({ row, file }) => {
        hashed[row] = await hashFile(crew, file, onBytes);
      },
      (error) => crew.giveUp(error),
    );
  } finally {
    await crew.close();
  }
  return { hashed, knownCount: files.length - unknown.length };
}

function headOf(name: string, entries: readonly ImageEntry[]): BookHead {
  const body = new SliceDigests(sha256Hex);
  let pages = 0;
  let bytes = 0;
  for (const entry of entries) {
    body.feed(Buffer.from(`${formatImageLine(entry)}\n`));
    pages += pageCountOf(entry.bytes);
    bytes += entry.bytes;
  }
  const index = body.end();
  if (body.bytes > DESCRIPTOR_BYTES_MAX) {
    throw new DescriptorRefused(
      "too-large",
      `The descriptor would be longer than ${DESCRIPTOR_BYTES_MAX} bytes; describe parts of the folder as books of their own`,
    );
  }
  return { name, images: entries.length, pages, bytes, index };
}
