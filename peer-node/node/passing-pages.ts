// Pages that are fetched for others and passed on, in memory beside the store: the folder gets only what its user chose.
// How many there are is the engine's business, which says when one is needed no more.

import type { PageIndex } from "../../shared/ids.ts";
import { nodeHasher, sameBytes } from "../storage/hasher.ts";
import { DiskFault, type PageStore, type PutResult } from "../storage/page-store.ts";

export class PassingPages {
  readonly #store: PageStore;
  readonly #pages = new Map<PageIndex, Uint8Array>();

  constructor(store: PageStore) {
    this.#store = store;
  }

  /** Verifies a page and keeps it. */
  async put(page: PageIndex, bytes: Uint8Array): Promise<PutResult> {
    const { book } = this.#store;
    if (bytes.length !== book.pageBytes(page) || !sameBytes(nodeHasher.sha1(bytes), book.pageDigest(page)))
      return { outcome: "corrupt" };
    this.#pages.set(page, bytes.slice());
    return { outcome: "stored" };
  }

  /**
   * Reads bytes of a page, from the store where it holds the page.
   * @throws PagesLost or DiskFault as `PageStore.read` does; DiskFault for a page that was forgotten meanwhile
   */
  async read(page: PageIndex, offset: number, targets: readonly Uint8Array[]): Promise<void> {
    if (this.#store.held.has(page)) return this.#store.read(page, offset, targets);
    const bytes = this.#pages.get(page);
    if (bytes === undefined) throw new DiskFault("gone", "memory", `Page ${page} is neither held nor in memory`);
    let at = offset;
    for (const target of targets) {
      target.set(bytes.subarray(at, at + target.length));
      at += target.length;
    }
  }

  /** Lets go of a page. */
  forget(page: PageIndex): void {
    this.#pages.delete(page);
  }
}
