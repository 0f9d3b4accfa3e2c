// Which book is meant, where its images lie, and where its readers are found: the first step of every command.

import { createReadStream, existsSync } from "node:fs";
import { rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { Book, Image } from "../../shared/book.ts";
import type { BookLink } from "../../shared/book-link.ts";
import type { BookId } from "../../shared/ids.ts";
import { keepDescriptor, loadDescriptor, saveDescriptor } from "../library/descriptor-file.ts";
import { descriptorsIn } from "../library/descriptors-in.ts";
import { KnownImages } from "../library/known-images.ts";
import { makeFolder } from "../storage/make-folder.ts";
import { defaultFolder, descriptorPlace } from "../storage/places.ts";
import type { Stamp } from "../storage/stamp.ts";
import type { BookLookUp } from "../tracker/book-look-up.ts";
import { isPassing } from "../tracker/tracker-faults.ts";
import type { TrackerAddress } from "../tracker/tracker-request.ts";
import type { OnBookEvent } from "./book-events.ts";
import { type BookSource, isDescriptor, lookUp, trackerOfLink } from "./book-source.ts";

export interface FindOptions {
  /** Where the images go; a folder with the book's name, below the current one, when absent. */
  readonly folder?: string | undefined;
  /** The tracker that the user named, with the token for it. */
  readonly tracker?: TrackerAddress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What the tracker of a link was asked already. */
  readonly asked?: BookLookUp | undefined;
  /** Which images are wanted, once the book is known; all when absent. What it throws ends the matter and leaves nothing. */
  readonly choose?: ((book: Book) => (image: Image) => boolean) | undefined;
  readonly onEvent: OnBookEvent;
}

export interface FoundBook {
  readonly book: Book;
  readonly folder: string;
  readonly tracker: TrackerAddress | undefined;
  /** True for an image that is wanted; all are when absent. */
  readonly wants?: ((image: Image) => boolean) | undefined;
  /** How files looked, in image order, that were verified as images of another book in this folder. */
  readonly vouched?: readonly (Stamp | undefined)[];
}

/** A folder does not say which book is meant: it holds no descriptor, or several. */
export class BookUnclear extends Error {
  constructor(message: string) {
    super(message);
    this.name = "BookUnclear";
  }
}

/**
 * Finds a book that is to be fetched, and keeps its descriptor in the folder. When the tracker of a link is out of reach,
 * the descriptor that an earlier run kept there serves.
 * @throws DescriptorRefused, TrackerRefused, TrackerFault, DiskFault
 */
export function findBook(source: BookSource, options: FindOptions): Promise<FoundBook> {
  return "link" in source ? fromLink(source.link, options) : fromDescriptor(source.descriptor, options);
}

/**
 * Finds a book that lies in a folder, by its descriptor there.
 * @param place - the folder, or a descriptor with the images beside it
 * @throws BookUnclear when the folder has no descriptor, or more than one
 * @throws DescriptorRefused, DiskFault
 */
export async function findBookIn(
  place: string,
  { tracker, choose, onEvent }: Pick<FindOptions, "tracker" | "choose" | "onEvent">,
): Promise<FoundBook> {
  const descriptor = isDescriptor(place) ? place : await theDescriptorIn(place);
  const book = await loadDescriptor(descriptor);
  const found = { book, folder: dirname(descriptor), tracker: tracker ?? trackerOf(book), wants: choose?.(book) };
  onEvent({ type: "book", book, tracker: found.tracker?.tracker });
  return found;
}

async function theDescriptorIn(folder: string): Promise<string> {
  const [first, ...others] = await descriptorsIn(folder);
  if (first === undefined) {
    throw new BookUnclear(`${folder} holds no descriptor; make one with: bookswarm describe FOLDER`);
  }
  if (others.length > 0) {
    throw new BookUnclear(`${folder} holds ${others.length + 1} descriptors; name the one you mean, as ${first.path}`);
  }
  return first.path;
}

function trackerOf({ trackers: [first] }: Book): TrackerAddress | undefined {
  return first === undefined ? undefined : { tracker: first };
}

async function fromLink(link: BookLink, options: FindOptions): Promise<FoundBook> {
  const { folder, tracker: given, signal, choose, onEvent, asked = lookUp(link, folder, given) } = options;
  const { bookId, tracker: base } = link;
  const tracker = trackerOfLink(link, given);
  if (signal !== undefined) asked.stopWith(signal);
  try {
    const { name, images, pages, bytes, readers, complete } = await asked.about;
    const book = { id: bookId, name, imageCount: images, pageCount: pages, bytes };
    onEvent({ type: "book", book, tracker: base, health: { readers, complete } });
    const target = folder ?? defaultFolder(name);
    const place = descriptorPlace(target, name);
    const kept = await keptAt(place, bookId);
    if (kept !== undefined) return { book: kept, folder: target, tracker, wants: choose?.(kept) };
    let wants: FoundBook["wants"];
    const accept = (found: Book) => {
      wants = choose?.(found);
    };
    // Before the descriptor of an earlier book of this name is written over.
    const known = await KnownImages.in(target, signal);
    const found = await inFolder(target, () => keepDescriptor(place, asked.descriptor(), { wanted: bookId, accept }));
    return { book: found, folder: target, tracker, wants, vouched: await known.stampsFor(found) };
  } catch (error) {
    const book = folder !== undefined && isPassing(error) ? await keptBook(folder, bookId) : undefined;
    if (book === undefined || folder === undefined) throw error;
    onEvent({ type: "book", book, tracker: base });
    return { book, folder, tracker, wants: choose?.(book) };
  } finally {
    asked.end();
  }
}

/** The book, if its whole descriptor lies at `path`; anything else there is as good as nothing. */
async function keptAt(path: string, bookId: BookId): Promise<Book | undefined> {
  return existsSync(path) ? loadDescriptor(path, bookId).catch(() => undefined) : undefined;
}

/** The book whose descriptor an earlier run kept in the folder; undefined when there is none, or none that is whole. */
async function keptBook(folder: string, bookId: BookId): Promise<Book | undefined> {
  const descriptors = existsSync(folder) ? await descriptorsIn(folder) : [];
  const kept = descriptors.find((descriptor) => descriptor.bookId === bookId);
  return kept === undefined ? undefined : keptAt(kept.path, bookId);
}

async function fromDescriptor(path: string, options: FindOptions): Promise<FoundBook> {
  const { folder, tracker, signal, choose, onEvent } = options;
  const book = await loadDescriptor(path);
  const where = tracker ?? trackerOf(book);
  onEvent({ type: "book", book, tracker: where?.tracker });
  const wants = choose?.(book);
  const target = folder ?? defaultFolder(book.name);
  const kept = descriptorPlace(target, book.name);
  const found = { book, folder: target, tracker: where, wants };
  if ((await keptAt(kept, book.id)) !== undefined) return found;
  const vouched = await (await KnownImages.in(target, signal)).stampsFor(book);
  await inFolder(target, () => saveDescriptor(kept, createReadStream(path)));
  return { ...found, vouched };
}

/** Does something in a folder that is made for it; when that fails, all that was made for it is taken away again. */
async function inFolder<Result>(folder: string, action: () => Promise<Result>): Promise<Result> {
  const made = makeFolder(folder);
  try {
    return await action();
  } catch (error) {
    if (made !== undefined) await removeFolders(folder, made);
    throw error;
  }
}

/** Removes a folder and those above it up to `topmost`, as far as there is nothing in them. */
async function removeFolders(folder: string, topmost: string): Promise<void> {
  try {
    for (let at = folder; at !== dirname(topmost); at = dirname(at)) await rmdir(at);
  } catch {
    // Somebody has put something there meanwhile.
  }
}
