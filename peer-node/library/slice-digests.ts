// The index of a descriptor: the SHA-256 of each slice of its body, as the body passes by.

import type { Sha256 } from "../../shared/descriptor-parser.ts";
import { SLICE_BYTES } from "../../shared/limits.ts";

export class SliceDigests {
  readonly #sha256: Sha256;
  readonly #slice = new Uint8Array(SLICE_BYTES);
  readonly #digests: string[] = [];
  #filled = 0;

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
  }

  /** Bytes fed so far. */
  get bytes(): number {
    return this.#digests.length * SLICE_BYTES + this.#filled;
  }

  feed(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; ) {
      const part = chunk.subarray(from, from + SLICE_BYTES - this.#filled);
      this.#slice.set(part, this.#filled);
      this.#filled += part.length;
      from += part.length;
      if (this.#filled === SLICE_BYTES) this.#endSlice();
    }
  }

  /** The digests of all slices, the last one short; to be called once. */
  end(): readonly string[] {
    if (this.#filled === 0) return this.#digests;
    return [...this.#digests, this.#sha256(this.#slice.subarray(0, this.#filled))];
  }

  #endSlice(): void {
    this.#digests.push(this.#sha256(this.#slice));
    this.#filled = 0;
  }
}
