// Where each page is. Invariant, checked at every move: a page is in exactly one place.
//
//   unwanted   not chosen, or in an image that was given up
//   wanted     to be fetched, asked of nobody
//   asked      asked of one reader, or of several until one begins it
//   putting    its bytes are here, being verified and written
//   held       verified and stored

import type { PageIndex } from "../../shared/ids.ts";

const PLACES = ["unwanted", "wanted", "asked", "putting", "held"] as const;

export type Place = (typeof PLACES)[number];

/** What is not in this table is a bug of ours. */
const MOVES: { readonly [From in Place]: readonly Place[] } = {
  unwanted: ["wanted", "held"],
  wanted: ["unwanted", "asked", "held"],
  asked: ["unwanted", "wanted", "putting", "held"],
  putting: ["unwanted", "wanted", "held"],
  held: ["wanted", "unwanted"],
};

export class PageLedger {
  readonly #places: Uint8Array;
  readonly #counts: Record<Place, number>;

  constructor(pages: number) {
    this.#places = new Uint8Array(pages);
    this.#counts = { unwanted: pages, wanted: 0, asked: 0, putting: 0, held: 0 };
  }

  /** Pages in this place. */
  count(place: Place): number {
    return this.#counts[place];
  }

  /** Pages that are still to come: wanted, asked or being put. */
  get missing(): number {
    return this.#counts.wanted + this.#counts.asked + this.#counts.putting;
  }

  of(page: PageIndex): Place {
    return PLACES[this.#places[page] ?? 0] ?? "unwanted";
  }

  move(page: PageIndex, to: Place): void {
    const from = this.of(page);
    if (!MOVES[from].includes(to)) throw new Error(`Page ${page} cannot go from ${from} to ${to}`);
    this.#places[page] = PLACES.indexOf(to);
    this.#counts[from]--;
    this.#counts[to]++;
  }
}
