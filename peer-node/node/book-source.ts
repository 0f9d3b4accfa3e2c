// What says which book is meant: a link, or the path of a descriptor. And the first thing that is done about a link: its
// tracker is asked. It needs little to be loaded, so that the question can leave before the rest is.

import { existsSync } from "node:fs";
import { type BookLink, parseBookLink } from "../../shared/book-link.ts";
import { BookLookUp } from "../tracker/book-look-up.ts";
import type { TrackerAddress } from "../tracker/tracker-request.ts";

export type BookSource = { readonly link: BookLink } | { readonly descriptor: string };

/** The book that a person's word names; undefined when it is neither a link nor the path of a descriptor. */
export function sourceNamed(text: string): BookSource | undefined {
  const link = parseBookLink(text);
  if (link !== undefined) return { link };
  return isDescriptor(text) ? { descriptor: text } : undefined;
}

/** True for a name that a descriptor has. */
export function isDescriptor(place: string): boolean {
  return place.endsWith(".desc");
}

/** The tracker of a link. A credential travels only if it was given for that very tracker. */
export function trackerOfLink({ tracker }: BookLink, given: TrackerAddress | undefined): TrackerAddress {
  return { tracker, credential: given?.credential };
}

/**
 * Asks the tracker of a link about its book.
 * @param folder - where the images go, if that is known
 * @param given - the tracker that the user named, with the token for it
 */
export function lookUp(link: BookLink, folder: string | undefined, given: TrackerAddress | undefined): BookLookUp {
  const mayBeKept = folder !== undefined && existsSync(folder);
  return new BookLookUp(trackerOfLink(link, given), link.bookId, mayBeKept);
}
