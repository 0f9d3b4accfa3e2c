// What a fuzz target is, and the small things that targets have in common.

/** Something that takes bytes from a stranger. */
export interface Target {
  /** What must hold for every input, in words. */
  readonly promise: string;
  /** Inputs to begin with, besides the kept corpus. */
  readonly seeds: () => readonly Uint8Array[];
  /** Words that its inputs are made of; a mutation may put one in. */
  readonly words?: readonly string[];
  /** Longest input, in bytes. */
  readonly bytesMax: number;
  /** Its part of a run over all targets, by number of inputs. */
  readonly weight: number;
  /** Takes one input. Whatever it throws is a finding. */
  readonly take: (input: Uint8Array) => void;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Any bytes as text; what is no UTF-8 becomes U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Fails with what was broken. */
export function must(holds: boolean, promise: string): asserts holds {
  if (!holds) throw new Error(`Broken: ${promise}`);
}

/** What `action` gives, or undefined when it refuses with an error that `isRefusal` knows; every other error is a finding. */
export function orRefused<Value>(action: () => Value, isRefusal: (error: unknown) => boolean): Value | undefined {
  try {
    return action();
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}
