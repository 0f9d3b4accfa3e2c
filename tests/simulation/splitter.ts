// A stream's chunks end anywhere: what arrives is cut at a point of chance, and what is behind the cut comes with what
// arrives next. So one chunk may hold the end of a frame, whole frames, and the beginning of another.

const NOTHING = new Uint8Array(0);

export class Splitter {
  readonly #random: () => number;
  #rest: Uint8Array = NOTHING;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Takes what arrives, and gives the chunk that is to be read now. */
  cut(bytes: Uint8Array): Uint8Array {
    const all = new Uint8Array(this.#rest.length + bytes.length);
    all.set(this.#rest);
    all.set(bytes, this.#rest.length);
    const at = Math.floor(this.#random() * (all.length + 1));
    this.#rest = all.subarray(at);
    return all.subarray(0, at);
  }

  /** Gives what was held back. */
  flush(): Uint8Array {
    const rest = this.#rest;
    this.#rest = NOTHING;
    return rest;
  }
}
