// Removing what may not be there.

import { unlinkSync } from "node:fs";
import { errnoOf } from "./disk-fault.ts";

/** Not `rmSync`, which looks at a file twice before it removes it: this is done for every image. @throws what the system says */
export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}
