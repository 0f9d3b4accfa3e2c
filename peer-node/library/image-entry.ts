// One image's line of a descriptor, out of its file.

import type { ImageEntry } from "../../shared/book.ts";
import type { DigestCrew } from "../storage/digest-crew.ts";
import { diskFault } from "../storage/disk-fault.ts";
import type { FileDigests } from "../storage/file-digests.ts";
import type { Stamp } from "../storage/stamp.ts";

/** Times that a file is read when it changes meanwhile. Chosen: once more, then it is plainly being written to. */
const READS_MAX = 2;

/** A file that changes faster than it can be read. */
export class FileUnsteady extends Error {
  readonly code = "unsteady";

  constructor(path: string) {
    super(`Cannot describe ${path}: it changes while it is read; wait until it is finished, and try again`);
    this.name = "FileUnsteady";
  }
}

/** An image as its descriptor will have it, and how its file looked. */
export interface HashedFile {
  readonly entry: ImageEntry;
  readonly stamp: Stamp;
}

/** A file that is to become an image. */
export interface FileToHash {
  /** The image's path in the book. */
  readonly path: string;
  readonly file: string;
  /** About how many bytes it has. */
  readonly bytes: number;
}

/**
 * Hashes a file.
 * @param onBytes - told from time to time how many bytes more were read
 * @throws FileUnsteady when the file keeps changing
 * @throws DiskFault when it cannot be read
 */
export async function hashFile(
  crew: DigestCrew,
  { path, file, bytes }: FileToHash,
  onBytes: (bytes: number) => void,
): Promise<HashedFile> {
  for (let reads = 0; reads < READS_MAX; reads++) {
    const digests = await read(crew, file, bytes, onBytes);
    if (digests?.sha256 === undefined) continue;
    const { stamp, pages, sha256 } = digests;
    return { entry: { path, bytes: stamp.bytes, sha256: hex(sha256), pages: hex(pages) }, stamp };
  }
  throw new FileUnsteady(file);
}

async function read(
  crew: DigestCrew,
  file: string,
  bytes: number,
  onBytes: (bytes: number) => void,
): Promise<FileDigests | undefined> {
  try {
    return await crew.digests({ file }, bytes, onBytes);
  } catch (error) {
    throw diskFault(error, "read", file);
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}
