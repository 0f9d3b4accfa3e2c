// What this reader wants: which pages are chosen, and whether any may be asked for now. People change their minds here
// while the engine runs; how what is wanted is got is Fetching's.

import type { PageIndex } from "../../shared/ids.ts";
import type { PageSet } from "../../shared/page-set.ts";
import type { Fetching } from "./fetching.ts";

export class Wishes {
  /** Pages to fetch, held ones included. */
  readonly #chosen: PageSet;
  readonly #held: PageSet;
  readonly #fetching: Fetching;
  #diskReady = true;
  #paused = false;

  /** @param held - verified pages; others change it, and it is looked at */
  constructor(chosen: PageSet, held: PageSet, fetching: Fetching) {
    this.#chosen = chosen.clone();
    this.#held = held;
    this.#fetching = fetching;
    for (const page of chosen) if (!held.has(page)) fetching.want(page);
  }

  /** True while nothing is asked because somebody said so. */
  get paused(): boolean {
    return this.#paused;
  }

  /** True for a page that is to be had, whether it is or not. */
  includes(page: PageIndex): boolean {
    return this.#chosen.has(page);
  }

  /** These pages instead of those chosen before; what is held stays. */
  choose(pages: PageSet): void {
    for (const page of this.#chosen) {
      if (pages.has(page)) continue;
      this.#chosen.delete(page);
      if (!this.#held.has(page)) this.#fetching.unwant(page);
    }
    for (const page of pages) if (this.#chosen.add(page) && !this.#held.has(page)) this.#fetching.want(page);
  }

  /** These pages cannot be had. */
  giveUp(pages: readonly PageIndex[]): void {
    for (const page of pages) {
      this.#chosen.delete(page);
      this.#fetching.unwant(page);
    }
  }

  pause(paused: boolean): void {
    this.#paused = paused;
    this.#mayFetch();
  }

  diskReady(ready: boolean): void {
    this.#diskReady = ready;
    this.#mayFetch();
  }

  #mayFetch(): void {
    this.#fetching.diskReady = this.#diskReady && !this.#paused;
  }
}
