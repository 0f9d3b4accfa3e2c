// From a link or a descriptor to a book that is being fetched.

import { createReadStream, existsSync } from "node:fs";
import { rmdir } from "node:fs/promises";
import type { Book } from "../../shared/book.ts";
import type { BookLink } from "../../shared/book-link.ts";
import { keepDescriptor, loadDescriptor, saveDescriptor } from "../library/descriptor-file.ts";
import { makeFolder } from "../storage/make-folder.ts";
import { defaultFolder, descriptorPlace } from "../storage/places.ts";
import { TrackerApiClient } from "../tracker/tracker-api-client.ts";
import type { TrackerAddress } from "../tracker/tracker-request.ts";
import { type OpenedBook, type OpenOptions, openBook } from "./opened-book.ts";

/** What is to be got: a link, or the path of a descriptor. */
export type BookSource = { readonly link: BookLink } | { readonly descriptor: string };

export interface GetOptions extends Omit<OpenOptions, "book" | "folder" | "purpose" | "vouched"> {
  readonly source: BookSource;
  /** Where the images go; a folder with the book's name, below the current one, when absent. */
  readonly folder?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds out which book is meant, keeps its descriptor in the folder, and begins to fetch.
 * @throws DescriptorRefused, TrackerRefused, TrackerFault, DiskFault
 */
export async function getBook(options: GetOptions): Promise<OpenedBook> {
  const { source, folder, signal, ...rest } = options;
  const found =
    "link" in source ? await fromLink(source.link, options) : await fromDescriptor(source.descriptor, options);
  return openBook({ ...rest, ...found, purpose: "fetch" });
}

interface Found {
  readonly book: Book;
  readonly folder: string;
  readonly tracker: TrackerAddress | undefined;
}

async function fromLink(
  { bookId, tracker: base }: BookLink,
  { folder, tracker: given, signal, onEvent }: GetOptions,
): Promise<Found> {
  // The link says where; a credential travels only if it was given for that very tracker.
  const tracker = { tracker: base, credential: given?.credential };
  const client = new TrackerApiClient(tracker);
  const { name, images, pages, bytes, readers, complete } = await client.book(bookId, signal);
  const book = { id: bookId, name, imageCount: images, pageCount: pages, bytes };
  onEvent({ type: "book", book, tracker: base, health: { readers, complete } });
  const target = folder ?? defaultFolder(name);
  const kept = descriptorPlace(target, name);
  const whole = existsSync(kept) ? await loadDescriptor(kept, bookId).catch(() => undefined) : undefined;
  return {
    book: whole ?? (await inFolder(target, () => keepDescriptor(kept, client.descriptor(bookId, signal), bookId))),
    folder: target,
    tracker,
  };
}

async function fromDescriptor(path: string, { folder, tracker, onEvent }: GetOptions): Promise<Found> {
  const book = await loadDescriptor(path);
  const [first] = book.trackers;
  const where = tracker ?? (first === undefined ? undefined : { tracker: first });
  onEvent({ type: "book", book, tracker: where?.tracker });
  const target = folder ?? defaultFolder(book.name);
  const kept = descriptorPlace(target, book.name);
  if (!existsSync(kept)) await inFolder(target, () => saveDescriptor(kept, createReadStream(path)));
  return { book, folder: target, tracker: where };
}

/** Does something in a folder that is made for it; when that fails, what was made is taken away again. */
async function inFolder<Result>(folder: string, action: () => Promise<Result>): Promise<Result> {
  const made = makeFolder(folder);
  try {
    return await action();
  } catch (error) {
    if (made !== undefined) await rmdir(folder).catch(() => undefined);
    throw error;
  }
}
