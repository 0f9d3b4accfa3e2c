// A look into the folder that somebody has in mind for a book, before any page of it is fetched.

import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { BookLink } from "../../shared/book-link.ts";
import { PageSet } from "../../shared/page-set.ts";
import type { BookSummary } from "../../shared/tracker-api/http.ts";
import { onDisk } from "../storage/disk-fault.ts";
import { freeBytes } from "../storage/disk-rules.ts";
import { FolderStore } from "../storage/folder-store.ts";
import { DiskFault } from "../storage/page-store.ts";
import { isFolder } from "../storage/places.ts";
import type { TrackerAddress } from "../tracker/tracker-request.ts";
import type { OnBookEvent } from "./book-events.ts";
import { findBook } from "./find-book.ts";
import { mustHaveRoom, mustHold } from "./room.ts";

/** The folder that somebody has in mind for a book of a catalog. */
export interface Prospect {
  readonly link: BookLink;
  readonly folder: string;
  /** The tracker that the user named, with the token for it. */
  readonly tracker?: TrackerAddress | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent: OnBookEvent;
}

/**
 * Sees at a glance whether a book may go into a folder. One that is not there, or is empty, must have room for all of it;
 * what another one lacks only a look into it tells.
 * @throws DiskFault "full" when there is no room, and others when the folder cannot be used
 */
export function glanceAt(folder: string, summary: Pick<BookSummary, "name" | "bytes">): void {
  const place = resolve(folder);
  if (isBare(place)) mustHold(folder, { ...summary, free: freeBytes(writableNear(place)) });
}

/**
 * Sees whether there is room for what is missing. What lies in the folder is hashed and counted as the beginning of the
 * book, which its record remembers for the download that follows; a folder that is not there, or is empty, is left so.
 * @throws DiskFault "full" when there is no room, and others when the folder cannot be used
 * @throws TrackerRefused when the book is not there any more, TrackerFault, DescriptorRefused, the signal's reason
 */
export async function lookInto(prospect: Prospect): Promise<void> {
  const { link, folder, signal, onEvent } = prospect;
  if (isBare(resolve(folder))) return;
  const { book, vouched = [] } = await findBook({ link }, prospect);
  const onChecking = (bytes: number, of: number) => onEvent({ type: "checking", bytes, of });
  const store = await FolderStore.open({ book, folder, purpose: "fetch", vouched, onChecking, signal });
  try {
    const wanted = PageSet.full(book.pageCount);
    for (const page of store.unwanted) wanted.delete(page);
    mustHaveRoom(store, wanted);
  } finally {
    await store.close();
  }
}

/** True when there is nothing yet. @throws DiskFault when there is something else than a folder */
function isBare(place: string): boolean {
  const near = nearestTo(place);
  return onDisk("look into", near, () => {
    if (!isFolder(near)) throw new DiskFault("in-the-way", near, `${near} is no folder; choose another one`);
    return near !== place || readdirSync(near).length === 0;
  });
}

/** The folder itself, or the nearest one above it that is there. @throws DiskFault when it may not be written to */
function writableNear(place: string): string {
  const near = nearestTo(place);
  onDisk("write into", near, () => accessSync(near, constants.W_OK));
  return near;
}

/** The path itself, or the nearest one above it where there is something. @throws DiskFault when its drive is not there */
function nearestTo(place: string): string {
  let at = place;
  while (!existsSync(at)) {
    const above = dirname(at);
    if (above === at)
      throw new DiskFault("gone", place, `There is no ${at} here; bring it back, or choose another folder`);
    at = above;
  }
  return at;
}
