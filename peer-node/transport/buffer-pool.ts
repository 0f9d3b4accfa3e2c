// Page buffers that are used again and again: a fresh 256 KB for each page would cost a mapping, its page faults and
// the collector, a third of the processor time of a busy reader. Sizes come in classes, so that a page of a few
// kilobytes does not hold a quarter of a megabyte. Large ones are shared memory: another thread may look at a page
// without a copy of it, which for small ones costs more than looking.

import { PAGE_BYTES } from "../../shared/limits.ts";
import { POOL_BYTES_MAX } from "./limits.ts";
import { framesBytes } from "./piece-frames.ts";

/** Size from which buffers are shared memory. Chosen. */
const SHARED_BYTES_MIN = 65_536;

/** Sizes of buffers, in bytes, ascending; the last holds a full page with the heads of its pieces. */
const SIZES: readonly number[] = [4_096, 16_384, 65_536, framesBytes(PAGE_BYTES)];

export class BufferPool {
  readonly #free = new Map<number, Uint8Array[]>(SIZES.map((size) => [size, []]));
  #freeBytes = 0;
  #takenBytes = 0;

  /** Bytes of all buffers that are in use. */
  get takenBytes(): number {
    return this.#takenBytes;
  }

  /**
   * A buffer of at least `bytes` bytes, with whatever was in it.
   * @throws RangeError when `bytes` is more than a page and its heads
   */
  take(bytes: number): Uint8Array {
    const size = SIZES.find((each) => each >= bytes);
    if (size === undefined)
      throw new RangeError(`Cannot take a buffer of ${bytes} bytes: the largest has ${SIZES.at(-1)}`);
    this.#takenBytes += size;
    const free = this.#free.get(size)?.pop();
    if (free === undefined) return size < SHARED_BYTES_MIN ? new Uint8Array(size) : shared(size);
    this.#freeBytes -= size;
    return free;
  }

  /** Takes back a buffer of `take`; whoever gives it must not touch it again. */
  give(buffer: Uint8Array): void {
    this.#takenBytes -= buffer.length;
    if (this.#freeBytes + buffer.length > POOL_BYTES_MAX) return;
    this.#freeBytes += buffer.length;
    this.#free.get(buffer.length)?.push(buffer);
  }
}

function shared(size: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(size));
}
