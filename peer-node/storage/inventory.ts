// What is held of a book, as its record tells it. Every change is an entry: the same code runs when a page is stored and
// when the record is read back, so that what a restart knows cannot differ from what was known.

import type { Book } from "../../shared/book.ts";
import type { ImageIndex, PageIndex } from "../../shared/ids.ts";
import { PageSet } from "../../shared/page-set.ts";
import type { SeenFile } from "./image-files.ts";
import type { RecordEntry } from "./record-entry.ts";
import { NO_STAMP, type Stamp, sameStamp } from "./stamp.ts";
import { StampTable } from "./stamp-table.ts";

export class Inventory {
  readonly book: Book;
  readonly held: PageSet;
  /** Images whose pages are right and whose SHA-256 is not. */
  readonly refused = new Set<ImageIndex>();
  /** Pages that each image still lacks. */
  readonly #missing: Uint32Array;
  /** Stamps of whole images' files. */
  readonly #whole: StampTable;
  /** Stamps of unfinished images' files, from a close in order until the next page. */
  readonly #parts = new Map<ImageIndex, Stamp>();
  /** Stamps of the files that we wrote ourselves, as they were then: by their inodes they are known again. */
  readonly #written: StampTable;
  /** Stamps that the files of damaged images had when they were whole. */
  readonly #damaged = new Map<ImageIndex, Stamp>();
  /** One more than where the last entry of each image starts; 0 where there is none. */
  readonly #lastEntries: Float64Array;
  /** What earlier entries speak of has reached the disk itself. */
  #syncedTo = 0;
  #boot: string | undefined;

  constructor(book: Book) {
    this.book = book;
    this.held = new PageSet(book.pageCount);
    this.#whole = new StampTable(book.imageCount);
    this.#written = new StampTable(book.imageCount);
    this.#lastEntries = new Float64Array(book.imageCount);
    this.#missing = Uint32Array.from(book.images(), (image) => image.pageCount);
  }

  /** The run of the system in which the last entries were written. */
  get boot(): string | undefined {
    return this.#boot;
  }

  /** Images of which something may not have reached the disk itself, in book order. */
  *fresh(): Generator<ImageIndex> {
    for (let image = 0 as ImageIndex; image < this.book.imageCount; image++) if (this.#isFresh(image)) yield image;
  }

  /** How many images are whole. */
  get wholeCount(): number {
    return this.#whole.count;
  }

  /** Pages that the image lacks. */
  missingOf(image: ImageIndex): number {
    return this.#missing[image] ?? 0;
  }

  /** The stamp of a whole image's file; undefined while the image is not whole. */
  stampOf(image: ImageIndex): Stamp | undefined {
    return this.#whole.get(image);
  }

  /** The stamp of a whole image's file, once all of it has reached the disk itself. */
  syncedStampOf(image: ImageIndex): Stamp | undefined {
    return this.#isFresh(image) ? undefined : this.stampOf(image);
  }

  /** The stamp of an unfinished image's file, when it was closed in order and not written to since. */
  partStampOf(image: ImageIndex): Stamp | undefined {
    return this.#parts.get(image);
  }

  /** The stamp that a damaged image's file had when it was whole; undefined while the image is not damaged. */
  damagedStampOf(image: ImageIndex): Stamp | undefined {
    return this.#damaged.get(image);
  }

  /**
   * True when this file is the one that we wrote for the image, and nobody else's. A file system gives an inode that is
   * free to the next file, but that one is born after our last write. Where births are not known, the inode must do; a
   * clock that was set back may make a file of ours look like somebody's, which is then left alone.
   */
  isOurs(image: ImageIndex, { ino, birthNs }: SeenFile): boolean {
    const written = this.#written.get(image);
    return written !== undefined && ino === written.ino && birthNs <= written.mtimeNs;
  }

  /** The held pages of one image, in order. */
  heldOf(number: ImageIndex): PageIndex[] {
    const { firstPage, pageCount } = this.book.image(number);
    const pages: PageIndex[] = [];
    for (let page = firstPage; page < firstPage + pageCount; page++) {
      if (this.held.has(page as PageIndex)) pages.push(page as PageIndex);
    }
    return pages;
  }

  /** Follows one entry. @param position - where it starts in the record */
  apply(entry: RecordEntry, position: number): void {
    switch (entry.kind) {
      case "page":
        this.#addPage(entry.page, this.book.imageOf(entry.page));
        this.#lastEntries[this.book.imageOf(entry.page)] = position + 1;
        return;
      case "written":
        this.#written.set(entry.image, entry.stamp);
        this.#setWhole(entry, position);
        return;
      case "image":
        this.#setWhole(entry, position);
        return;
      case "part":
        this.#parts.set(entry.image, entry.stamp);
        return;
      case "lost":
        this.#drop(entry.image);
        return;
      case "damaged":
        this.#drop(entry.image);
        this.#damaged.set(entry.image, entry.stamp);
        return;
      case "refused":
        this.#drop(entry.image);
        this.refused.add(entry.image);
        return;
      case "boot":
        this.#boot = entry.id;
        return;
      case "synced":
        // It may speak of all before it, wherever that ends, and never of what follows.
        this.#syncedTo = Math.max(this.#syncedTo, Math.min(entry.position, position));
        return;
      case "pages":
        for (const page of entry.set) this.#addPage(page, this.book.imageOf(page));
        return;
    }
  }

  /** The entry by which an image of which something is held looks like no file, until it was hashed. */
  doubted(image: ImageIndex): RecordEntry {
    return { kind: this.#whole.has(image) ? "image" : "part", image, stamp: NO_STAMP };
  }

  /** The fewest entries that say all of this, as the beginning of a new record. */
  *retold(): Generator<RecordEntry> {
    const partial = new PageSet(this.book.pageCount);
    for (const page of this.held) if (!this.#whole.has(this.book.imageOf(page))) partial.add(page);
    // What takes pages away comes before what gives them.
    for (const image of this.refused) yield { kind: "refused", image };
    for (const [image, stamp] of this.#damaged) {
      yield* this.#retoldWhole(image);
      yield { kind: "damaged", image, stamp };
    }
    for (const image of this.#whole.keys()) yield* this.#retoldWhole(image);
    yield { kind: "pages", set: partial };
    // All of the above, wherever it ends; what was not synced is then told once more.
    yield { kind: "synced", position: Number.POSITIVE_INFINITY };
    for (const image of this.fresh()) yield* this.#retoldImage(image);
    for (const [image, stamp] of this.#parts) yield { kind: "part", image, stamp };
    if (this.#boot !== undefined) yield { kind: "boot", id: this.#boot };
  }

  /** The record was written anew, so that its positions are others. @param length - its bytes */
  wasRetold(length: number): void {
    const fresh = [...this.fresh()];
    this.#lastEntries.fill(0);
    this.#syncedTo = 0;
    for (const image of fresh) this.#lastEntries[image] = length;
  }

  *#retoldImage(image: ImageIndex): Generator<RecordEntry> {
    if (this.#whole.has(image)) yield* this.#retoldWhole(image);
    else for (const page of this.heldOf(image)) yield { kind: "page", page };
  }

  /** That we wrote the file, if we did, and how it looks, if that is otherwise. */
  *#retoldWhole(image: ImageIndex): Generator<RecordEntry> {
    const [written, stamp] = [this.#written.get(image), this.#whole.get(image)];
    if (written !== undefined) yield { kind: "written", image, stamp: written };
    const looksOtherwise = written === undefined || (stamp !== undefined && !sameStamp(stamp, written));
    if (stamp !== undefined && looksOtherwise) yield { kind: "image", image, stamp };
  }

  #isFresh(image: ImageIndex): boolean {
    return (this.#lastEntries[image] ?? 0) > this.#syncedTo;
  }

  #setWhole({ image, stamp }: { readonly image: ImageIndex; readonly stamp: Stamp }, position: number): void {
    this.#addImage(image);
    this.#whole.set(image, stamp);
    this.#damaged.delete(image);
    this.#lastEntries[image] = position + 1;
  }

  #addPage(page: PageIndex, image: ImageIndex): void {
    this.#parts.delete(image);
    if (this.held.add(page)) this.#missing[image] = this.missingOf(image) - 1;
  }

  #addImage(number: ImageIndex): void {
    const { firstPage, pageCount } = this.book.image(number);
    for (let page = firstPage; page < firstPage + pageCount; page++) this.#addPage(page as PageIndex, number);
  }

  #drop(image: ImageIndex): void {
    for (const page of this.heldOf(image)) this.held.delete(page);
    this.#missing[image] = this.book.image(image).pageCount;
    this.#whole.delete(image);
    this.#damaged.delete(image);
    this.#parts.delete(image);
    this.#lastEntries[image] = 0;
  }
}
