// One image's line of a descriptor, out of its file.

import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { setImmediate as breathe } from "node:timers/promises";
import type { ImageEntry } from "../../shared/book.ts";
import { toHex } from "../../shared/hex.ts";
import { PAGE_BYTES } from "../../shared/limits.ts";
import { onDisk } from "../storage/disk-fault.ts";
import type { Hasher } from "../storage/hasher.ts";
import { type Stamp, sameStamp, stampOf } from "../storage/stamp.ts";

/** Times that a file is read when it changes meanwhile. Chosen: once more, then it is plainly being written to. */
const READS_MAX = 2;

/** Bytes hashed before others get their turn. Chosen; some five milliseconds. */
const BREATH_BYTES = 16 * PAGE_BYTES;

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/** A file that changes faster than it can be read. */
export class FileUnsteady extends Error {
  readonly code = "unsteady";

  constructor(path: string) {
    super(`Cannot describe ${path}: it changes while it is read; wait until it is finished, and try again`);
    this.name = "FileUnsteady";
  }
}

/** An image as its descriptor will have it, and how its file looked. */
export interface HashedFile {
  readonly entry: ImageEntry;
  readonly stamp: Stamp;
}

/** Hashes files one after the other, with one buffer for all. */
export class EntryMaker {
  readonly #hasher: Hasher;
  readonly #page = Buffer.allocUnsafeSlow(PAGE_BYTES);
  #sinceBreath = 0;

  constructor(hasher: Hasher) {
    this.#hasher = hasher;
  }

  /**
   * Hashes a file.
   * @param path - the image's path in the book
   * @param onBytes - told after each page how many bytes it had
   * @throws FileUnsteady when the file keeps changing
   * @throws DiskFault when it cannot be read
   */
  async make(path: string, file: string, onBytes: (bytes: number) => void): Promise<HashedFile> {
    for (let reads = 0; reads < READS_MAX; reads++) {
      const hashed = await this.#tryMake(path, file, onBytes);
      if (hashed !== undefined) return hashed;
    }
    throw new FileUnsteady(file);
  }

  async #tryMake(path: string, file: string, onBytes: (bytes: number) => void): Promise<HashedFile | undefined> {
    const descriptor = onDisk("read", file, () => openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
    try {
      const stamp = onDisk("read", file, () => stampOf(fstatSync(descriptor, { bigint: true })));
      const digests = await this.#digests(file, descriptor, stamp.bytes, onBytes);
      const after = onDisk("read", file, () => stampOf(fstatSync(descriptor, { bigint: true })));
      if (digests === undefined || !sameStamp(stamp, after)) return undefined;
      return { entry: { path, bytes: stamp.bytes, ...digests }, stamp };
    } finally {
      closeSync(descriptor);
    }
  }

  /** SHA-256 of the file and SHA-1 of its pages; undefined when it turns out to be shorter than it was. */
  async #digests(file: string, descriptor: number, bytes: number, onBytes: (bytes: number) => void) {
    const running = bytes > PAGE_BYTES ? this.#hasher.runningSha256() : undefined;
    const single = this.#page.subarray(0, Math.min(bytes, PAGE_BYTES));
    let pages = "";
    for (let offset = 0; offset < bytes; offset += PAGE_BYTES) {
      const page = this.#page.subarray(0, Math.min(PAGE_BYTES, bytes - offset));
      const read = onDisk("read", file, () => readSync(descriptor, page, 0, page.length, offset));
      if (read !== page.length) return undefined;
      pages += toHex(this.#hasher.sha1(page));
      running?.update(page);
      onBytes(page.length);
      await this.#breatheAfter(page.length);
    }
    return { sha256: toHex(running?.digest() ?? this.#hasher.sha256(single)), pages };
  }

  async #breatheAfter(bytes: number): Promise<void> {
    this.#sinceBreath += bytes;
    if (this.#sinceBreath < BREATH_BYTES) return;
    this.#sinceBreath = 0;
    await breathe();
  }
}
