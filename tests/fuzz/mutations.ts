// Inputs made of other inputs: bits and bytes changed, stretches moved, doubled, cut out, words and numbers put in.

/** Uniform whole numbers from a seed (xorshift32): a run can be run again. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761 + 1) >>> 0 || 1;
  }

  below(limit: number): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state >>> 0;
    return this.#state % limit;
  }

  of<Value>(values: readonly Value[]): Value {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new RangeError("There is nothing to choose from");
    return value;
  }
}

/** Numbers at which things turn over, as the bytes of a u32. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

const encoder = new TextEncoder();

/**
 * A new input.
 * @param pick - another input to take parts from
 * @param words - what inputs of this kind are made of
 */
export function mutate(
  input: Uint8Array,
  dice: Dice,
  {
    pick,
    words,
    bytesMax,
  }: { readonly pick: () => Uint8Array; readonly words: readonly Uint8Array[]; readonly bytesMax: number },
): Uint8Array {
  let bytes: Uint8Array = input;
  for (let left = 1 + dice.below(4); left > 0; left--) {
    const at = dice.below(bytes.length + 1);
    const length = 1 + dice.below(dice.below(4) === 0 ? 64 : 8);
    switch (dice.below(9)) {
      case 0:
        bytes = changed(bytes, at, (byte) => byte ^ (1 << dice.below(8)));
        break;
      case 1:
        bytes = changed(bytes, at, () => dice.below(256));
        break;
      case 2:
        bytes = changed(bytes, at, (byte) => byte + (dice.below(2) === 0 ? 1 : -1));
        break;
      case 3:
        bytes = spliced(bytes, at, length, new Uint8Array());
        break;
      case 4:
        bytes = spliced(bytes, at, 0, bytes.slice(at, at + length));
        break;
      case 5:
        bytes = spliced(bytes, at, dice.below(2) === 0 ? 4 : 0, edge(dice));
        break;
      case 6:
        bytes = spliced(bytes, at, dice.below(2) === 0 ? length : 0, words.length > 0 ? dice.of(words) : edge(dice));
        break;
      case 7: {
        const other = pick();
        const from = dice.below(other.length + 1);
        bytes = spliced(
          bytes,
          at,
          dice.below(2) === 0 ? bytes.length : length,
          other.slice(from, from + 1 + dice.below(other.length + 1)),
        );
        break;
      }
      default:
        bytes = spliced(
          bytes,
          at,
          0,
          Uint8Array.from({ length }, () => dice.below(256)),
        );
    }
  }
  return bytes.length > bytesMax ? bytes.slice(0, bytesMax) : bytes;
}

export function wordsOf(words: readonly string[] = []): readonly Uint8Array[] {
  return words.map((word) => encoder.encode(word));
}

function changed(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  if (at >= bytes.length) return bytes;
  const copy = bytes.slice();
  copy[at] = change(copy[at] ?? 0);
  return copy;
}

function spliced(bytes: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array {
  const tail = bytes.subarray(Math.min(bytes.length, at + removed));
  const result = new Uint8Array(at + added.length + tail.length);
  result.set(bytes.subarray(0, at));
  result.set(added, at);
  result.set(tail, at + added.length);
  return result;
}

function edge(dice: Dice): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, dice.of(EDGES));
  return bytes;
}
