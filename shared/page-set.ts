// Which pages of a book a reader holds (the field says: bitfield). One bit a page, and a running count.
// Page 0 is the highest bit of the first byte, as in BitTorrent; spare bits at the end are zero.

import type { PageIndex } from "./ids.ts";

/** A set of pages of one book. */
export class PageSet implements Iterable<PageIndex> {
  /** Pages that the book has. */
  readonly size: number;
  /** The bytes four by four, the first lowest, to pass over empty stretches quickly. */
  readonly #words: Uint32Array;
  #count = 0;

  constructor(size: number) {
    this.size = size;
    this.#words = new Uint32Array(Math.ceil(size / 32));
  }

  /** The set of all pages of a book of `size` pages. */
  static full(size: number): PageSet {
    const set = new PageSet(size);
    const whole = size & ~31;
    set.#words.fill(0xffff_ffff, 0, whole >> 5);
    for (let page = whole; page < size; page++) set.add(page as PageIndex);
    set.#count = size;
    return set;
  }

  /** Bytes that a set of `size` pages takes on the wire and on disk. */
  static byteLength(size: number): number {
    return Math.ceil(size / 8);
  }

  /** Reads a set of `size` pages; undefined when the length is wrong or a spare bit is set. */
  static fromBytes(bytes: Uint8Array, size: number): PageSet | undefined {
    if (bytes.length !== PageSet.byteLength(size)) return undefined;
    const spare = bytes.length * 8 - size;
    if (spare > 0 && ((bytes.at(-1) ?? 0) & ((1 << spare) - 1)) !== 0) return undefined;
    const set = new PageSet(size);
    for (const [at, byte] of bytes.entries())
      set.#words[at >> 2] = (set.#words[at >> 2] ?? 0) | (byte << ((at & 3) * 8));
    for (const word of set.#words) set.#count += bitsIn(word);
    return set;
  }

  /** Pages in the set. */
  get count(): number {
    return this.#count;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  get isFull(): boolean {
    return this.#count === this.size;
  }

  has(page: PageIndex): boolean {
    return ((this.#words[page >> 5] ?? 0) & bitOf(page)) !== 0;
  }

  /** Adds the page; false when it was there. */
  add(page: PageIndex): boolean {
    if (page >= this.size || this.has(page)) return false;
    this.#words[page >> 5] = (this.#words[page >> 5] ?? 0) | bitOf(page);
    this.#count++;
    return true;
  }

  /** Takes the page out; false when it was not there. */
  delete(page: PageIndex): boolean {
    if (!this.has(page)) return false;
    this.#words[page >> 5] = (this.#words[page >> 5] ?? 0) & ~bitOf(page);
    this.#count--;
    return true;
  }

  /** A copy that shares no memory. */
  clone(): PageSet {
    const set = new PageSet(this.size);
    set.#words.set(this.#words);
    set.#count = this.#count;
    return set;
  }

  /** A copy of the set as it stands on the wire and on disk. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(PageSet.byteLength(this.size));
    for (let at = 0; at < bytes.length; at++) bytes[at] = (this.#words[at >> 2] ?? 0) >>> ((at & 3) * 8);
    return bytes;
  }

  /** The pages in ascending order. */
  [Symbol.iterator](): Generator<PageIndex> {
    return this.common(this);
  }

  /**
   * The pages that are in this set and in `other`; both are of one book.
   * @param from - where to begin: the pages come in ascending order from about there on, then those before it
   */
  *common(other: PageSet, from = 0 as PageIndex): Generator<PageIndex> {
    const words = this.#words;
    const first = from >> 5;
    for (let step = 0; step < words.length; step++) {
      const word = first + step < words.length ? first + step : first + step - words.length;
      const bits = (words[word] ?? 0) & (other.#words[word] ?? 0);
      if (bits === 0) continue;
      for (let page = word * 32; page < word * 32 + 32; page++) if ((bits & bitOf(page)) !== 0) yield page as PageIndex;
    }
  }
}

/** The page's bit in its word: the highest of its byte for the first of eight pages. */
function bitOf(page: number): number {
  return 1 << ((page & 31) ^ 7);
}

function bitsIn(word: number): number {
  let bits = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) bits++;
  return bits;
}
