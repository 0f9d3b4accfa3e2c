// Writes a small file of our own so that whoever reads it finds the old text or the new one, whole.

import { renameSync, writeFileSync } from "node:fs";

/** Only its owner may read it: ids, secrets and addresses stand in such files. @throws what the system says */
export function replaceFile(path: string, text: string): void {
  const beside = `${path}.new`;
  writeFileSync(beside, text, { mode: 0o600 });
  renameSync(beside, path);
}
