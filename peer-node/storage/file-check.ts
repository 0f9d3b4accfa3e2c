// Says which pages of an image a file holds: what was digested, against what the book says.

import type { Book, Image } from "../../shared/book.ts";
import type { PageIndex } from "../../shared/ids.ts";
import { SHA1_BYTES } from "../../shared/limits.ts";
import { DigestCrew } from "./digest-crew.ts";
import { type Hasher, sameBytes } from "./hasher.ts";
import type { Stamp } from "./stamp.ts";

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

/** Checks the files of one book. */
export class FileChecker {
  readonly #book: Book;
  readonly #alone: DigestCrew;

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
}
