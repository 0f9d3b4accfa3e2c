// Standard output or standard error, and what becomes of a command when it takes no more. Where whoever read it is gone, as
// in `bookswarm books | head -1`, there is nobody left to work for. Anything else ends no work: nothing more is said there.

import { EXIT_CODES } from "./exit-codes.ts";

/** What an outlet needs of a stream. */
type OutletStream = NodeJS.EventEmitter & {
  readonly isTTY?: boolean;
  write(text: string, done: (error?: Error | null) => void): boolean;
};

export class Outlet {
  readonly #stream: OutletStream;
  readonly #onLoss: (error: Error) => void;
  #isShut = false;
  readonly #written = (error?: NodeJS.ErrnoException | null): void => {
    if (error !== undefined && error !== null) this.#shut(error);
  };

  /** @param onLoss - told once why what is said no longer gets to where somebody wants it */
  constructor(stream: OutletStream, onLoss: (error: Error) => void) {
    this.#stream = stream;
    this.#onLoss = onLoss;
    stream.on("error", this.#written);
  }

  write(text: string): void {
    if (!this.#isShut) this.#stream.write(text, this.#written);
  }

  /** Settles when it is known what became of all that was written. */
  async settled(): Promise<void> {
    if (!this.#isShut) await new Promise<void>((resolve) => this.#stream.write("", () => resolve()));
  }

  #shut(error: NodeJS.ErrnoException): void {
    if (error.code === "EPIPE") process.exit(EXIT_CODES.stopped.code);
    if (this.#isShut) return;
    this.#isShut = true;
    // The window of a terminal was closed: nobody misses what would stand there.
    if (error.code !== "EIO" || this.#stream.isTTY !== true) this.#onLoss(error);
  }
}
