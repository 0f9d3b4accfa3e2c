// A Book out of a stream of bytes. Holds one unfinished line and one unfinished slice, whatever the descriptor's size,
// and vouches for everything: canonical lines, order, counts, the slices' digests, and the id when one was asked for.
// Hashing is given to it, because the platforms differ and this room touches none of them.

import { type Book, BookBuilder, type BookHead } from "./book.ts";
import { parseBookLine, parseImageLine, parseTrackersLine } from "./descriptor.ts";
import { DescriptorRefused } from "./faults.ts";
import { type BookId, parseBookId } from "./ids.ts";
import { ImageLedger } from "./image-ledger.ts";
import {
  BOOK_LINE_BYTES_MAX,
  DESCRIPTOR_BYTES_MAX,
  DESCRIPTOR_LINE_BYTES_MAX,
  SLICE_BYTES,
  TRACKERS_LINE_BYTES_MAX,
} from "./limits.ts";

/** SHA-256 of `bytes`, as 64 lower-case hexadecimal digits. */
export type Sha256 = (bytes: Uint8Array) => string;

const LF = 0x0a;

/** Bytes set aside for a line at first; the line of an image of a hundred pages. */
const LINE_BYTES_START = 4_096;

/** Reads a descriptor as it arrives. Feed chunks of any size, then call `end`. */
export class DescriptorParser {
  readonly #sha256: Sha256;
  readonly #wanted: BookId | undefined;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  readonly #slice = new Uint8Array(SLICE_BYTES);
  /** The line that has begun, in memory that grows with it, however small the chunks in which it comes. */
  #line = new Uint8Array(LINE_BYTES_START);
  #lineBytes = 0;
  #lines = 0;
  #bytes = 0;
  #slices = 0;
  #sliceBytes = 0;
  #id: BookId | undefined;
  #head: BookHead | undefined;
  #trackers: readonly string[] = [];
  #ledger: ImageLedger | undefined;
  #builder: BookBuilder | undefined;

  /** @param wanted - the book id that was asked for; a descriptor of another book is refused at its first line */
  constructor(sha256: Sha256, wanted?: BookId) {
    this.#sha256 = sha256;
    this.#wanted = wanted;
  }

  /** What the first line says, as soon as it has been read. */
  get head(): BookHead | undefined {
    return this.#head;
  }

  /** @throws DescriptorRefused as soon as what has come can no longer become a descriptor */
  feed(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#bytes > DESCRIPTOR_BYTES_MAX)
      throw new DescriptorRefused("too-large", `The descriptor is longer than ${DESCRIPTOR_BYTES_MAX} bytes`);
    for (let from = 0; from < chunk.length; ) {
      const lf = chunk.indexOf(LF, from);
      const to = lf < 0 ? chunk.length : lf + 1;
      const part = chunk.subarray(from, to);
      if (this.#lines >= 2) this.#digest(part);
      this.#keep(part);
      if (lf >= 0) this.#endLine();
      from = to;
    }
  }

  /**
   * The whole book.
   * @throws DescriptorRefused when the descriptor ends early, or its body is not what its first line says
   */
  end(): Book {
    if (this.#lineBytes > 0) throw new DescriptorRefused("cut-short", "The descriptor does not end with a line feed");
    const head = this.#head;
    if (head === undefined || this.#id === undefined || this.#ledger === undefined || this.#builder === undefined) {
      throw new DescriptorRefused("cut-short", "The descriptor ends before its first line does");
    }
    if (this.#lines < head.images + 2) {
      throw new DescriptorRefused("cut-short", `The descriptor has ${this.#lines} lines, not ${head.images + 2}`);
    }
    if (this.#sliceBytes > 0) this.#endSlice();
    this.#ledger.close();
    if (this.#slices !== head.index.length) {
      throw new DescriptorRefused("cut-short", `The body has ${this.#slices} slices, not ${head.index.length}`);
    }
    return this.#builder.build(this.#id, this.#trackers);
  }

  #keep(part: Uint8Array): void {
    const most =
      this.#lines === 0 ? BOOK_LINE_BYTES_MAX : this.#lines === 1 ? TRACKERS_LINE_BYTES_MAX : DESCRIPTOR_LINE_BYTES_MAX;
    const held = this.#lineBytes;
    this.#lineBytes += part.length;
    if (this.#lineBytes > most + 1) {
      const fault = this.#lines === 0 ? "not-a-descriptor" : "too-large";
      throw new DescriptorRefused(fault, `Line ${this.#lines + 1} is longer than ${most} bytes`);
    }
    if (this.#lineBytes > this.#line.length) {
      const grown = new Uint8Array(Math.max(this.#lineBytes, 2 * this.#line.length));
      grown.set(this.#line.subarray(0, held));
      this.#line = grown;
    }
    this.#line.set(part, held);
  }

  #endLine(): void {
    const bytes = this.#line.subarray(0, this.#lineBytes - 1);
    this.#lineBytes = 0;
    this.#lines++;
    const text = this.#decode(bytes);
    if (this.#lines === 1) this.#begin(text, bytes);
    else if (this.#lines === 2) this.#trackers = parseTrackersLine(text);
    else {
      const entry = parseImageLine(text, this.#lines);
      this.#ledger?.add(entry);
      this.#builder?.add(entry);
    }
  }

  #begin(text: string, bytes: Uint8Array): void {
    const head = parseBookLine(text);
    const id = parseBookId(this.#sha256(bytes));
    if (this.#wanted !== undefined && this.#wanted !== id) {
      throw new DescriptorRefused("wrong-id", `The descriptor is of book ${id}, not of ${this.#wanted}`);
    }
    this.#head = head;
    this.#id = id;
    this.#ledger = new ImageLedger(head);
    this.#builder = new BookBuilder(head);
  }

  #decode(bytes: Uint8Array): string {
    try {
      return this.#decoder.decode(bytes);
    } catch {
      throw new DescriptorRefused(
        this.#lines === 1 ? "not-a-descriptor" : "not-canonical",
        `Line ${this.#lines} is not UTF-8`,
      );
    }
  }

  #digest(part: Uint8Array): void {
    for (let from = 0; from < part.length; ) {
      const taken = part.subarray(from, from + SLICE_BYTES - this.#sliceBytes);
      this.#slice.set(taken, this.#sliceBytes);
      this.#sliceBytes += taken.length;
      from += taken.length;
      if (this.#sliceBytes === SLICE_BYTES) this.#endSlice();
    }
  }

  #endSlice(): void {
    const digest = this.#sha256(this.#slice.subarray(0, this.#sliceBytes));
    if (digest !== this.#head?.index[this.#slices]) {
      throw new DescriptorRefused(
        "wrong-slice",
        `Slice ${this.#slices} of the descriptor does not have the SHA-256 that its first line gives`,
      );
    }
    this.#slices++;
    this.#sliceBytes = 0;
  }
}
