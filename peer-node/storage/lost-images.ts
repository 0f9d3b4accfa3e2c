// Images that were lost while they were served: their owner edited, cut or moved the file. Often it comes back, and then
// it is served again; to find that out costs a look, and a hash only when the file looks different.

import type { ImageIndex } from "../../shared/ids.ts";
import { type ImageFiles, look, type Sight } from "./image-files.ts";
import { sameStamp } from "./stamp.ts";

export class LostImages {
  readonly #files: ImageFiles;
  /** What each lost image's name showed when it was last looked at. */
  readonly #seen = new Map<ImageIndex, Sight>();

  constructor(files: ImageFiles) {
    this.#files = files;
  }

  get isEmpty(): boolean {
    return this.#seen.size === 0;
  }

  /** The image is lost. @param seen - what its name showed before it was hashed: it may be back by now */
  add(image: ImageIndex, seen: Sight): void {
    this.#seen.set(image, seen);
  }

  /** The image is served again. */
  delete(image: ImageIndex): void {
    this.#seen.delete(image);
  }

  /** Lost images that look different now, and are something that could be read. @throws DiskFault */
  changed(): ImageIndex[] {
    const changed: ImageIndex[] = [];
    for (const [image, before] of this.#seen) {
      const now = look(this.#files.file(image));
      this.#seen.set(image, now);
      const isSame = typeof before === "object" && typeof now === "object" && sameStamp(before, now);
      if (typeof now === "object" && !isSame) changed.push(image);
    }
    return changed;
  }
}
