// Folders of a measurement, gone in the end.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new, empty folder. */
export function scratchFor(atEnd: AsyncDisposableStack): string {
  const folder = mkdtempSync(join(tmpdir(), "bookswarm-bench-"));
  atEnd.defer(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
