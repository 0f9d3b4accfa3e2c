// Which descriptors lie in a folder. A book that was described, published or fetched there is found by them, without a
// tracker and without a word from the user.

import { type FileHandle, readdir } from "node:fs/promises";
import { join } from "node:path";
import { parseBookLine } from "../../shared/descriptor.ts";
import { DescriptorRefused } from "../../shared/faults.ts";
import { type BookId, parseBookId } from "../../shared/ids.ts";
import { BOOK_LINE_BYTES_MAX } from "../../shared/limits.ts";
import { diskFault, mustNameFolder } from "../storage/disk-fault.ts";
import { DiskFault } from "../storage/page-store.ts";
import { sha256Hex } from "./descriptor-file.ts";
import { openRegularFile } from "./regular-file.ts";

/** A descriptor, as far as its first line tells. */
export interface FoundDescriptor {
  readonly path: string;
  readonly bookId: BookId;
  readonly name: string;
}

const LF = 0x0a;

/**
 * The descriptors right inside a folder, in the order of their names. Of each only the first line is read: whoever opens
 * one still has to check the rest. A file of that name that is no descriptor is passed over.
 * @throws DiskFault when the folder cannot be read
 */
export async function descriptorsIn(folder: string): Promise<readonly FoundDescriptor[]> {
  const found: FoundDescriptor[] = [];
  for (const name of await namesIn(folder)) {
    const descriptor = name.endsWith(".desc") ? await peek(join(folder, name)) : undefined;
    if (descriptor !== undefined) found.push(descriptor);
  }
  return found;
}

async function namesIn(folder: string): Promise<string[]> {
  mustNameFolder(folder);
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    throw diskFault(error, "read", folder);
  }
}

async function peek(path: string): Promise<FoundDescriptor | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await openRegularFile(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(BOOK_LINE_BYTES_MAX + 1), 0, null, 0);
    const end = buffer.subarray(0, bytesRead).indexOf(LF);
    const line = buffer.subarray(0, Math.max(0, end));
    return { path, bookId: parseBookId(sha256Hex(line)), name: parseBookLine(line.toString()).name };
  } catch (error) {
    // A folder or a pipe of that name, a file that is not ours to read, a note: none of them says which book this is.
    if (error instanceof DescriptorRefused || diskFault(error, "read", path) instanceof DiskFault) return undefined;
    throw error;
  } finally {
    await file?.close();
  }
}
