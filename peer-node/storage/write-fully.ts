// Writing that never ends half done without a word.

import { writeSync } from "node:fs";

/** Writes all of `bytes` at `position`; a file system may take less than it is offered. @throws what the system says */
export function writeFully(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
  }
}
