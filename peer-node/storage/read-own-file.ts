// Reads a file of our own. A folder may have come from anybody with its state in it: a link there is not followed, a pipe
// not waited for, and for what is too long no memory is set aside.

import { constants, fstatSync, openSync, readFileSync } from "node:fs";
import { closeFile } from "./close-file.ts";
import { errnoOf, onDisk } from "./disk-fault.ts";
import { DiskFault } from "./page-store.ts";

/** Windows has no such flags, and no links that anybody could plant without rights. */
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/** No file of ours is longer, but for a record. Chosen, bytes. */
const SMALL_BYTES_MAX = 4096;

/**
 * What the file holds; undefined when there is none.
 * @param bytesMax - what is longer is none of ours
 * @throws DiskFault "in-the-way" when something else has its name
 */
export function readOwnFile(path: string, bytesMax: number = SMALL_BYTES_MAX): Buffer | undefined {
  return onDisk("read", path, () => {
    const file = openIfThere(path);
    if (file === undefined) return undefined;
    try {
      const stats = fstatSync(file);
      if (stats.isFile() && stats.size <= bytesMax) return readFileSync(file);
      throw new DiskFault("in-the-way", path, `Cannot read ${path}: it is no file of ours; move it away`);
    } finally {
      closeFile(file);
    }
  });
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
