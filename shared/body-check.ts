// Whether a descriptor's body is one, and nothing else: no book is built, so a body of any size, and a line of any
// length, is judged within a few kilobytes. That is what a tracker can afford, which has 128 MB for everything.
// Its verdict is the parser's, but for the slices: whoever feeds it has matched them with the book line.

import type { BookHead } from "./book.ts";
import { IMAGE_LINE_END, IMAGE_LINE_HEAD_MAX, PAGES_KEY, parseImageHead, withoutDigests } from "./descriptor.ts";
import { DescriptorRefused } from "./faults.ts";
import { ImageLedger } from "./image-ledger.ts";
import { DESCRIPTOR_LINE_BYTES_MAX } from "./limits.ts";

const ASCII = new TextEncoder();
const KEY = ASCII.encode(PAGES_KEY);
const END = ASCII.encode(`${IMAGE_LINE_END}\n`);
const LF = 0x0a;
const COMMA = 0x2c;

/** 1 for each byte that is a lower-case hexadecimal digit. */
const IS_DIGIT = Uint8Array.from({ length: 256 }, (_, byte) => (/^[0-9a-f]$/.test(String.fromCharCode(byte)) ? 1 : 0));

/** Lines before the body. */
const OPENING_LINES = 2;

/** Feed it the body, from the third line on, in chunks of any size; then call `end`. */
export class BodyCheck {
  readonly #images: number;
  readonly #ledger: ImageLedger;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  /** What has come of a line up to its page digests, PAGES_KEY included. A character has at most three bytes a unit. */
  readonly #line = new Uint8Array(3 * IMAGE_LINE_HEAD_MAX + KEY.length);
  #lines = OPENING_LINES;
  #part: "head" | "digits" | "end" = "head";
  #headBytes = 0;
  /** Bytes of KEY that the head ends with. */
  #keyBytes = 0;
  #digits = 0;
  #endBytes = 0;

  constructor(head: BookHead) {
    this.#images = head.images;
    this.#ledger = new ImageLedger(head);
  }

  /** @throws DescriptorRefused as soon as what has come can no longer become a body */
  feed(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#part === "head") at = this.#takeHead(chunk, at);
      else if (this.#part === "digits") at = this.#takeDigits(chunk, at);
      else at = this.#takeEnd(chunk, at);
    }
  }

  /** @throws DescriptorRefused when the body ends early, or its images are not what the book line says */
  end(): void {
    if (this.#part !== "head" || this.#headBytes > 0) {
      throw new DescriptorRefused("cut-short", "The descriptor does not end with a line feed");
    }
    if (this.#lines < this.#images + OPENING_LINES) {
      throw new DescriptorRefused(
        "cut-short",
        `The descriptor has ${this.#lines} lines, not ${this.#images + OPENING_LINES}`,
      );
    }
    this.#ledger.close();
  }

  /** @returns where it stopped: behind KEY, or at the chunk's end */
  #takeHead(chunk: Uint8Array, from: number): number {
    let at = from;
    let matched = this.#keyBytes;
    while (at < chunk.length && matched < KEY.length) {
      const byte = chunk[at++];
      // A comma begins the key and stands nowhere else in it, so no other fresh start is possible.
      matched = byte === KEY[matched] ? matched + 1 : byte === COMMA ? 1 : 0;
      if (byte === LF) throw withoutDigests(this.#lines + 1);
    }
    const part = chunk.subarray(from, at);
    if (this.#headBytes + part.length > this.#line.length) throw withoutDigests(this.#lines + 1);
    this.#line.set(part, this.#headBytes);
    this.#headBytes += part.length;
    this.#keyBytes = matched;
    if (matched === KEY.length) this.#part = "digits";
    return at;
  }

  #takeDigits(chunk: Uint8Array, from: number): number {
    let at = from;
    while (at < chunk.length && IS_DIGIT[chunk[at] ?? 0] === 1) at++;
    this.#digits += at - from;
    if (this.#headBytes + this.#digits + IMAGE_LINE_END.length > DESCRIPTOR_LINE_BYTES_MAX) {
      throw new DescriptorRefused(
        "too-large",
        `Line ${this.#lines + 1} is longer than ${DESCRIPTOR_LINE_BYTES_MAX} bytes`,
      );
    }
    if (at < chunk.length) this.#part = "end";
    return at;
  }

  #takeEnd(chunk: Uint8Array, at: number): number {
    if (chunk[at] !== END[this.#endBytes]) throw withoutDigests(this.#lines + 1);
    this.#endBytes++;
    if (this.#endBytes === END.length) this.#endLine();
    return at + 1;
  }

  #endLine(): void {
    this.#lines++;
    if (this.#digits % 2 !== 0) throw withoutDigests(this.#lines);
    const head = this.#decode(this.#line.subarray(0, this.#headBytes - KEY.length));
    if (head.length > IMAGE_LINE_HEAD_MAX) throw withoutDigests(this.#lines);
    this.#ledger.add(parseImageHead(head, this.#digits, this.#lines));
    this.#part = "head";
    this.#headBytes = 0;
    this.#keyBytes = 0;
    this.#digits = 0;
    this.#endBytes = 0;
  }

  #decode(bytes: Uint8Array): string {
    try {
      return this.#decoder.decode(bytes);
    } catch {
      throw new DescriptorRefused("not-canonical", `Line ${this.#lines} is not UTF-8`);
    }
  }
}
