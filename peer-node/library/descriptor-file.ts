// Descriptors in files and streams: read into a Book with every check, and written so that a file is whole or not there.

import { hash, randomUUID } from "node:crypto";
import { type FileHandle, lstat, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { assert } from "../../shared/assert.ts";
import type { Book } from "../../shared/book.ts";
import { DescriptorParser } from "../../shared/descriptor-parser.ts";
import type { BookId } from "../../shared/ids.ts";
import { diskFault, errnoOf } from "../storage/disk-fault.ts";
import { DiskFault } from "../storage/page-store.ts";
import { openRegularFile } from "./regular-file.ts";

/** What every descriptor starts with; a file that does not is somebody's own and never written over. */
const FIRST_BYTES = Buffer.from('{"bookswarm":');

/** Bytes of a descriptor read or written at once. Chosen. */
const GATHERED_BYTES = 256 * 1024;

/** How the name of an unfinished descriptor begins: hidden, and so never part of a book. */
const UNFINISHED = ".bookswarm-";

/** The whole of such a name: what else begins like it is somebody's own. */
const UNFINISHED_NAME = /^\.bookswarm-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Age of an unfinished descriptor after which nobody writes it any more. Chosen, milliseconds. */
const LEFTOVER_MS = 3_600_000;

/** SHA-256 of `bytes`, as the descriptor's parser wants it. */
export function sha256Hex(bytes: Uint8Array): string {
  return hash("sha256", bytes);
}

/**
 * Reads a descriptor as it arrives, such as the body of a response.
 * @param chunks - its bytes; each is done with before the next is asked for
 * @param wanted - the book id that was asked for
 * @throws DescriptorRefused as soon as it cannot be a descriptor, or not the one asked for
 */
export async function readDescriptor(chunks: AsyncIterable<Uint8Array>, wanted?: BookId): Promise<Book> {
  const parser = new DescriptorParser(sha256Hex, wanted);
  for await (const chunk of chunks) parser.feed(chunk);
  return parser.end();
}

/**
 * Reads a descriptor from a file.
 * @throws DescriptorRefused when it is none
 * @throws DiskFault when it cannot be read
 */
export async function loadDescriptor(path: string, wanted?: BookId): Promise<Book> {
  try {
    return await readDescriptor(chunksIn(path), wanted);
  } catch (error) {
    throw diskFault(error, "read", path);
  }
}

/** The bytes of a file, each chunk valid until the next: a new buffer for each would leave tens of megabytes behind. */
async function* chunksIn(path: string): AsyncGenerator<Uint8Array> {
  const file = await openRegularFile(path);
  try {
    const buffer = Buffer.allocUnsafeSlow(GATHERED_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/**
 * Writes a descriptor, and puts it in place when it is whole. One that is there already is replaced.
 * @param chunks - its bytes or text, in order
 * @throws DiskFault "in-the-way" when a file of that name is no descriptor
 */
export async function saveDescriptor(
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array | string>,
): Promise<void> {
  await refuseForeign(path);
  await removeLeftovers(dirname(path));
  // Hidden, and of a length that fits wherever the descriptor's own name does not.
  const beside = join(dirname(path), `${UNFINISHED}${randomUUID()}`);
  try {
    const file = await open(beside, "wx");
    try {
      await writeAll(file, chunks);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw diskFault(error, "write", path);
  }
}

/** What a descriptor must pass before it is kept. */
export interface Keeping {
  /** The book that it must describe; any when absent. */
  readonly wanted?: BookId;
  /** What it throws refuses the book. */
  readonly accept?: (book: Book) => void;
}

/**
 * Passes chunks on while it saves them: a descriptor that is fetched is checked and kept in one go. It is put in place
 * only when the consumer takes the last chunk, so a refused one leaves nothing.
 */
export async function keepDescriptor(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  { wanted, accept }: Keeping = {},
): Promise<Book> {
  const parser = new DescriptorParser(sha256Hex, wanted);
  let book: Book | undefined;
  async function* checked(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      parser.feed(chunk);
      yield chunk;
    }
    book = parser.end();
    accept?.(book);
  }
  await saveDescriptor(path, checked());
  assert(book !== undefined, "a descriptor was saved that was not read to its end");
  return book;
}

async function writeAll(
  file: FileHandle,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array | string>,
): Promise<void> {
  const gathered = Buffer.allocUnsafeSlow(GATHERED_BYTES);
  let filled = 0;
  for await (const chunk of chunks) {
    const piece = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    for (let from = 0; from < piece.length; ) {
      const part = piece.subarray(from, from + gathered.length - filled);
      gathered.set(part, filled);
      filled += part.length;
      from += part.length;
      if (filled < gathered.length) continue;
      await file.writeFile(gathered);
      filled = 0;
    }
  }
  await file.writeFile(gathered.subarray(0, filled));
}

/** Removes what processes that were killed in the middle of this have left behind. */
async function removeLeftovers(folder: string): Promise<void> {
  try {
    for (const name of await readdir(folder)) {
      if (!UNFINISHED_NAME.test(name)) continue;
      const path = join(folder, name);
      const stats = await lstat(path);
      if (stats.isFile() && Date.now() - stats.mtimeMs > LEFTOVER_MS) await rm(path, { force: true });
    }
  } catch {
    // What cannot be tidied up stays; the descriptor itself matters, and its own trouble is told.
  }
}

async function refuseForeign(path: string): Promise<void> {
  try {
    const file = await openRegularFile(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(FIRST_BYTES.length), 0, FIRST_BYTES.length, 0);
      if (bytesRead === FIRST_BYTES.length && buffer.equals(FIRST_BYTES)) return;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return;
    throw diskFault(error, "read", path);
  }
  throw new DiskFault(
    "in-the-way",
    path,
    `Cannot write ${path}: a file that is no descriptor has that name; move it away`,
  );
}
