// Reads a file and says which pages of an image it holds. The one place where storage hashes what lies on the disk.

import { closeSync, fstatSync, readSync } from "node:fs";
import { setImmediate as breathe } from "node:timers/promises";
import { type Book, type Image, pageLength } from "../../shared/book.ts";
import type { PageIndex } from "../../shared/ids.ts";
import { PAGE_BYTES } from "../../shared/limits.ts";
import { onDisk } from "./disk-fault.ts";
import { type Hasher, sameBytes } from "./hasher.ts";
import { type Stamp, sameStamp, stampOf } from "./stamp.ts";

/** Bytes hashed before others get their turn. Chosen; some five milliseconds. */
const BREATH_BYTES = 16 * PAGE_BYTES;

/** What a file turned out to hold. */
export interface FileCheck {
  /** Pages whose bytes are in their place and have their SHA-1. */
  readonly good: readonly PageIndex[];
  /** True when every page is good, the length right, and the SHA-256 of the whole, too. */
  readonly sound: boolean;
  /** How the file looked, before and after; undefined when somebody changed it meanwhile. */
  readonly stamp: Stamp | undefined;
}

/** Checks files one after the other, with one buffer for all, and lets others run between. */
export class FileChecker {
  readonly #book: Book;
  readonly #hasher: Hasher;
  readonly #page = Buffer.allocUnsafeSlow(PAGE_BYTES);
  #sinceBreath = 0;

  constructor(book: Book, hasher: Hasher) {
    this.#book = book;
    this.#hasher = hasher;
  }

  /**
   * Checks every page of an image in the open file, and closes it.
   * @param onBytes - told after each page how many bytes it had
   * @throws DiskFault when it cannot be read
   */
  async check(
    image: Image,
    path: string,
    descriptor: number,
    onBytes: (bytes: number) => void = () => undefined,
  ): Promise<FileCheck> {
    try {
      return await this.#checkOpen(image, path, descriptor, onBytes);
    } finally {
      closeSync(descriptor);
    }
  }

  /**
   * SHA-256 of an image from a page on, added to what `running` was fed before.
   * @returns false when the file ends early
   */
  async feed(
    image: Image,
    from: number,
    descriptor: number,
    running: { update(bytes: Uint8Array): void },
  ): Promise<boolean> {
    for (let ordinal = from; ordinal < image.pageCount; ordinal++) {
      const bytes = this.#read(image, ordinal, descriptor);
      if (bytes === undefined) return false;
      running.update(bytes);
      await this.#breatheAfter(bytes.length);
    }
    return true;
  }

  async #checkOpen(
    image: Image,
    path: string,
    descriptor: number,
    onBytes: (bytes: number) => void,
  ): Promise<FileCheck> {
    const before = onDisk("look at", path, () => fstatSync(descriptor, { bigint: true }));
    if (!before.isFile()) return { good: [], sound: false, stamp: undefined };
    const running = image.pageCount === 1 ? undefined : this.#hasher.runningSha256();
    const good: PageIndex[] = [];
    let digest: Uint8Array | undefined;
    for (let ordinal = 0; ordinal < image.pageCount; ordinal++) {
      const bytes = onDisk("read", path, () => this.#read(image, ordinal, descriptor));
      onBytes(pageLength(image.bytes, ordinal));
      if (bytes === undefined) continue;
      const page = this.#book.page(image.firstPage + ordinal);
      if (sameBytes(this.#hasher.sha1(bytes), this.#book.pageDigest(page))) good.push(page);
      if (running === undefined) digest = this.#hasher.sha256(bytes);
      else running.update(bytes);
      await this.#breatheAfter(bytes.length);
    }
    const after = onDisk("look at", path, () => fstatSync(descriptor, { bigint: true }));
    if (!sameStamp(stampOf(before), stampOf(after))) return { good: [], sound: false, stamp: undefined };
    digest ??= running?.digest();
    const whole = good.length === image.pageCount && Number(before.size) === image.bytes;
    const sound = whole && digest !== undefined && sameBytes(digest, this.#book.imageDigest(image.index));
    return { good, sound, stamp: stampOf(before) };
  }

  /** The bytes of one page, valid until the next one is read; undefined when the file ends before. */
  #read(image: Image, ordinal: number, descriptor: number): Buffer | undefined {
    const length = pageLength(image.bytes, ordinal);
    const read = readSync(descriptor, this.#page, 0, length, ordinal * PAGE_BYTES);
    return read === length ? this.#page.subarray(0, length) : undefined;
  }

  async #breatheAfter(bytes: number): Promise<void> {
    this.#sinceBreath += bytes;
    if (this.#sinceBreath < BREATH_BYTES) return;
    this.#sinceBreath = 0;
    await breathe();
  }
}
