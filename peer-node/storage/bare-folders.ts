// Folders in which no image can lie, because nothing does: where a download begins, that is nearly all of them, and one
// look at each folder saves two for every image.

import { type Dir, opendirSync } from "node:fs";
import { STATE_FOLDER_NAME } from "../../shared/local-names.ts";
import { errnoOf } from "./disk-fault.ts";

export class BareFolders {
  readonly #known = new Map<string, boolean>();

  /**
   * True when nothing lies in the folder but what bookswarm keeps there itself, or when there is no such folder; each is
   * looked at once. False also when that cannot be seen.
   */
  has(folder: string): boolean {
    const known = this.#known.get(folder);
    if (known !== undefined) return known;
    const isBare = holdsNothing(folder);
    this.#known.set(folder, isBare);
    return isBare;
  }
}

/** True for the name of something that bookswarm keeps beside images. */
export function isOwnName(name: string): boolean {
  return name === STATE_FOLDER_NAME || name.endsWith(".desc");
}

function holdsNothing(folder: string): boolean {
  let entries: Dir;
  try {
    entries = opendirSync(folder);
  } catch (error) {
    return errnoOf(error) === "ENOENT";
  }
  try {
    for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) {
      if (!isOwnName(entry.name)) return false;
    }
    return true;
  } catch {
    return false;
  } finally {
    entries.closeSync();
  }
}
