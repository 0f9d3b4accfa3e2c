// Reads a file once and takes its digests: the SHA-1 of each page and the SHA-256 of the whole, as describing and
// checking both need them. The only place that reads whole files to hash them; it knows no book.

import { constants, fstatSync, openSync, readSync } from "node:fs";
import { setImmediate as breathe } from "node:timers/promises";
import { pageCountOf } from "../../shared/book.ts";
import { PAGE_BYTES, SHA1_BYTES } from "../../shared/limits.ts";
import { closeFile } from "./close-file.ts";
import type { Hasher } from "./hasher.ts";
import { type Stamp, sameStamp, stampOf } from "./stamp.ts";

/** Bytes hashed before others get their turn. Chosen; some five milliseconds. */
const BREATH_BYTES = 16 * PAGE_BYTES;

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/** A file to be read. */
export interface DigestJob {
  readonly file: string;
  /** How much of the file is cut into pages, in bytes; all of it when absent. */
  readonly bytes?: number | undefined;
}

/** What was found in a file that nobody changed meanwhile. */
export interface FileDigests {
  readonly stamp: Stamp;
  /** SHA-1 of each page, 20 bytes after 20 bytes, up to the first that the file ends before. */
  readonly pages: Uint8Array;
  /** SHA-256 of all pages together, 32 bytes; undefined when the file ends before the last one does. */
  readonly sha256: Uint8Array | undefined;
}

/** Digests files one after the other, with one buffer for all, and lets others run between. */
export class FileReader {
  readonly #hasher: Hasher;
  readonly #page = Buffer.allocUnsafeSlow(PAGE_BYTES);
  #sinceBreath = 0;

  constructor(hasher: Hasher) {
    this.#hasher = hasher;
  }

  /**
   * Reads a file.
   * @param onBytes - told after each page how many bytes are done with since
   * @returns undefined when it is no regular file, or somebody changed it meanwhile
   * @throws the operating system's own error when it cannot be read
   */
  async digests({ file, bytes }: DigestJob, onBytes: (bytes: number) => void): Promise<FileDigests | undefined> {
    const descriptor = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const before = fstatSync(descriptor, { bigint: true });
      if (!before.isFile()) return undefined;
      const stamp = stampOf(before);
      const found = await this.#read(descriptor, bytes ?? stamp.bytes, onBytes);
      return sameStamp(stamp, stampOf(fstatSync(descriptor, { bigint: true }))) ? { stamp, ...found } : undefined;
    } finally {
      closeFile(descriptor);
    }
  }

  async #read(
    descriptor: number,
    bytes: number,
    onBytes: (bytes: number) => void,
  ): Promise<Omit<FileDigests, "stamp">> {
    // One call for the whole is faster than feeding it, and most pictures are one page.
    const running = bytes > PAGE_BYTES ? this.#hasher.runningSha256() : undefined;
    const pages = new Uint8Array(pageCountOf(bytes) * SHA1_BYTES);
    for (let offset = 0, at = 0; offset < bytes; offset += PAGE_BYTES, at += SHA1_BYTES) {
      const page = this.#page.subarray(0, Math.min(PAGE_BYTES, bytes - offset));
      const isThere = readSync(descriptor, page, 0, page.length, offset) === page.length;
      onBytes(isThere ? page.length : bytes - offset);
      if (!isThere) return { pages: pages.slice(0, at), sha256: undefined };
      pages.set(this.#hasher.sha1(page), at);
      running?.update(page);
      this.#sinceBreath += page.length;
      if (this.#sinceBreath < BREATH_BYTES || offset + PAGE_BYTES >= bytes) continue;
      await this.#breathe();
    }
    const sha256 = running?.digest() ?? this.#hasher.sha256(this.#page.subarray(0, bytes));
    if (this.#sinceBreath >= BREATH_BYTES) await this.#breathe();
    return { pages, sha256 };
  }

  #breathe(): Promise<void> {
    this.#sinceBreath = 0;
    return breathe();
  }
}
