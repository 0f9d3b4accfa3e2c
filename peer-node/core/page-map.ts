// What is known of each page, one byte for each: the map that people look at. Read when somebody looks, never kept.

import type { PageIndex } from "../../shared/ids.ts";
import type { PageSet } from "../../shared/page-set.ts";
import type { PageLedger } from "./page-ledger.ts";
import type { PagePicker } from "./page-picker.ts";

/** How a page stands; the number is its byte in a page map. */
export const PAGE_STANDINGS = {
  /** Not chosen, or in an image that was given up. */
  unwanted: 0,
  /** Still to come; several known readers hold it. */
  missing: 1,
  /** Still to come; one known reader holds it, or none. */
  rare: 2,
  /** Asked for, arriving, or being written. */
  arriving: 3,
  /** Verified and stored. */
  held: 4,
} as const;

export type PageStanding = keyof typeof PAGE_STANDINGS;

/** Known readers of a page up to which it counts as rare. */
const RARE_OWNERS_MAX = 1;

/** The standing of every page of a book of `pages` pages, in page order. */
export function pageMap(pages: number, ledger: PageLedger, picker: PagePicker): Uint8Array {
  const map = new Uint8Array(pages);
  for (let page = 0; page < pages; page++) map[page] = PAGE_STANDINGS[standingOf(page as PageIndex, ledger, picker)];
  return map;
}

/** Held pages that no known reader has; they would leave the swarm with us, as far as we know. */
export function pagesOnlyHere(held: PageSet, picker: PagePicker): number {
  if (picker.completeOwners > 0) return 0;
  // Counts answer for whoever holds everything, or is alone: that may be for days, and is asked several times a second.
  if (held.isFull) return picker.unowned;
  if (picker.unowned === held.size) return held.count;
  let count = 0;
  for (const page of held) if (picker.owners(page) === 0) count++;
  return count;
}

function standingOf(page: PageIndex, ledger: PageLedger, picker: PagePicker): PageStanding {
  const place = ledger.of(page);
  switch (place) {
    case "held":
    case "unwanted":
      return place;
    case "asked":
    case "putting":
      return "arriving";
    case "wanted":
      return picker.owners(page) <= RARE_OWNERS_MAX ? "rare" : "missing";
  }
}
