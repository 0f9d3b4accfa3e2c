// One target under mutation, guided by coverage: inputs that reach something new are mutated further.

import type { Coverage } from "./coverage.ts";
import { Dice, mutate, wordsOf } from "./mutations.ts";
import type { Target } from "./target.ts";

/** Milliseconds of inputs between two questions for coverage: some ten times what an answer takes. */
const BATCH_MS = 100;

/** Most inputs between two questions. */
const BATCH_MAX = 1_000;

/** Told before each input, so that somebody outside knows which one hangs. */
export type Announce = (input: Uint8Array) => void;

/** An input that a target did not take. */
export class Finding extends Error {
  readonly input: Uint8Array;

  constructor(input: Uint8Array, options: { readonly cause: unknown }) {
    super(options.cause instanceof Error ? options.cause.message : String(options.cause), options);
    this.input = input;
  }
}

export class Run {
  readonly #target: Target;
  readonly #words: readonly Uint8Array[];
  readonly #dice: Dice;
  readonly #coverage: Coverage | undefined;
  readonly #announce: Announce;
  /** Inputs between two questions: a batch with news is run again, by halves, so slow inputs come in small ones. */
  readonly #batch: number;
  readonly corpus: Uint8Array[];
  inputs = 0;

  /** @param coverage - what guides it; blind when absent, and then always the same for the same seed */
  constructor(
    target: Target,
    corpus: readonly Uint8Array[],
    seed: number,
    announce: Announce = () => undefined,
    coverage?: Coverage,
  ) {
    this.#target = target;
    this.#words = wordsOf(target.words);
    this.#dice = new Dice(seed);
    this.#announce = announce;
    this.#coverage = coverage;
    this.corpus = [];
    for (const input of [...target.seeds(), ...corpus]) this.#begin(input);
    this.#batch = coverage === undefined ? BATCH_MAX : this.#inputsIn(BATCH_MS);
  }

  /** @throws Finding at the first input that the target does not take */
  go(inputs: number): void {
    for (let left = inputs; left > 0; left -= this.#batch) {
      const batch = Array.from({ length: Math.min(this.#batch, left) }, () => this.#mutated());
      for (const input of batch) this.#take(input);
      this.inputs += batch.length;
      if (this.#coverage !== undefined && this.#coverage.news(false) > 0) this.#keepFrom(batch);
    }
  }

  /** How many inputs are taken in a time, as far as those that were begun with tell. */
  #inputsIn(milliseconds: number): number {
    const began = performance.now();
    for (const input of this.corpus) this.#take(input);
    const each = (performance.now() - began) / this.corpus.length;
    return Math.max(1, Math.min(BATCH_MAX, Math.round(milliseconds / each)));
  }

  #begin(input: Uint8Array): void {
    this.#take(input);
    if (this.#coverage === undefined || this.#coverage.news(true) > 0 || this.corpus.length === 0)
      this.corpus.push(input);
  }

  #mutated(): Uint8Array {
    // What was found last is tried most: it is where nobody has been.
    const recent = this.#dice.below(2) === 0 ? this.corpus.slice(-8) : this.corpus;
    return mutate(this.#dice.of(recent), this.#dice, {
      pick: () => this.#dice.of(this.corpus),
      words: this.#words,
      bytesMax: this.#target.bytesMax,
    });
  }

  #take(input: Uint8Array): void {
    this.#announce(input);
    try {
      this.#target.take(input);
    } catch (error) {
      throw new Finding(input, { cause: error });
    }
  }

  /** Finds the inputs of a batch that reached something new, by halves. */
  #keepFrom(batch: readonly Uint8Array[]): void {
    const [only] = batch;
    if (only === undefined) return;
    this.#coverage?.reset();
    for (const input of batch) this.#take(input);
    const isOne = batch.length === 1;
    if ((this.#coverage?.news(isOne) ?? 0) === 0) return;
    if (isOne) {
      this.corpus.push(only);
      return;
    }
    const half = Math.ceil(batch.length / 2);
    this.#keepFrom(batch.slice(0, half));
    this.#keepFrom(batch.slice(half));
  }
}
