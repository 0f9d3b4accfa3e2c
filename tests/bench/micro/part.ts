// A part of bookswarm that can be measured by itself.

/** What is measured: `work`, which does the same thing `times` times. */
export interface Part {
  readonly name: string;
  /** What is done once, as the table says it. */
  readonly each: string;
  readonly times: number;
  /** Bytes that one call of `work` moves or hashes, if that is what it does. */
  readonly bytes?: number;
  /** Calls, when there is only so much to do; as many as fit into the time otherwise. */
  readonly calls?: number;
  readonly work: (() => void) | (() => Promise<void>);
  /** Done before each call, and not counted. */
  readonly prepare?: () => void;
}
