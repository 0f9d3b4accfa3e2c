// Opening a file that somebody has put there. What has the name of a descriptor may be a pipe, which would be waited for
// without end.

import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { DiskFault } from "../storage/page-store.ts";

/** Windows has no such flag, and no pipes among its files. */
const { O_RDONLY, O_NONBLOCK = 0 } = constants;

/**
 * Opens a file to read it.
 * @throws DiskFault "in-the-way" when something else has its name
 * @throws the operating system's own error when it cannot be opened
 */
export async function openRegularFile(path: string): Promise<FileHandle> {
  const file = await open(path, O_RDONLY | O_NONBLOCK);
  try {
    if ((await file.stat()).isFile()) return file;
  } catch (error) {
    await file.close();
    throw error;
  }
  await file.close();
  throw new DiskFault("in-the-way", path, `Cannot read ${path}: it is no regular file`);
}
