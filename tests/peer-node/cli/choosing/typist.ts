// A person at a terminal, without one: types keys, and waits for what is to be seen.

import { PassThrough, Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { Terminal } from "../../../../peer-node/cli/choosing/terminal.ts";

export const KEYS = { enter: "\r", escape: "\u001b", tab: "\t", up: "\u001b[A", down: "\u001b[B", ctrlC: "\u0003" };

export class Typist {
  readonly terminal: Terminal;
  readonly #input = new PassThrough();
  readonly #leaving = new AbortController();
  readonly #waiting = new Set<() => void>();
  /** Everything that was drawn, one stretch for each time. */
  readonly drawn: string[] = [];

  constructor(columns = 80) {
    const window = new Writable({
      decodeStrings: false,
      write: (chunk: string, _, done) => {
        this.drawn.push(stripVTControlCharacters(chunk));
        for (const wake of this.#waiting) wake();
        this.#waiting.clear();
        done();
      },
    });
    this.terminal = new Terminal(this.#input, Object.assign(window, { columns, rows: 24 }), this.#leaving.signal);
  }

  type(keys: string): void {
    this.#input.write(keys);
  }

  /** Ends what is asked from outside, as a signal does. */
  hangUp(): void {
    this.#leaving.abort();
  }

  /** Settles when this was drawn. */
  async sees(text: string): Promise<void> {
    while (!this.drawn.some((stretch) => stretch.includes(text))) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }
}
