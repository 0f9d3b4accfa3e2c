// The pages of a book as ordinary files in a folder, the adapter that keeps the PageStore's promises on a disk.
//
//     FOLDER/sub/picture.png              a whole image, under its local name
//     FOLDER/.bookswarm/lock              one process for each folder
//     FOLDER/.bookswarm/<book>/record     what is held (record.ts)
//     FOLDER/.bookswarm/<book>/parts/<n>  image n while it is unfinished
//     FOLDER/.bookswarm/<book>/reader     the reader's secret
//     FOLDER/.bookswarm/<book>/readers    where others were reached
//
// Pages are written in one call each, by the thread that has looked at them: for what ends in the page cache that is
// faster than a thread pool, and after it the page survives the process, so that its entry in the record may follow.

import { type BigIntStats, fstatSync, readvSync } from "node:fs";
import type { Book, Image } from "../../shared/book.ts";
import type { ImageIndex, PageIndex } from "../../shared/ids.ts";
import type { Renamed } from "../../shared/local-names.ts";
import type { PageSet } from "../../shared/page-set.ts";
import type { ReachedReader } from "../core/neighbours.ts";
import { diskFault, onDisk } from "./disk-fault.ts";
import { freeBytes } from "./disk-rules.ts";
import { look } from "./image-files.ts";
import { LostImages } from "./lost-images.ts";
import type { HeldFile } from "./open-files.ts";
import { type FolderStoreOptions, finish, type OpenFolder, openFolder } from "./opening.ts";
import type { PageLook } from "./page-looks.ts";
import { bookClosed, DiskFault, type PageStore, PagesLost, type PutResult, type StoredImage } from "./page-store.ts";
import { rememberedReaders, rememberReaders } from "./remembered-readers.ts";
import { type Stamp, sameStamp, stampOf } from "./stamp.ts";
import { readerSecret } from "./state-folder.ts";
import { SyncPoints } from "./sync-points.ts";
import { writeFully } from "./write-fully.ts";

export class FolderStore implements PageStore {
  readonly book: Book;
  /** The book's folder: a real path. */
  readonly folder: string;
  /** Images that this disk keeps under another name than the publisher's. */
  readonly renamed: readonly Renamed[];
  readonly #open: OpenFolder;
  readonly #syncPoints: SyncPoints;
  /** What will come of images that are being completed. */
  readonly #completing = new Set<Promise<PutResult>>();
  /** When the images that `finish` was last asked for are in place. */
  #finishing: Promise<void> = Promise.resolve();
  /** Pages that are on their way into the store, and when each has got there. */
  readonly #putting = new Map<PageIndex, Promise<void>>();
  /** Images whose files are being inspected, because they turned out to have changed. */
  readonly #inspecting = new Map<ImageIndex, Promise<void>>();
  readonly #lost: LostImages;
  #closing: Promise<void> | undefined;

  private constructor(open: OpenFolder) {
    const { shelf } = open;
    this.#open = open;
    this.book = shelf.book;
    this.folder = shelf.files.folder;
    this.renamed = open.renamed;
    this.#lost = new LostImages(shelf.files);
    this.#syncPoints = new SyncPoints(
      {
        folder: this.folder,
        files: () => Array.from(shelf.inventory.fresh(), (image) => shelf.placeOf(image)),
        mark: () => shelf.markSynced(),
        doubt: () => shelf.doubt(),
      },
      open.makeDurable,
    );
  }

  /**
   * Opens a book in a folder.
   * @throws DiskFault "locked" when another process, or this one, has the folder open already
   * @throws DiskFault when the folder cannot be used
   * @throws the signal's reason
   */
  static async open(options: FolderStoreOptions): Promise<FolderStore> {
    return new FolderStore(await openFolder(options));
  }

  get held(): PageSet {
    return this.#open.shelf.inventory.held;
  }

  /** Pages that will never be held: of images that are in the way or refused. May grow. */
  get unwanted(): PageSet {
    return this.#open.shelf.unwanted;
  }

  /** Paths, below the folder, of files that are not ours and have the names of images. They are never touched. */
  get inTheWay(): readonly string[] {
    const { inTheWay, files } = this.#open.shelf;
    return [...inTheWay].sort((a, b) => a - b).map((image) => files.local(image));
  }

  /** Images whose pages are right and whose SHA-256 is not: there the book is bad. */
  get refused(): readonly ImageIndex[] {
    return [...this.#open.shelf.inventory.refused];
  }

  /** Images whose files turned out, since this store was opened, not to be what the book or the record says. */
  get damaged(): readonly ImageIndex[] {
    return this.#open.inspection.damaged;
  }

  /** True when the image is in place, under its own name. */
  isWhole(image: ImageIndex): boolean {
    return this.#open.shelf.inventory.stampOf(image) !== undefined;
  }

  /** How many images are in place. */
  get wholeCount(): number {
    return this.#open.shelf.inventory.wholeCount;
  }

  /** What there is to say of an image that is whole. */
  stored(image: ImageIndex): StoredImage {
    return this.#open.shelf.stored(image);
  }

  /** Bytes that may still be written to the folder's disk. @throws DiskFault */
  freeBytes(): number {
    return freeBytes(this.folder);
  }

  /** The reader's secret for this book in this folder, 64 hexadecimal digits; made once. @throws DiskFault */
  readerSecret(): string {
    return readerSecret(this.#open.bookState);
  }

  /** Where readers of this book were reached, as `rememberReaders` was last told. */
  rememberedReaders(): readonly ReachedReader[] {
    return rememberedReaders(this.#open.bookState);
  }

  rememberReaders(readers: readonly ReachedReader[]): void {
    rememberReaders(this.#open.bookState, readers);
  }

  /**
   * Puts those of the wanted images in place whose pages are all held already, as those of an empty one are.
   * @throws DiskFault
   */
  finish(wants: (image: Image) => boolean): Promise<void> {
    this.#mustBeOpen();
    const isWantedNow = (image: Image) => {
      this.#mustBeOpen();
      return wants(image);
    };
    // One call after the other, so that no image is put in place twice.
    this.#finishing = this.#finishing.catch(() => undefined).then(() => finish(this.#open, isWantedNow));
    return this.#finishing;
  }

  async put(page: PageIndex, bytes: Uint8Array): Promise<PutResult> {
    // Of two threads that wrote a page, the slower one would change a file that the other has seen complete.
    while (this.#putting.has(page)) await this.#putting.get(page);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#putting.set(page, promise);
    try {
      return await this.#put(page, bytes);
    } catch (error) {
      throw await this.#lossBehind(error, page);
    } finally {
      this.#putting.delete(page);
      resolve();
    }
  }

  async read(page: PageIndex, offset: number, targets: readonly Uint8Array[]): Promise<void> {
    this.#mustBeOpen();
    if (!this.held.has(page)) throw new PagesLost([page], `Page ${page} is not held`);
    if (this.#tryRead(page, offset, targets)) return;
    const { image } = this.book.placeOf(page);
    // Named as it was before: what is lost has no place of its own any more.
    const file = this.#open.shelf.placeOf(image);
    const lost = await this.#inspect(image);
    if (!this.held.has(page))
      throw new PagesLost(lost, `${file} has changed; ${lost.length} of its pages are not held any more`);
    if (this.#tryRead(page, offset, targets)) return;
    throw new DiskFault("failed", file, `Cannot read ${file}: it does not stay the same from one moment to the next`);
  }

  async regain(): Promise<readonly PageIndex[]> {
    this.#mustBeOpen();
    const { shelf } = this.#open;
    const { inventory } = shelf;
    const found: PageIndex[] = [];
    for (const image of this.#lost.isEmpty || !this.#isThere() ? [] : this.#lost.changed()) {
      this.#mustBeOpen();
      const before = new Set(inventory.heldOf(image));
      await this.#inspect(image);
      found.push(...inventory.heldOf(image).filter((page) => !before.has(page)));
      if (this.isWhole(image)) this.#lost.delete(image);
    }
    return found;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #mustBeOpen(): void {
    if (this.#closing !== undefined) throw bookClosed(this.folder);
  }

  async #put(page: PageIndex, bytes: Uint8Array): Promise<PutResult> {
    this.#mustBeOpen();
    const { held, refused } = this.#open.shelf.inventory;
    const { image, bytes: length } = this.book.placeOf(page);
    if (held.has(page)) return { outcome: "stored" };
    if (bytes.length !== length) return { outcome: "corrupt" };
    const look = await this.#look(page, bytes);
    if (!look.right) return { outcome: "corrupt" };
    this.#mustBeOpen();
    if (refused.has(image)) return { outcome: "refused", image };
    return this.#keep(page, bytes, look);
  }

  async #look(page: PageIndex, bytes: Uint8Array): Promise<PageLook> {
    const { verifier, shelf } = this.#open;
    const { image, ordinal, offset, bytes: length } = this.book.placeOf(page);
    const digest = this.book.pageDigest(page);
    const order = {
      image,
      ordinal,
      bytes,
      digest,
      isWhole: length === this.book.image(image).bytes,
    };
    let part: HeldFile | undefined;
    try {
      const look = await verifier.look(order, () => {
        part = shelf.holdToWrite(image);
        return { descriptor: part.descriptor, position: offset };
      });
      // A part that was let go meanwhile may not be the image's any more.
      return part?.isCurrent === false ? { ...look, isWritten: false } : look;
    } finally {
      part?.release();
    }
  }

  /** Keeps a page that is right. */
  #keep(page: PageIndex, bytes: Uint8Array, { isWritten, sha256 }: PageLook): PutResult | Promise<PutResult> {
    const { inventory, record } = this.#open.shelf;
    const { image, offset } = this.book.placeOf(page);
    if (isWritten !== true) this.#write(image, offset, bytes);
    if (inventory.missingOf(image) === 1) return this.#complete(image, bytes.length, sha256);
    record.commit({ kind: "page", page });
    this.#syncPoints.wrote(bytes.length);
    return { outcome: "stored" };
  }

  #write(image: ImageIndex, offset: number, bytes: Uint8Array): void {
    const { shelf } = this.#open;
    try {
      onDisk("write", shelf.files.part(image), () => writeFully(shelf.toWrite(image), bytes, offset));
    } catch (error) {
      // Whatever failed may be over when the page is put again, and the old descriptors mean nothing then.
      shelf.letGoOfAll();
      throw error;
    }
  }

  /** Completes an image whose last page has just been written. */
  #complete(number: ImageIndex, lastPageBytes: number, digest: Uint8Array | undefined): Promise<PutResult> {
    const { completion, verifier, shelf } = this.#open;
    const result = completion.complete(this.book.image(number), digest).then((stored): PutResult => {
      if (shelf.inventory.held.isFull) void verifier.rest();
      if (stored === "refused") return { outcome: "refused", image: number };
      this.#syncPoints.wrote(lastPageBytes);
      return { outcome: "stored", image: stored };
    });
    const settled = result.finally(() => this.#completing.delete(settled));
    this.#completing.add(settled);
    return settled;
  }

  /** What failed a put: a part that is not there, while its folder is, took along the pages that were written to it. */
  async #lossBehind(error: unknown, page: PageIndex): Promise<unknown> {
    const isGone = error instanceof DiskFault && error.code === "gone" && this.#closing === undefined;
    if (!isGone || !this.#isThere()) return error;
    const { image } = this.book.placeOf(page);
    this.#open.shelf.letGo(image);
    const lost = await this.#inspect(image);
    const message = `${error.path} is not what was written to it; ${lost.length} of its pages are not held any more`;
    return lost.length === 0 ? error : new PagesLost(lost, message);
  }

  /** Reads, if the file is still what was verified; false when it is not. */
  #tryRead(page: PageIndex, offset: number, targets: readonly Uint8Array[]): boolean {
    const { shelf } = this.#open;
    const place = this.book.placeOf(page);
    const stamp = shelf.inventory.stampOf(place.image);
    const wanted = targets.reduce((sum, target) => sum + target.length, 0);
    try {
      const descriptor = shelf.toRead(place.image);
      const names = shelf.namesOf(place.image);
      if (stamp !== undefined && !isAsVerified(fstatSync(descriptor, { bigint: true }), stamp, names))
        throw new Changed();
      if (readvSync(descriptor, targets, place.offset + offset) !== wanted) throw new Changed();
      return true;
    } catch (error) {
      shelf.letGo(place.image);
      const fault = diskFault(error, "read", shelf.placeOf(place.image));
      if (fault instanceof Changed) return false;
      // A name that leads nowhere, or elsewhere, is a change of that file, unless the whole folder has gone.
      if (fault instanceof DiskFault && ["gone", "in-the-way"].includes(fault.code) && this.#isThere()) return false;
      throw fault;
    }
  }

  #isThere(): boolean {
    return look(this.folder) === "other" && look(this.#open.bookState) === "other";
  }

  /** Finds out what is still held of an image whose file has changed. @returns the pages that are not */
  async #inspect(number: ImageIndex): Promise<PageIndex[]> {
    const { shelf } = this.#open;
    const before = shelf.inventory.heldOf(number);
    let inspecting = this.#inspecting.get(number);
    if (inspecting === undefined) {
      inspecting = this.#inspectNow(number).finally(() => this.#inspecting.delete(number));
      this.#inspecting.set(number, inspecting);
    }
    await inspecting;
    return before.filter((page) => !shelf.inventory.held.has(page));
  }

  async #inspectNow(number: ImageIndex): Promise<void> {
    const { shelf, inspection, servesOnly } = this.#open;
    const image = this.book.image(number);
    const seen = look(shelf.files.file(number));
    const doubt = inspection.look(image);
    if (doubt !== undefined) await inspection.settle(image, doubt);
    if (servesOnly && !this.isWhole(number)) this.#lost.add(number, seen);
  }

  async #close(): Promise<void> {
    const { shelf, lock, verifier } = this.#open;
    await Promise.allSettled([...this.#completing, ...this.#inspecting.values(), this.#finishing]);
    await verifier.rest();
    shelf.letGoOfAll();
    try {
      this.#stampParts();
      await this.#syncPoints.close();
    } finally {
      try {
        shelf.record.close();
      } finally {
        lock.release();
      }
    }
  }

  /** Writes down how unfinished images look, so that the next start need not hash them. */
  #stampParts(): void {
    const { inventory, record, files } = this.#open.shelf;
    for (const image of this.book.images()) {
      const isPartial =
        inventory.missingOf(image.index) < image.pageCount && inventory.stampOf(image.index) === undefined;
      if (!isPartial) continue;
      const part = look(files.part(image.index));
      if (typeof part === "object") record.commit({ kind: "part", image: image.index, stamp: part });
    }
  }
}

/** The file is not what was verified; never leaves this file. */
class Changed extends Error {}

function isAsVerified(stats: BigIntStats, stamp: Stamp, names: bigint): boolean {
  // No name of an image leads to a file that was removed or replaced, though it can still be read.
  return stats.nlink >= names && sameStamp(stampOf(stats), stamp);
}
