// Opens a book in a folder: takes the lock, reads the record, and compares it with what lies there.

import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import type { Book, Image } from "../../shared/book.ts";
import type { ImageIndex } from "../../shared/ids.ts";
import { localNames, type Renamed } from "../../shared/local-names.ts";
import { BareFolders, isOwnName } from "./bare-folders.ts";
import { bootId } from "./boot.ts";
import { Completion } from "./completion.ts";
import { DigestCrew, inLanes } from "./digest-crew.ts";
import { onDisk } from "./disk-fault.ts";
import { fileSystemRules } from "./disk-rules.ts";
import { type Hasher, nodeHasher } from "./hasher.ts";
import { ImageFiles } from "./image-files.ts";
import { type Doubt, Inspection } from "./inspection.ts";
import { FolderLock } from "./lock.ts";
import { makeFolder } from "./make-folder.ts";
import { DiskFault, PagesLost } from "./page-store.ts";
import { PageVerifier } from "./page-verifier.ts";
import { BookRecord } from "./record.ts";
import { servedNames } from "./served-names.ts";
import { Shelf } from "./shelf.ts";
import type { Stamp } from "./stamp.ts";
import { bookStateFolder, stateFolderOf } from "./state-folder.ts";
import { type MakeDurable, makeDurable } from "./sync-points.ts";

/** How a book is opened in a folder. */
export interface FolderStoreOptions {
  readonly book: Book;
  readonly folder: string;
  /** "fetch" writes images into the folder, and makes it; "serve" only reads what is there. */
  readonly purpose: "fetch" | "serve";
  /** "record" (by default) hashes only what does not look as it was written down; "nothing" hashes everything. */
  readonly trust?: "record" | "nothing";
  /** Images that the caller wants; all by default. Of the others, not even empty files are made. */
  readonly wants?: (image: Image) => boolean;
  /** Stamps, in image order, of files that were verified elsewhere, as when describing them: right as long as they look so. */
  readonly vouched?: readonly (Stamp | undefined)[];
  /** Told while files are hashed: bytes done, of how many. */
  readonly onChecking?: (bytes: number, of: number) => void;
  /** Ends the checking at its next breath, with its reason; what was found by then is recorded. */
  readonly signal?: AbortSignal | undefined;
  readonly hasher?: Hasher;
  readonly makeDurable?: MakeDurable;
  /** How soon another thread looks at pages and writes them; only tests know better. */
  readonly spellBytes?: number;
  /** This run of the system; only tests know better. */
  readonly boot?: string;
}

/** A folder that is open for a book, and what opening it found. */
export interface OpenFolder {
  readonly shelf: Shelf;
  readonly lock: FolderLock;
  readonly verifier: PageVerifier;
  readonly completion: Completion;
  readonly inspection: Inspection;
  readonly bookState: string;
  /** True when images are only served, so that their owner alone brings back what is lost. */
  readonly servesOnly: boolean;
  readonly renamed: readonly Renamed[];
  readonly makeDurable: MakeDurable;
}

/** @throws DiskFault when the folder cannot be used, or another process uses it; the signal's reason */
export async function openFolder(options: FolderStoreOptions): Promise<OpenFolder> {
  const writes = options.purpose === "fetch";
  if (writes) makeFolder(options.folder);
  const folder = onDisk("open", options.folder, () => realpathSync(options.folder));
  const state = stateFolderOf(folder, writes);
  const lock = await FolderLock.take(state, folder);
  let record: BookRecord | undefined;
  try {
    const bookState = bookStateFolder(state, options.book.id);
    record = BookRecord.open(join(bookState, "record"), options.book);
    return await openLocked(options, { folder, bookState, lock, record });
  } catch (error) {
    record?.abandon();
    lock.release();
    throw error;
  }
}

/** What is this process's own as long as the book is open. */
interface Holdings {
  readonly folder: string;
  readonly bookState: string;
  readonly lock: FolderLock;
  readonly record: BookRecord;
}

async function openLocked(options: FolderStoreOptions, holdings: Holdings): Promise<OpenFolder> {
  const { book, purpose } = options;
  const { folder, bookState, lock, record } = holdings;
  const paths = Array.from(book.images(), (image) => image.path);
  const names = localNames(paths, fileSystemRules(folder));
  const locals = purpose === "fetch" ? names.paths : servedNames(folder, paths, names);
  const shelf = new Shelf(
    book,
    new ImageFiles(folder, join(bookState, "parts"), locals),
    record,
    options.hasher ?? nodeHasher,
  );
  const boot = options.boot ?? bootId();
  const isAfterLoss = doubtUnsynced(shelf, boot);
  const verifier = new PageVerifier({ hasher: options.hasher, spellBytes: options.spellBytes });
  const completion = new Completion(shelf, verifier);
  const vouched = options.vouched ?? [];
  const inspection = new Inspection(shelf, { mends: purpose === "fetch", doubtful: doubtful(options), vouched });
  // A publisher's files are not ours to sync, unless an earlier `get` left some unsynced here.
  const ours = purpose === "fetch" || !shelf.inventory.fresh().next().done;
  await inspectAll(shelf, inspection, options);
  if (purpose === "fetch") await finish({ shelf, completion }, options.wants ?? (() => true));
  // What is held was just read from the disk, or synced before.
  if (isAfterLoss || !ours) record.commit({ kind: "synced", position: record.length });
  if (record.inventory.boot !== boot) record.commit({ kind: "boot", id: boot });
  if (purpose === "fetch") await shelf.findPlaced();
  const renamed = purpose === "fetch" ? names.renamed : [];
  return {
    shelf,
    lock,
    verifier,
    completion,
    inspection,
    bookState,
    servesOnly: purpose === "serve",
    renamed,
    makeDurable: options.makeDurable ?? makeDurable,
  };
}

/**
 * What was not synced when the system went down, or when its disk lost something, may be there, or zeros, or nothing. So
 * the record says of it that it looks like no file; each image that is hashed then is settled for good, also where this
 * start is interrupted. From here on entries are of this run of the system.
 * @returns false when nothing is in doubt
 */
function doubtUnsynced({ record, inventory }: Shelf, boot: string): boolean {
  if (inventory.boot === undefined || inventory.boot === boot) return false;
  for (const image of [...inventory.fresh()]) record.commit(inventory.doubted(image));
  record.commit({ kind: "boot", id: boot });
  return true;
}

/** Images to hash even if they look as recorded. */
function doubtful({ trust, book }: FolderStoreOptions): Set<ImageIndex> {
  return new Set(trust === "nothing" ? Array.from(book.images(), (image) => image.index) : []);
}

/** Looks at every image first, so that the work is known, and then hashes what is in doubt. */
async function inspectAll(
  shelf: Shelf,
  inspection: Inspection,
  { onChecking, hasher, signal }: FolderStoreOptions,
): Promise<void> {
  const doubts: { readonly image: Image; readonly doubt: Doubt }[] = [];
  let of = 0;
  const bare = new BareFolders();
  for (const image of shelf.book.images()) {
    const doubt = cannotBeHere(shelf, image, bare) ? undefined : inspection.look(image);
    if (doubt !== undefined) {
      doubts.push({ image, doubt });
      of += image.bytes;
    }
    if (image.index % 4096 === 0) await breathe();
    signal?.throwIfAborted();
  }
  let bytes = 0;
  const onBytes = (more: number) => {
    bytes += more;
    onChecking?.(Math.min(bytes, of), of);
  };
  const crew = new DigestCrew({ bytes: of, hasher, signal });
  try {
    await inLanes(
      doubts,
      ({ image }) => image.bytes,
      ({ image, doubt }) => inspection.settle(image, doubt, { onBytes, crew }),
      (error) => crew.giveUp(error),
    );
  } finally {
    await crew.close();
  }
}

/** True when nothing is recorded of an image, and nothing lies where its file and its part would. */
function cannotBeHere({ inventory, files }: Shelf, { index, pageCount }: Image, bare: BareFolders): boolean {
  const isKnown =
    inventory.missingOf(index) < pageCount ||
    inventory.stampOf(index) !== undefined ||
    inventory.damagedStampOf(index) !== undefined ||
    inventory.refused.has(index);
  const file = files.file(index);
  return !isKnown && !isOwnName(basename(file)) && bare.has(dirname(file)) && bare.has(dirname(files.part(index)));
}

/** Puts those of the wanted images in place whose pages are all held already, as those of an empty one are. */
export async function finish(
  { shelf, completion }: Pick<OpenFolder, "shelf" | "completion">,
  wants: (image: Image) => boolean,
): Promise<void> {
  const { inventory } = shelf;
  for (const image of shelf.book.images()) {
    const isDone = inventory.stampOf(image.index) !== undefined || inventory.refused.has(image.index);
    if (isDone || inventory.missingOf(image.index) > 0 || shelf.inTheWay.has(image.index) || !wants(image)) continue;
    try {
      await completion.complete(image);
    } catch (error) {
      // Something in the way was noted, pages that rotted are wanted again; the other images go on.
      const noted = error instanceof PagesLost || (error instanceof DiskFault && error.code === "in-the-way");
      if (!noted) throw error;
    }
  }
}
