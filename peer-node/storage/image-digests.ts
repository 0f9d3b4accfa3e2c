// SHA-256 of images whose pages come one by one: one that comes in order is digested on the way, and of any other the
// rest is read back from its part. Knows files and sizes, and no book.

import { readSync } from "node:fs";
import { setImmediate as breathe } from "node:timers/promises";
import type { ImageIndex } from "../../shared/ids.ts";
import { PAGE_BYTES } from "../../shared/limits.ts";
import { closeFile } from "./close-file.ts";
import type { Hasher, RunningSha256 } from "./hasher.ts";
import { openToRead } from "./image-files.ts";

/** Images whose digest is kept running at once. Chosen; each holds a few hundred bytes. */
const RUNNING_MAX = 64;

/** Bytes hashed before others get their turn. Chosen; some five milliseconds. */
const BREATH_BYTES = 16 * PAGE_BYTES;

/** A page on its way to the disk. */
export interface PassingPage {
  readonly image: ImageIndex;
  /** Its place among the image's pages. */
  readonly ordinal: number;
  readonly bytes: Uint8Array;
}

/** An image all of whose pages are in its part. */
export interface WrittenImage {
  readonly image: ImageIndex;
  readonly bytes: number;
  readonly part: string;
}

export class ImageDigests {
  readonly #hasher: Hasher;
  /** Digests of images whose pages come in order, and the next page that each waits for. */
  readonly #running = new Map<ImageIndex, { readonly digest: RunningSha256; next: number }>();
  #page: Buffer | undefined;

  constructor(hasher: Hasher) {
    this.#hasher = hasher;
  }

  /** Takes note of a page that is right; one that comes again, or out of order, is read back later. */
  passes({ image, ordinal, bytes }: PassingPage): void {
    let running = this.#running.get(image);
    if (running === undefined && ordinal === 0 && this.#running.size < RUNNING_MAX) {
      running = { digest: this.#hasher.runningSha256(), next: 0 };
      this.#running.set(image, running);
    }
    if (running?.next !== ordinal) return;
    running.digest.update(bytes);
    running.next++;
  }

  /** Somebody else digests the image. */
  forget(image: ImageIndex): void {
    this.#running.delete(image);
  }

  /**
   * The digest of an image, read back from where its pages did not come in order.
   * @returns undefined when the part is too short
   * @throws the operating system's own error when it cannot be read
   */
  async finish({ image, bytes, part }: WrittenImage): Promise<Uint8Array | undefined> {
    const { digest, next } = this.#running.get(image) ?? { digest: this.#hasher.runningSha256(), next: 0 };
    this.#running.delete(image);
    const from = next * PAGE_BYTES;
    if (from >= bytes && from > 0) return digest.digest();
    const descriptor = openToRead(part);
    try {
      return (await this.#feed(descriptor, from, bytes, digest)) ? digest.digest() : undefined;
    } finally {
      closeFile(descriptor);
    }
  }

  /** @returns false when the file ends early */
  async #feed(descriptor: number, from: number, bytes: number, running: RunningSha256): Promise<boolean> {
    this.#page ??= Buffer.allocUnsafeSlow(PAGE_BYTES);
    for (let offset = from, sinceBreath = 0; offset < bytes; offset += PAGE_BYTES) {
      const page = this.#page.subarray(0, Math.min(PAGE_BYTES, bytes - offset));
      if (readSync(descriptor, page, 0, page.length, offset) !== page.length) return false;
      running.update(page);
      sinceBreath += page.length;
      if (sinceBreath < BREATH_BYTES) continue;
      sinceBreath = 0;
      await breathe();
    }
    return true;
  }
}
