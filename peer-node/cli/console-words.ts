// What is said to a running command: the line `end` on standard input, Ctrl-C, SIGTERM or SIGHUP stop it in order; a
// second signal stops it at once. The end of input says nothing: it only means that nobody sits there.

import { createInterface, type Interface } from "node:readline";
import { CommandFailed } from "./command-failed.ts";
import { EXIT_CODES } from "./exit-codes.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export class ConsoleWords {
  readonly #stopping = new AbortController();
  readonly #lines: Interface;

  /** Begins to listen. Whoever listens must `close`, or the process does not end. */
  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.#signalled);
    this.#lines = createInterface({ input: process.stdin, terminal: false });
    this.#lines.on("line", (line) => {
      if (line.trim() === "end") this.#stop();
    });
    // A standard input that cannot be read (closed, a folder, or what nohup puts in its place) is one on which nothing
    // is said. Node tells it of the lines alone, which hear it first.
    this.#lines.on("error", () => undefined);
    process.stdin.on("error", () => undefined);
  }

  /** Aborted when the command should stop in order; the reason is what to fail with where nothing was begun yet. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Settles when the command should stop. */
  untilEnd(): Promise<void> {
    const { signal } = this.#stopping;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  }

  /** Listens no more. */
  close(): void {
    for (const signal of SIGNALS) process.off(signal, this.#signalled);
    this.#lines.close();
    process.stdin.destroy();
  }

  readonly #signalled = (): void => {
    if (this.#stopping.signal.aborted) process.exit(EXIT_CODES.stopped.code);
    this.#stop();
  };

  #stop(): void {
    this.#stopping.abort(new CommandFailed("stopped", "Stopped before anything was fetched or served"));
  }
}
