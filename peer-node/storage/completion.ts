// What happens when an image has its last page: its SHA-256 is checked, and its part becomes the file that people see.

import { fstatSync, ftruncateSync } from "node:fs";
import type { Image } from "../../shared/book.ts";
import { diskFault, onDisk } from "./disk-fault.ts";
import { sameBytes } from "./hasher.ts";
import { DiskFault, PagesLost, type StoredImage } from "./page-store.ts";
import type { PageVerifier } from "./page-verifier.ts";
import type { RecordEntry } from "./record-entry.ts";
import type { Shelf } from "./shelf.ts";
import { stampOf } from "./stamp.ts";

export class Completion {
  readonly #shelf: Shelf;
  readonly #verifier: PageVerifier;

  constructor(shelf: Shelf, verifier: PageVerifier) {
    this.#shelf = shelf;
    this.#verifier = verifier;
  }

  /**
   * Completes an image all of whose pages are in its part.
   * @param digest - its SHA-256, when it is known already
   * @returns "refused" when every page is right and the digest is not
   * @throws PagesLost when pages turn out to have rotted in the part
   * @throws DiskFault when it cannot be put in place; it may be tried again
   */
  async complete(image: Image, digest?: Uint8Array): Promise<StoredImage | "refused"> {
    // An image without bytes has no page that would have made its part.
    if (image.bytes === 0) this.#shelf.toWrite(image.index);
    const found = digest ?? (await this.#digest(image));
    if (found === undefined || !sameBytes(found, this.#shelf.book.imageDigest(image.index))) {
      const verdict = await this.#judge(image);
      if (verdict === "refused") return verdict;
    }
    return this.#place(image);
  }

  /** SHA-256 of a part; undefined when the part is too short. */
  async #digest({ index: image, bytes }: Image): Promise<Uint8Array | undefined> {
    const part = this.#shelf.files.part(image);
    try {
      return await this.#verifier.finish({ image, bytes, part });
    } catch (error) {
      throw diskFault(error, "read", part);
    }
  }

  /** Finds out whether the book is bad or our disk, when an image's digest is wrong. */
  async #judge(image: Image): Promise<"refused" | "sound"> {
    const { files, checker, inventory, record } = this.#shelf;
    const path = files.part(image.index);
    const check = await checker.check(image, path).catch((error: unknown) => {
      throw diskFault(error, "read", path);
    });
    if (check.sound) return "sound";
    if (check.good.length === image.pageCount) {
      this.#shelf.letGo(image.index);
      this.#shelf.refuse(image.index);
      files.removePart(image.index);
      return "refused";
    }
    const before = inventory.heldOf(image.index);
    record.commit({ kind: "lost", image: image.index }, ...check.good.map((page) => ({ kind: "page", page }) as const));
    const lost = before.filter((page) => !inventory.held.has(page));
    throw new PagesLost(
      lost,
      `${path} does not hold the pages that were written to it; ${lost.length} of them are fetched again`,
    );
  }

  #place(image: Image): StoredImage {
    const { files, record } = this.#shelf;
    const path = files.part(image.index);
    const stamp = onDisk("look at", path, () => {
      const descriptor = this.#shelf.toWrite(image.index);
      const found = stampOf(fstatSync(descriptor, { bigint: true }));
      if (found.bytes < image.bytes)
        throw new DiskFault("gone", path, `Cannot put in place ${path}: a part of it is gone`);
      if (found.bytes === image.bytes) return found;
      // A damaged file that was taken back may be longer than the image.
      ftruncateSync(descriptor, image.bytes);
      return stampOf(fstatSync(descriptor, { bigint: true }));
    });
    this.#shelf.letGo(image.index);
    const entry: RecordEntry = { kind: "written", image: image.index, stamp };
    // Written down before it is done: a process that dies in between finds the part, sees its stamp, and finishes.
    record.write(entry);
    try {
      this.#shelf.place(image.index);
    } catch (error) {
      if (error instanceof DiskFault && error.code === "in-the-way") this.#shelf.leave(image.index);
      throw error;
    }
    record.follow(entry);
    return this.#shelf.stored(image.index);
  }
}
