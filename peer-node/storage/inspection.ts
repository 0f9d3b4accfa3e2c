// Compares what the record says of an image with what lies on the disk, and makes the record true again. Used for every
// image when a book is opened, and for one when its file turns out to have changed.
//
// Looking comes first and is cheap; only a file that does not look as it was written down is hashed.

import type { Image } from "../../shared/book.ts";
import type { ImageIndex, PageIndex } from "../../shared/ids.ts";
import { diskFault, errnoOf } from "./disk-fault.ts";
import { type CheckOptions, type FileCheck, NOTHING_FOUND } from "./file-check.ts";
import { look, type Sight } from "./image-files.ts";
import { DiskFault } from "./page-store.ts";
import type { RecordEntry } from "./record-entry.ts";
import type { Shelf } from "./shelf.ts";
import { type Stamp, sameStamp } from "./stamp.ts";

/** Which of an image's files must be hashed to know what is held. */
export type Doubt = "file" | "part";

export interface InspectionRules {
  /** True when images are fetched: then damage is mended, parts are put in place, and files in the way are reported. */
  readonly mends: boolean;
  /** Images to hash even if they look as recorded; each leaves the set when it was. */
  readonly doubtful: Set<ImageIndex>;
  /** Stamps, in image order, of files that were verified, and are right as long as they look so. */
  readonly vouched: readonly (Stamp | undefined)[];
}

export class Inspection {
  readonly #shelf: Shelf;
  readonly #rules: InspectionRules;
  readonly #damaged = new Set<ImageIndex>();

  constructor(shelf: Shelf, rules: InspectionRules) {
    this.#shelf = shelf;
    this.#rules = rules;
  }

  /** Images whose bytes turned out not to be what the book says: whole ones, unfinished ones, and files never verified. */
  get damaged(): ImageIndex[] {
    return [...this.#damaged];
  }

  /** Looks at an image's files, and settles what looking can settle. @returns what must be hashed, if anything */
  look(image: Image): Doubt | undefined {
    const { inventory, files, record } = this.#shelf;
    if (inventory.refused.has(image.index)) return undefined;
    const seen = look(files.file(image.index));
    const recorded = inventory.stampOf(image.index);
    if (recorded !== undefined) return this.#lookAtWhole(image, recorded, seen);
    // Put in place by a system that died before the record of it reached the disk: it is taken back, and hashed.
    if (this.#rules.mends && seen !== undefined && files.isPlacedPart(image.index)) {
      files.takeBack(image.index);
      return this.#lookAtPart(image);
    }
    const isDamaged = inventory.damagedStampOf(image.index) !== undefined;
    if (typeof seen === "object" && (seen.bytes === image.bytes || isDamaged)) {
      const vouched = this.#rules.vouched[image.index];
      // Whoever vouches may not know that it was found damaged.
      if (isDamaged || vouched === undefined || !sameStamp(seen, vouched)) return "file";
      record.commit({ kind: "image", image: image.index, stamp: seen });
      return undefined;
    }
    if (seen !== undefined) this.#differs(image);
    return this.#lookAtPart(image);
  }

  /** Hashes what is in doubt, and writes down what is held. */
  async settle(image: Image, doubt: Doubt, how: CheckOptions = {}): Promise<void> {
    if (doubt === "file") {
      const check = await this.#check(image, this.#shelf.files.file(image.index), how);
      const isSettled = this.#settleFile(image, check) || this.#lookAtPart(image) === undefined;
      this.#rules.doubtful.delete(image.index);
      if (isSettled) return;
    }
    const check = await this.#check(image, this.#shelf.files.part(image.index), how);
    const good = new Set(check.good);
    if (this.#shelf.inventory.heldOf(image.index).some((page) => !good.has(page))) this.#damaged.add(image.index);
    this.#retell(image, check.good);
    this.#rules.doubtful.delete(image.index);
  }

  #lookAtWhole(image: Image, recorded: Stamp, seen: Sight): Doubt | undefined {
    if (seen === undefined) {
      if (this.#placePart(image, recorded)) return this.#rules.doubtful.has(image.index) ? "file" : undefined;
      this.#retell(image, []);
      return this.#lookAtPart(image);
    }
    if (typeof seen !== "object" || !sameStamp(seen, recorded)) return "file";
    this.#shelf.recount(image.index, seen.names);
    return this.#rules.doubtful.has(image.index) ? "file" : undefined;
  }

  #lookAtPart(image: Image): Doubt | undefined {
    const { inventory, files } = this.#shelf;
    const held = inventory.heldOf(image.index);
    if (inventory.stampOf(image.index) !== undefined || image.bytes === 0) return undefined;
    const part = look(files.part(image.index));
    // Somebody has a name for it, too, as when they moved an image away that was just placed: to write to it is to change
    // their file.
    const isTheirs = this.#rules.mends && typeof part === "object" && part.names > 1n;
    if (isTheirs) files.removePart(image.index);
    if (typeof part !== "object" || isTheirs) {
      if (held.length > 0) this.#retell(image, []);
      return undefined;
    }
    // A part of which nothing is recorded was written just before the process died.
    const last = held.at(-1);
    if (last === undefined || this.#rules.doubtful.has(image.index)) return "part";
    const { offset, bytes } = this.#shelf.book.placeOf(last);
    if (part.bytes < offset + bytes) return "part";
    const recorded = inventory.partStampOf(image.index);
    return recorded === undefined || sameStamp(part, recorded) ? undefined : "part";
  }

  /** Finishes what a process that died had written down and not done: the part, unchanged, becomes the file. */
  #placePart(image: Image, recorded: Stamp): boolean {
    const { files } = this.#shelf;
    if (this.#shelf.forgetPlaced(image.index)) return false;
    const part = this.#rules.mends ? look(files.part(image.index)) : undefined;
    if (typeof part !== "object" || part.names > 1n || !sameStamp(part, recorded)) return false;
    try {
      this.#shelf.place(image.index);
      return true;
    } catch (error) {
      if (!(error instanceof DiskFault) || error.code !== "in-the-way") throw error;
      this.#shelf.leave(image.index);
      return false;
    }
  }

  /** Judges an image's file; true when nothing more is to be learnt of the image. */
  #settleFile(image: Image, { sound, good, stamp }: FileCheck): boolean {
    const { inventory, files, record } = this.#shelf;
    this.#shelf.letGo(image.index);
    if (sound && stamp !== undefined) {
      record.commit({ kind: "image", image: image.index, stamp });
      this.#shelf.dropOtherPart(image.index);
      return true;
    }
    const ours = inventory.stampOf(image.index) ?? inventory.damagedStampOf(image.index);
    if (ours === undefined) {
      this.#differs(image);
      return false;
    }
    this.#damaged.add(image.index);
    record.commit({ kind: "damaged", image: image.index, stamp: ours });
    if (!this.#rules.mends) return false;
    // The file that we wrote, and its bytes changed: mend it. A file that was here before us, or took its place, be it
    // while its bytes were checked, is somebody's and not touched.
    const seen = look(files.file(image.index));
    const isChecked = typeof seen === "object" && stamp !== undefined && sameStamp(seen, stamp);
    if (!isChecked || !inventory.isOurs(image.index, seen)) {
      this.#shelf.forgetPlaced(image.index);
      this.#shelf.leave(image.index);
      return false;
    }
    this.#retell(image, files.takeBack(image.index) ? good : []);
    return true;
  }

  /** Something has an image's name that is not the image and never was: whoever fetches leaves it alone. */
  #differs(image: Image): void {
    if (this.#rules.mends) this.#shelf.leave(image.index);
    else this.#damaged.add(image.index);
  }

  /** Finds nothing in what is no file of ours to read: gone meanwhile, a link, not for our eyes, or on a bad spot of the disk. */
  async #check(image: Image, path: string, how: CheckOptions): Promise<FileCheck> {
    try {
      return await this.#shelf.checker.check(image, path, how);
    } catch (error) {
      const errno = errnoOf(error) ?? "";
      if (["ENOENT", "ELOOP", "EACCES", "EPERM", "ENXIO"].includes(errno)) return NOTHING_FOUND;
      // A drive that was pulled out says the same of every file.
      if (errno === "EIO" && look(this.#shelf.files.folder) === "other") return NOTHING_FOUND;
      throw diskFault(error, "read", path);
    }
  }

  /** Writes down that these pages are what is held of the image, and no others. */
  #retell(image: Image, pages: readonly PageIndex[]): void {
    const entries: RecordEntry[] = pages.map((page) => ({ kind: "page", page }));
    this.#shelf.record.commit({ kind: "lost", image: image.index }, ...entries);
  }
}
