// Which page next: the rarest that the reader holds, ties by chance; or one after the other, when nobody else lacks any.
// Bookkeeping only; it neither asks nor listens.
//
// Candidates (pages wanted and asked of nobody) stand in one array, ordered by rarity in buckets, and a page moves to
// the next bucket by one swap. So a choice and an update cost the same for a hundred pages and for a million. Readers
// that hold everything add one to every page alike, and are only counted.

import type { PageIndex } from "../../shared/ids.ts";
import { PageSet } from "../../shared/page-set.ts";

/** How far the order is searched before the reader's own pages are searched instead. */
const SCAN_MAX = 256;

export class PagePicker {
  readonly #random: () => number;
  /** Readers without a complete copy that hold each page. */
  readonly #rarity: Uint16Array;
  /** Candidates, rarest first; the first `count` entries are in use. */
  readonly #order: Uint32Array;
  /** Where each candidate stands in `#order`. Not filled: a reader that lacks nothing never touches it. */
  readonly #position: Uint32Array;
  /** `#ends[r]` candidates have rarity r or less. */
  readonly #ends: number[] = [0];
  readonly #candidates: PageSet;
  #completeOwners = 0;
  /** Where the last page was picked in order. */
  #reached = 0 as PageIndex;
  /** Pages that no reader without a complete copy holds. */
  #unowned: number;

  /** @param random - uniform in [0, 1) */
  constructor(pages: number, random: () => number) {
    this.#random = random;
    this.#unowned = pages;
    this.#rarity = new Uint16Array(pages);
    this.#order = new Uint32Array(pages);
    this.#position = new Uint32Array(pages);
    this.#candidates = new PageSet(pages);
  }

  /** Pages wanted and asked of nobody. */
  get count(): number {
    return this.#candidates.count;
  }

  /** Readers known to hold every page. */
  get completeOwners(): number {
    return this.#completeOwners;
  }

  /** Pages that nobody holds but those who hold every page. */
  get unowned(): number {
    return this.#unowned;
  }

  /** True when the page is wanted and asked of nobody. */
  has(page: PageIndex): boolean {
    return this.#candidates.has(page);
  }

  /** Known readers that hold the page. */
  owners(page: PageIndex): number {
    return (this.#rarity[page] ?? 0) + this.#completeOwners;
  }

  /** A page to ask for that no known reader holds; undefined when there is none. */
  scarcest(): PageIndex | undefined {
    return this.#completeOwners === 0 && this.#end(0) > 0 ? (this.#order[0] as PageIndex) : undefined;
  }

  /** The page is wanted, and asked of nobody. */
  add(page: PageIndex): void {
    if (!this.#candidates.add(page)) return;
    const rarity = this.#rarity[page] ?? 0;
    this.#place(this.#candidates.count - 1, page);
    this.#ensureBuckets(rarity);
    // Enters at the end of the last bucket and moves down to its own, one swap a bucket.
    const last = this.#ends.length - 1;
    this.#ends[last] = this.#candidates.count;
    for (let bucket = last; bucket > rarity; bucket--) {
      const first = this.#end(bucket - 1);
      this.#swap(this.#positionOf(page), first);
      this.#ends[bucket - 1] = first + 1;
    }
    this.#shuffleInto(page, rarity);
  }

  /** The page is asked of somebody, or not wanted. */
  remove(page: PageIndex): void {
    if (!this.#candidates.has(page)) return;
    for (let bucket = this.#rarity[page] ?? 0; bucket < this.#ends.length; bucket++) {
      const end = this.#end(bucket) - 1;
      this.#swap(this.#positionOf(page), end);
      this.#ends[bucket] = end;
    }
    this.#candidates.delete(page);
  }

  /** A known reader came to hold the page. */
  gained(page: PageIndex): void {
    const rarity = this.#rarity[page] ?? 0;
    this.#ensureBuckets(rarity + 1);
    if (this.#candidates.has(page)) {
      const end = this.#end(rarity) - 1;
      this.#swap(this.#positionOf(page), end);
      this.#ends[rarity] = end;
    }
    this.#rarity[page] = rarity + 1;
    if (rarity === 0) this.#unowned--;
    this.#shuffleInto(page, rarity + 1);
  }

  /** A known reader holds the page no longer, or is gone. */
  lost(page: PageIndex): void {
    const rarity = this.#rarity[page] ?? 0;
    if (rarity === 0) return;
    if (this.#candidates.has(page)) {
      const first = this.#end(rarity - 1);
      this.#swap(this.#positionOf(page), first);
      this.#ends[rarity - 1] = first + 1;
    }
    this.#rarity[page] = rarity - 1;
    if (rarity === 1) this.#unowned++;
    this.#shuffleInto(page, rarity - 1);
  }

  /** A reader that holds these pages became known; its pages are counted one by one. */
  ownerJoined(held: PageSet): void {
    for (const page of held) this.gained(page);
  }

  /** A reader whose pages were counted one by one is gone. */
  ownerLeft(held: PageSet): void {
    for (const page of held) this.lost(page);
  }

  completeOwnerJoined(): void {
    this.#completeOwners++;
  }

  completeOwnerLeft(): void {
    this.#completeOwners--;
  }

  /**
   * A candidate among `held`, the rarest, ties by chance; undefined when there is none.
   * @param allowed - asked for each page that would be chosen; false passes it over
   */
  pickRarest(held: PageSet, allowed: (page: PageIndex) => boolean): PageIndex | undefined {
    // A page that only complete readers hold is in the first bucket, and no use to look for elsewhere.
    const start = held.isFull ? 0 : this.#end(0);
    const end = Math.min(this.count, start + SCAN_MAX);
    for (let at = start; at < end; at++) {
      const page = (this.#order[at] ?? 0) as PageIndex;
      if (held.has(page) && allowed(page)) return page;
    }
    if (end >= this.count) return undefined;
    const from = Math.floor(this.#random() * held.size) as PageIndex;
    return this.#rarestOf(held.common(this.#candidates, from), allowed);
  }

  /** The first candidate among `held` from where the last one was picked, then from the start; undefined when there is none. */
  pickInOrder(held: PageSet, allowed: (page: PageIndex) => boolean): PageIndex | undefined {
    for (const page of held.common(this.#candidates, this.#reached)) {
      if (!allowed(page)) continue;
      this.#reached = page;
      return page;
    }
    return undefined;
  }

  /** A candidate among `held`, by chance; undefined when none was found quickly. */
  pickRandom(held: PageSet, allowed: (page: PageIndex) => boolean): PageIndex | undefined {
    for (let tries = 0; tries < SCAN_MAX && this.count > 0; tries++) {
      const page = (this.#order[Math.floor(this.#random() * this.count)] ?? 0) as PageIndex;
      if (held.has(page) && allowed(page)) return page;
    }
    return undefined;
  }

  /** The rarest of the first SCAN_MAX of these pages: where there are more, one that is rare enough is among them. */
  #rarestOf(pages: Iterable<PageIndex>, allowed: (page: PageIndex) => boolean): PageIndex | undefined {
    let best: PageIndex | undefined;
    let bestRarity = Number.POSITIVE_INFINITY;
    let ties = 0;
    let scanned = 0;
    for (const page of pages) {
      if (++scanned > SCAN_MAX) break;
      const rarity = this.#rarity[page] ?? 0;
      if (rarity > bestRarity || !allowed(page)) continue;
      ties = rarity < bestRarity ? 1 : ties + 1;
      bestRarity = rarity;
      if (this.#random() * ties < 1) best = page;
    }
    return best;
  }

  /** Chance inside a bucket: the page changes places with any of its equals. */
  #shuffleInto(page: PageIndex, rarity: number): void {
    if (!this.#candidates.has(page)) return;
    const start = rarity === 0 ? 0 : this.#end(rarity - 1);
    const size = this.#end(rarity) - start;
    this.#swap(this.#positionOf(page), start + Math.floor(this.#random() * size));
  }

  #ensureBuckets(rarity: number): void {
    while (this.#ends.length <= rarity) this.#ends.push(this.#end(this.#ends.length - 1));
  }

  #end(bucket: number): number {
    return this.#ends[bucket] ?? 0;
  }

  #positionOf(page: number): number {
    return this.#position[page] ?? 0;
  }

  #place(at: number, page: number): void {
    this.#order[at] = page;
    this.#position[page] = at;
  }

  #swap(a: number, b: number): void {
    if (a === b) return;
    const first = this.#order[a] ?? 0;
    const second = this.#order[b] ?? 0;
    this.#place(a, second);
    this.#place(b, first);
  }
}
