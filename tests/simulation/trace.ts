// The run in sixteen digits: everything that arrives at a machine is stirred into its hash, and those of all machines into
// one, so that two runs of one seed can be told to be the same, and a change of the engine shows. Not a digest: it has to be cheap, not hard to forge.

import type { Millis } from "../../peer-node/core/events.ts";

export class Trace {
  #a = 0x811c9dc5;
  #b = 0x9e3779b9;
  readonly #time = new Float64Array(1);
  readonly #halves = new Uint32Array(this.#time.buffer);

  /** Notes that something happened at `now` to `whom`. */
  note(now: Millis, whom: number, what: number): void {
    this.#time[0] = now;
    this.#stir(this.#halves[0] ?? 0);
    this.#stir(this.#halves[1] ?? 0);
    this.#stir(whom);
    this.#stir(what);
  }

  /** What happened on these machines, in their order. */
  static of(traces: Iterable<Trace>): Trace {
    const all = new Trace();
    for (const trace of traces) {
      all.#stir(trace.#a);
      all.#stir(trace.#b);
    }
    return all;
  }

  get hash(): string {
    return [this.#a, this.#b].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
  }

  #stir(word: number): void {
    this.#a = Math.imul(this.#a ^ word, 0x01000193);
    this.#b = Math.imul(this.#b ^ (word + (this.#a >>> 13)), 0x85ebca6b);
  }
}
