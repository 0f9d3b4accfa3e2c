// Writes a file of our own so that whoever reads it finds what it held or what it is to hold, whole.

import { renameSync, writeFileSync } from "node:fs";
import { removeFile } from "./remove-file.ts";

/**
 * Only its owner may read it: ids, secrets and addresses stand in such files.
 * @param isSynced - true when not even a power cut may leave it empty; waits for the disk
 * @throws what the system says
 */
export function replaceFile(path: string, content: string | Uint8Array, { isSynced = false } = {}): void {
  const beside = `${path}.new`;
  // What is left of a process that was killed goes, and so does a link that somebody has put there: it is not written through.
  removeFile(beside);
  writeFileSync(beside, content, { mode: 0o600, flag: "wx", flush: isSynced });
  renameSync(beside, path);
}
