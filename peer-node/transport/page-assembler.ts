// The one page that a link is sending, gathered piece by piece in a pooled buffer until it can be verified and kept.
// The session has checked that pieces are asked for and come in order; here that is an assertion, not a hope.

import { assert } from "../../shared/assert.ts";
import type { PageIndex } from "../../shared/ids.ts";
import type { PageStore, PutResult } from "../storage/page-store.ts";
import type { BufferPool } from "./buffer-pool.ts";

/** A page whose pieces are arriving. */
interface Arrival {
  readonly page: PageIndex;
  readonly buffer: Uint8Array;
  readonly bytes: number;
  /** Bytes that have come. */
  held: number;
}

export class PageAssembler {
  readonly #store: PageStore;
  readonly #pool: BufferPool;
  #arrival: Arrival | undefined;

  constructor(store: PageStore, pool: BufferPool) {
    this.#store = store;
    this.#pool = pool;
  }

  /** Copies a piece; at offset 0 a new page begins, and what there was of another is forgotten. */
  keep(page: PageIndex, offset: number, bytes: Uint8Array): void {
    if (offset === 0) this.#begin(page);
    const arrival = this.#arrival;
    assert(arrival?.page === page && arrival.held === offset, `Page ${page} does not go on at ${offset}`);
    assert(offset + bytes.length <= arrival.bytes, `Page ${page} has only ${arrival.bytes} bytes`);
    copy(bytes, arrival.buffer, offset);
    arrival.held += bytes.length;
  }

  /**
   * Hands the whole page to the store, or to `into`; the next page may begin meanwhile.
   * @throws DiskFault as `PageStore.put` does
   */
  async put(page: PageIndex, into: Pick<PageStore, "put"> = this.#store): Promise<PutResult> {
    const arrival = this.#arrival;
    assert(arrival?.page === page && arrival.held === arrival.bytes, `Page ${page} is not whole`);
    this.#arrival = undefined;
    try {
      return await into.put(page, arrival.buffer.subarray(0, arrival.bytes));
    } finally {
      this.#pool.give(arrival.buffer);
    }
  }

  /** Forgets the pieces of a page that will not be finished; to be called when the link closes, too. */
  drop(): void {
    if (this.#arrival !== undefined) this.#pool.give(this.#arrival.buffer);
    this.#arrival = undefined;
  }

  #begin(page: PageIndex): void {
    this.drop();
    const bytes = this.#store.book.pageBytes(page);
    this.#arrival = { page, buffer: this.#pool.take(bytes), bytes, held: 0 };
  }
}

/**
 * Copies bytes into a buffer that may be shared memory. There `set` takes four times as long as Node's `copy`,
 * which itself calls `set` for the whole of a view, and not for a part of one.
 */
function copy({ buffer, byteOffset, length }: Uint8Array, target: Uint8Array, offset: number): void {
  Buffer.from(buffer).copy(target, offset, byteOffset, byteOffset + length);
}
