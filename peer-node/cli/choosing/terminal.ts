// Where a person is asked: what they type, and what they see. The prompt library draws on what is given to it and draws
// again only on a key or when the window changes, so answers that arrive in between pass as a change of the window.

import { type Readable, Writable } from "node:stream";

/** A stream with a window; a pipe has none, and is taken for one of 80 by 24. */
export interface Window extends NodeJS.WritableStream {
  readonly columns?: number;
  readonly rows?: number;
}

export class Terminal {
  readonly input: Readable;
  readonly screen: Screen;
  /** Aborted when nobody is to be asked any more. */
  readonly signal: AbortSignal;

  constructor(input: Readable, window: Window, signal: AbortSignal) {
    this.input = input;
    this.screen = new Screen(window);
    this.signal = signal;
  }

  /** Lets go of the window; what was drawn stays. */
  close(): void {
    this.screen.destroy();
  }
}

export class Screen extends Writable {
  readonly #window: Window;
  readonly #resized = (): void => this.redraw();

  constructor(window: Window) {
    super({ decodeStrings: false });
    this.#window = window;
    window.on("resize", this.#resized);
  }

  /** Characters in a line. A terminal that does not say, or says 0, is taken for the usual one. */
  get columns(): number {
    return this.#window.columns || 80;
  }

  get rows(): number {
    return this.#window.rows || 24;
  }

  /** Draws what has changed since. */
  redraw(): void {
    this.emit("resize");
  }

  // Said to be done at once, so that nothing waits here and is overtaken by what others write to the same window.
  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    this.#window.write(chunk);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#window.off("resize", this.#resized);
    done(error);
  }
}
