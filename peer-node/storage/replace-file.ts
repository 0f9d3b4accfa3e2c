// Writes a small file of our own so that whoever reads it finds the old text or the new one, whole.

import { renameSync, rmSync, writeFileSync } from "node:fs";

/** Only its owner may read it: ids, secrets and addresses stand in such files. @throws what the system says */
export function replaceFile(path: string, text: string): void {
  const beside = `${path}.new`;
  // What is left of a process that was killed goes, and so does a link that somebody has put there: it is not written through.
  rmSync(beside, { force: true });
  writeFileSync(beside, text, { mode: 0o600, flag: "wx" });
  renameSync(beside, path);
}
