// A descriptor on disk, read in the parts that a tracker takes: its first two lines, then slices of its body.

import { type FileHandle, open } from "node:fs/promises";
import type { Book } from "../../shared/book.ts";
import { formatBookLine, formatTrackersLine } from "../../shared/descriptor.ts";
import type { BookId } from "../../shared/ids.ts";
import { SLICE_BYTES } from "../../shared/limits.ts";
import { diskFault } from "../storage/disk-fault.ts";

export class DescriptorSlices {
  readonly bookId: BookId;
  /** The first two lines, each with its LF. */
  readonly head: Uint8Array<ArrayBuffer>;
  readonly #file: FileHandle;
  readonly #path: string;

  /** Opens the descriptor of `book`, which was read from this very file. @throws DiskFault */
  static async open(path: string, book: Book): Promise<DescriptorSlices> {
    try {
      return new DescriptorSlices(await open(path, "r"), path, book);
    } catch (error) {
      throw diskFault(error, "read", path);
    }
  }

  private constructor(file: FileHandle, path: string, book: Book) {
    this.#file = file;
    this.#path = path;
    this.bookId = book.id;
    this.head = new TextEncoder().encode(`${formatBookLine(book.head)}\n${formatTrackersLine(book.trackers)}\n`);
  }

  /** Slice `ordinal` of the body, SLICE_BYTES long or, the last one, shorter. @throws DiskFault */
  async slice(ordinal: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(SLICE_BYTES);
    const from = this.head.length + ordinal * SLICE_BYTES;
    let filled = 0;
    try {
      while (filled < bytes.length) {
        const { bytesRead } = await this.#file.read(bytes, filled, bytes.length - filled, from + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
    } catch (error) {
      throw diskFault(error, "read", this.#path);
    }
    return bytes.subarray(0, filled);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
