// The pages of a book in memory: the PageStore of tests and of the simulation. Keeps every promise that a folder keeps,
// except that nothing outlives it.

import type { Book } from "../../shared/book.ts";
import type { ImageIndex, PageIndex } from "../../shared/ids.ts";
import { PageSet } from "../../shared/page-set.ts";
import { type Hasher, nodeHasher, sameBytes } from "./hasher.ts";
import { bookClosed, type PageStore, PagesLost, type PutResult } from "./page-store.ts";

export class MemoryStore implements PageStore {
  readonly book: Book;
  readonly held: PageSet;
  readonly #hasher: Hasher;
  readonly #pages = new Map<PageIndex, Uint8Array>();
  readonly #refused = new Set<ImageIndex>();
  /** Pages that each image still lacks. */
  readonly #missing: Uint32Array;
  #isClosed = false;

  constructor(book: Book, hasher: Hasher = nodeHasher) {
    this.book = book;
    this.held = new PageSet(book.pageCount);
    this.#hasher = hasher;
    this.#missing = Uint32Array.from(book.images(), (image) => image.pageCount);
  }

  async put(page: PageIndex, bytes: Uint8Array): Promise<PutResult> {
    this.#mustBeOpen();
    const { image, bytes: length } = this.book.placeOf(page);
    if (this.held.has(page)) return { outcome: "stored" };
    if (bytes.length !== length || !sameBytes(this.#hasher.sha1(bytes), this.book.pageDigest(page)))
      return { outcome: "corrupt" };
    if (this.#refused.has(image)) return { outcome: "refused", image };
    this.#pages.set(page, bytes.slice());
    this.held.add(page);
    this.#missing[image] = (this.#missing[image] ?? 0) - 1;
    return this.#missing[image] === 0 ? this.#complete(image) : { outcome: "stored" };
  }

  async read(page: PageIndex, offset: number, targets: readonly Uint8Array[]): Promise<void> {
    this.#mustBeOpen();
    const bytes = this.#pages.get(page);
    if (bytes === undefined) throw new PagesLost([page], `Page ${page} is not held`);
    let at = offset;
    for (const target of targets) {
      target.set(bytes.subarray(at, at + target.length));
      at += target.length;
    }
  }

  /** What memory lost does not come back. */
  async regain(): Promise<readonly PageIndex[]> {
    return [];
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  /** Loses every held page of an image, as a file that vanished would. @returns the pages */
  lose(image: ImageIndex): PageIndex[] {
    const lost = this.book.pagesOf(image).filter((page) => this.held.delete(page));
    for (const page of lost) this.#pages.delete(page);
    this.#missing[image] = (this.#missing[image] ?? 0) + lost.length;
    return lost;
  }

  #mustBeOpen(): void {
    if (this.#isClosed) throw bookClosed("memory");
  }

  /** Checks the image's SHA-256, once all its pages are here. */
  #complete(number: ImageIndex): PutResult {
    const pages = this.book.pagesOf(number);
    const running = this.#hasher.runningSha256();
    for (const page of pages) running.update(this.#pages.get(page) ?? new Uint8Array());
    if (sameBytes(running.digest(), this.book.imageDigest(number))) {
      const { path, bytes } = this.book.image(number);
      return { outcome: "stored", image: { image: number, path, file: path, bytes } };
    }
    this.lose(number);
    this.#refused.add(number);
    return { outcome: "refused", image: number };
  }
}
