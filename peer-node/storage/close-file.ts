// Closing a file. A drive on a network takes what is written and may say only here that it has no room for it.

import { closeSync } from "node:fs";

/**
 * Closes a file. Whatever the system says of it, its number is free afterwards, so nothing is thrown: that would take
 * the place of the fault for which a file is often closed.
 * @returns false when the system reports an error: of a file that was written to, something may be lost
 */
export function closeFile(descriptor: number): boolean {
  try {
    closeSync(descriptor);
    return true;
  } catch {
    return false;
  }
}
