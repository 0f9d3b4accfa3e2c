// From a folder or a descriptor to a book that is in a catalog and served.

import { dirname, join } from "node:path";
import type { Book } from "../../shared/book.ts";
import { type Description, describeFolder } from "../library/describe.ts";
import { loadDescriptor, saveDescriptor } from "../library/descriptor-file.ts";
import { DescriptorSlices } from "../library/descriptor-slices.ts";
import { KnownImages } from "../library/known-images.ts";
import { findRemovalSecret, keepRemovalSecret } from "../library/removal-secrets.ts";
import { makeFolder } from "../storage/make-folder.ts";
import { DiskFault } from "../storage/page-store.ts";
import { descriptorPlace } from "../storage/places.ts";
import type { Stamp } from "../storage/stamp.ts";
import { descriptorsElsewhere } from "../storage/state-folder.ts";
import { TrackerApiClient } from "../tracker/tracker-api-client.ts";
import { isPassing } from "../tracker/tracker-faults.ts";
import type { TrackerAddress } from "../tracker/tracker-request.ts";
import type { OnBookEvent } from "./book-events.ts";
import { type OpenedBook, type OpenOptions, openBook } from "./opened-book.ts";

export interface DescribeJob {
  readonly folder: string;
  /** The book's name; the folder's own when absent. */
  readonly name?: string | undefined;
  readonly trackers: readonly string[];
  /** Where the descriptor goes; into the folder when absent. */
  readonly descriptor?: string | undefined;
  /** "record" hashes only what does not look as it was written down when it was last hashed here; "nothing" everything. */
  readonly trust: "record" | "nothing";
  /** A folder that cannot be written to is an error, unless the descriptor may lie among the user's own state. */
  readonly readOnlyFolder?: "allowed";
  /** Ends it with its reason; nothing is written then. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent: OnBookEvent;
}

/** A book that is described, and where. */
export interface DescribedBook {
  readonly book: Book;
  readonly descriptor: string;
  readonly folder: string;
  /** How the images looked when they were hashed; absent when they were not. */
  readonly stamps?: readonly Stamp[];
}

/**
 * Describes a folder and writes the descriptor.
 * @throws DescriptorRefused, FileUnsteady, DiskFault, the signal's reason
 */
export async function describeBook(job: DescribeJob): Promise<DescribedBook> {
  const { folder, name, trackers, trust, signal, onEvent } = job;
  const description = await describeFolder({
    folder,
    trackers,
    ...(trust === "nothing" ? {} : { known: await KnownImages.in(folder, signal) }),
    ...(name === undefined ? {} : { name }),
    ...(signal === undefined ? {} : { signal }),
    onHashing: (bytes, of) => onEvent({ type: "hashing", bytes, of }),
  });
  for (const skipped of description.skipped) onEvent({ type: "skipped", skipped });
  const { book, stamps, knownCount } = description;
  const descriptor = await writeDescriptor(job, description);
  onEvent({ type: "described", book, descriptor, knownCount });
  return { book, descriptor, folder, stamps };
}

/** Writes the descriptor where it was told to; into the folder; or, if that cannot be written to, elsewhere. */
async function writeDescriptor(job: DescribeJob, { book, lines }: Description): Promise<string> {
  const inFolder = job.descriptor ?? descriptorPlace(job.folder, book.name);
  try {
    await saveDescriptor(inFolder, lines());
    return inFolder;
  } catch (error) {
    const cannotWrite = error instanceof DiskFault && (error.code === "denied" || error.code === "read-only");
    if (!cannotWrite || job.readOnlyFolder !== "allowed") throw error;
    const elsewhere = descriptorElsewhere(book);
    await saveDescriptor(elsewhere, lines());
    return elsewhere;
  }
}

/**
 * Where the descriptor of a folder goes that cannot be written to: among the user's own state.
 * @throws DiskFault when that cannot be written to either
 */
function descriptorElsewhere(book: Book): string {
  const folder = descriptorsElsewhere();
  makeFolder(folder);
  return join(folder, `${book.id}.desc`);
}

/** A book that was described before; its images lie beside the descriptor. @throws DescriptorRefused, DiskFault */
export async function describedBefore(descriptor: string): Promise<DescribedBook> {
  return { book: await loadDescriptor(descriptor), descriptor, folder: dirname(descriptor) };
}

export interface PublishOptions extends Pick<OpenOptions, "node" | "signal" | "onEvent"> {
  readonly described: DescribedBook;
  readonly tracker: TrackerAddress;
}

/**
 * Puts a described book into a tracker's catalog and serves it.
 * @throws TrackerRefused, TrackerFault, DiskFault, the signal's reason
 */
export async function publishBook(options: PublishOptions): Promise<OpenedBook> {
  const { described, tracker, signal, node, onEvent } = options;
  const { book, descriptor, folder, stamps } = described;
  const source = await DescriptorSlices.open(descriptor, book);
  const place = { tracker: tracker.tracker, bookId: book.id };
  try {
    await new TrackerApiClient(tracker).publish(source, {
      signal,
      keepRemovalSecret: async (secret) => keepRemovalSecret(place, secret),
    });
  } catch (error) {
    // Whoever has the secret of a book began to publish it there. The tracker is tried again while the book is served,
    // and refuses then, if it never had the whole of it.
    if (!isPassing(error) || (await findRemovalSecret(place)) === undefined) throw error;
  } finally {
    await source.close();
  }
  return openBook({
    book,
    folder,
    node,
    tracker,
    signal,
    onEvent,
    purpose: "serve",
    ...(stamps === undefined ? {} : { vouched: stamps }),
  });
}
