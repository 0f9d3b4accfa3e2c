// A picker that hands out pages that somebody waits for, in the order in which they are wanted, before it looks for
// rare ones.

import type { PageIndex } from "../../shared/ids.ts";
import type { PageSet } from "../../shared/page-set.ts";
import { PagePicker } from "./page-picker.ts";

export class EagerPicker extends PagePicker {
  #first: readonly PageIndex[] = [];
  /** Of the pages before this one none is left to be asked for. */
  #at = 0;

  /** These pages first; they replace the ones named before. */
  prioritise(pages: readonly PageIndex[]): void {
    this.#first = pages;
    this.#at = 0;
  }

  override pickRarest(held: PageSet, allowed: (page: PageIndex) => boolean): PageIndex | undefined {
    return this.#pickFirst(held, allowed) ?? super.pickRarest(held, allowed);
  }

  override pickRandom(held: PageSet, allowed: (page: PageIndex) => boolean): PageIndex | undefined {
    return this.#pickFirst(held, allowed) ?? super.pickRandom(held, allowed);
  }

  override pickInOrder(held: PageSet, allowed: (page: PageIndex) => boolean): PageIndex | undefined {
    return this.#pickFirst(held, allowed) ?? super.pickInOrder(held, allowed);
  }

  /** A page that has its place among the first finds it again. */
  override add(page: PageIndex): void {
    super.add(page);
    if (this.#at > 0) this.#at = 0;
  }

  #pickFirst(held: PageSet, allowed: (page: PageIndex) => boolean): PageIndex | undefined {
    while (this.#at < this.#first.length && !this.has(this.#first[this.#at] as PageIndex)) this.#at++;
    for (let at = this.#at; at < this.#first.length; at++) {
      const page = this.#first[at] as PageIndex;
      if (this.has(page) && held.has(page) && allowed(page)) return page;
    }
    return undefined;
  }
}
