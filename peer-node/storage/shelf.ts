// What the parts of the folder store share: a book, its files, its record, and which images are given up.

import { setImmediate as breathe } from "node:timers/promises";
import type { Book } from "../../shared/book.ts";
import type { ImageIndex, PageIndex } from "../../shared/ids.ts";
import { PageSet } from "../../shared/page-set.ts";
import { NO_BOOT } from "./boot.ts";
import { FileChecker } from "./file-check.ts";
import type { Hasher } from "./hasher.ts";
import { type ImageFiles, openToRead } from "./image-files.ts";
import type { Inventory } from "./inventory.ts";
import { type HeldFile, OpenFiles } from "./open-files.ts";
import { DiskFault, type StoredImage } from "./page-store.ts";
import type { BookRecord } from "./record.ts";

/** Parts removed before others get their turn. Chosen; some milliseconds. */
const BREATH_IMAGES = 256;

export class Shelf {
  readonly book: Book;
  readonly files: ImageFiles;
  readonly record: BookRecord;
  readonly checker: FileChecker;
  /** Parts that are being written. */
  readonly #writing = new OpenFiles<ImageIndex>(() => this.doubt());
  /** Files and parts that are being read. */
  readonly #reading = new OpenFiles<ImageIndex>();
  /** Images whose parts are kept beside their files until the disk itself has both the files and the record. */
  readonly #placed = new Set<ImageIndex>();
  /** False once the file system was found to say of a file with two names that it has one. */
  #countsNames = true;
  /** True once something that was written may be lost. */
  #isDoubted = false;
  /** Images whose name is taken by a file that is not ours. */
  readonly inTheWay = new Set<ImageIndex>();
  /** Pages of images that are given up: in the way, or refused. */
  readonly unwanted: PageSet;

  constructor(book: Book, files: ImageFiles, record: BookRecord, hasher: Hasher) {
    this.book = book;
    this.files = files;
    this.record = record;
    this.checker = new FileChecker(book, hasher);
    this.unwanted = new PageSet(book.pageCount);
    for (const image of record.inventory.refused) this.#giveUp(image);
  }

  get inventory(): Inventory {
    return this.record.inventory;
  }

  /**
   * The descriptor of an image's part, to write to; the part is made when nothing is held of the image.
   * @throws DiskFault, "gone" when a part is not there that pages were written to
   */
  toWrite(image: ImageIndex): number {
    return this.#writing.get(image, () => this.#openPart(image));
  }

  /** An image's part for another thread to write to, as `toWrite`. @throws DiskFault */
  holdToWrite(image: ImageIndex): HeldFile {
    return this.#writing.hold(image, () => this.#openPart(image));
  }

  /** Where an image's bytes lie for now. */
  placeOf(image: ImageIndex): string {
    return this.inventory.stampOf(image) === undefined ? this.files.part(image) : this.files.file(image);
  }

  /** The descriptor of what there is of an image, to read from. */
  toRead(image: ImageIndex): number {
    return this.#reading.get(image, () => openToRead(this.placeOf(image)));
  }

  /** Closes what is open of an image, as its file is about to change its place. */
  letGo(image: ImageIndex): void {
    this.#writing.forget(image);
    this.#reading.forget(image);
  }

  /** Closes all that is open. */
  letGoOfAll(): void {
    this.#writing.clear();
    this.#reading.clear();
  }

  /**
   * Gives an image's part its final name. The part stays a second name of the same file until the next sync point: a
   * system that dies before may forget what the record says and keep the file, which is then still known as ours.
   */
  place(image: ImageIndex): void {
    if (this.files.place(image)) this.#placed.add(image);
  }

  /** How many names the file of a whole image has, as far as we gave it any. */
  namesOf(image: ImageIndex): bigint {
    return this.#countsNames && this.#placed.has(image) ? 2n : 1n;
  }

  /** Compares the names that we gave a file with those that there are. @param names - how many the file system counts */
  recount(image: ImageIndex, names: bigint): void {
    if (names >= this.namesOf(image)) return;
    if (this.files.isPlacedPart(image)) this.#countsNames = false;
    else this.#placed.delete(image);
  }

  /** Somebody removed the file of an image: its other name goes, too. False when it had none. */
  forgetPlaced(image: ImageIndex): boolean {
    if (!this.#placed.delete(image)) return false;
    this.files.removePart(image);
    return true;
  }

  /**
   * Marks what is written down by now.
   * @returns what is to be done once all of it has reached the disk itself, as far as the disk says
   */
  markSynced(): () => Promise<void> {
    const position = this.record.length;
    const placed = [...this.#placed];
    return async () => {
      if (this.#isDoubted) return this.#writeDoubt();
      this.record.commit({ kind: "synced", position });
      await this.#dropSecondNames(placed);
    };
  }

  /**
   * Something that was written may be lost, and a disk says so once. So nothing counts as synced any more, and whoever
   * opens the book next hashes what was not synced before.
   */
  doubt(): void {
    this.#isDoubted = true;
    try {
      this.#writeDoubt();
    } catch (error) {
      // Written down at the next sync point, if the disk takes it then.
      if (!(error instanceof DiskFault)) throw error;
    }
  }

  /** An image is whole: a part that is another file than the image's is of no use any more. */
  dropOtherPart(image: ImageIndex): void {
    if (this.files.isPlacedPart(image)) {
      this.#placed.add(image);
    } else {
      this.#placed.delete(image);
      this.files.removePart(image);
    }
  }

  /**
   * Finds the parts that an earlier process, which died, has left beside the files of whole images. Those that the disk
   * itself may not know to be whole are kept until the next sync point; the others are of no use any more.
   */
  async findPlaced(): Promise<void> {
    const fresh = new Set(this.inventory.fresh());
    const found = this.files.parts().filter((image) => this.inventory.stampOf(image) !== undefined);
    for (const image of found) if (fresh.has(image)) this.dropOtherPart(image);
    await this.#dropSecondNames(found.filter((image) => !fresh.has(image)));
  }

  /** Leaves an image alone, because a file that is not ours has its name. */
  leave(image: ImageIndex): void {
    this.inTheWay.add(image);
    this.#giveUp(image);
  }

  /** Refuses an image whose pages are right and whose SHA-256 is not. */
  refuse(image: ImageIndex): void {
    this.record.commit({ kind: "refused", image });
    this.#giveUp(image);
  }

  /** What there is to say of an image that is whole. */
  stored(number: ImageIndex): StoredImage {
    const { path, bytes } = this.book.image(number);
    return { image: number, path, file: this.files.file(number), bytes };
  }

  #openPart(image: ImageIndex): number {
    const isNew = this.inventory.missingOf(image) === this.book.image(image).pageCount;
    return this.files.openPart(image, isNew);
  }

  #writeDoubt(): void {
    if (this.inventory.boot !== NO_BOOT) this.record.commit({ kind: "boot", id: NO_BOOT });
  }

  async #dropSecondNames(images: readonly ImageIndex[]): Promise<void> {
    for (const [at, image] of images.entries()) {
      if (at % BREATH_IMAGES === BREATH_IMAGES - 1) await breathe();
      if (this.record.isClosed) return;
      if (this.inventory.stampOf(image) !== undefined) this.files.removePart(image);
      this.#placed.delete(image);
    }
  }

  #giveUp(number: ImageIndex): void {
    const { firstPage, pageCount } = this.book.image(number);
    for (let page = firstPage; page < firstPage + pageCount; page++) this.unwanted.add(page as PageIndex);
  }
}
