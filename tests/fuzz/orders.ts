// What the thread of a fuzz target and its maker say to each other.

/** What the thread is told. */
export interface Orders {
  readonly target: string;
  readonly inputs: number;
  readonly seed: number;
  /** Inputs begun (u32), bytes of the input under way (u32), its bytes. */
  readonly shared: SharedArrayBuffer;
}

/** What the thread tells. */
export type News =
  | { readonly type: "done"; readonly inputs: number; readonly reached: number; readonly corpus: readonly Uint8Array[] }
  | { readonly type: "finding"; readonly input: Uint8Array; readonly error: string };

/** Words of `shared` before the bytes of the input. */
export const HEAD_WORDS = 2;
