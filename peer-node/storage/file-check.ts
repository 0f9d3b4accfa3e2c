// Says which pages of an image a file holds: what was digested, against what the book says.

import { readSync } from "node:fs";
import { setImmediate as breathe } from "node:timers/promises";
import { type Book, type Image, pageLength } from "../../shared/book.ts";
import type { PageIndex } from "../../shared/ids.ts";
import { PAGE_BYTES, SHA1_BYTES } from "../../shared/limits.ts";
import { DigestCrew } from "./digest-crew.ts";
import { type Hasher, sameBytes } from "./hasher.ts";
import type { Stamp } from "./stamp.ts";

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

/** What is found where there is no file, or one that somebody is changing. */
export const NOTHING_FOUND: FileCheck = { good: [], sound: false, stamp: undefined };

/** How a file is checked. */
export interface CheckOptions {
  /** Told from time to time how many bytes more were read. */
  readonly onBytes?: (bytes: number) => void;
  /** Who reads the file, when many are checked; this thread alone by default. */
  readonly crew?: DigestCrew | undefined;
}

/** Checks the files of one book, and lets others run between. */
export class FileChecker {
  readonly #book: Book;
  readonly #alone: DigestCrew;
  readonly #page = Buffer.allocUnsafeSlow(PAGE_BYTES);
  #sinceBreath = 0;

  constructor(book: Book, hasher: Hasher) {
    this.#book = book;
    this.#alone = new DigestCrew({ bytes: 0, hasher });
  }

  /**
   * Checks every page of an image in a file.
   * @throws the operating system's own error when it cannot be read
   */
  async check(
    image: Image,
    file: string,
    { onBytes = () => undefined, crew = this.#alone }: CheckOptions = {},
  ): Promise<FileCheck> {
    const digests = await crew.digests({ file, bytes: image.bytes }, image.bytes, onBytes);
    if (digests === undefined) return NOTHING_FOUND;
    const { stamp, pages, sha256 } = digests;
    const good: PageIndex[] = [];
    for (let at = 0; at < pages.length; at += SHA1_BYTES) {
      const page = this.#book.page(image.firstPage + at / SHA1_BYTES);
      if (sameBytes(pages.subarray(at, at + SHA1_BYTES), this.#book.pageDigest(page))) good.push(page);
    }
    const whole = good.length === image.pageCount && stamp.bytes === image.bytes;
    const sound = whole && sha256 !== undefined && sameBytes(sha256, this.#book.imageDigest(image.index));
    return { good, sound, stamp };
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
