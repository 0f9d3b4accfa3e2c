// The command line at a terminal: a real process on a pseudo-terminal of 80 by 24, which `script` of util-linux makes.

import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

const MAIN = fileURLToPath(new URL("../../peer-node/cli/bookswarm.js", import.meta.url));

/** True where a pseudo-terminal can be had. */
export const HAS_TERMINAL = process.platform === "linux" && hasScript();

export interface TerminalOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A running bookswarm command at a terminal. */
export class AtTerminal {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #watchers = new Set<() => void>();
  #output = "";
  #code: number | null | undefined;

  constructor(args: readonly string[], { cwd, env }: TerminalOptions) {
    const words = [process.execPath, MAIN, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
    const line = `stty cols 80 rows 24 && exec ${words.join(" ")}`;
    this.#child = spawn("script", ["--quiet", "--return", "--flush", "--command", line, "/dev/null"], {
      cwd,
      env: {
        ...process.env,
        TERM: "xterm-256color",
        NO_COLOR: undefined,
        FORCE_COLOR: undefined,
        CI: undefined,
        ...env,
      },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#output += text;
      this.#wake();
    });
    this.#child.once("close", (code) => {
      this.#code = code;
      this.#wake();
    });
  }

  /** All that was drawn and said, as the terminal got it. */
  get output(): string {
    return this.#output;
  }

  /** The same without what moves the cursor and colours. */
  get text(): string {
    return stripVTControlCharacters(this.#output);
  }

  type(keys: string): void {
    this.#child.stdin.write(keys);
  }

  /** Settles when this can be read; fails when the command ends without it. */
  async shows(text: string): Promise<void> {
    while (!this.text.includes(text)) {
      if (this.#code !== undefined) throw new Error(`It ended with ${this.#code} and without "${text}": ${this.text}`);
      await new Promise<void>((resolve) => this.#watchers.add(resolve));
    }
  }

  /** Settles with the exit code. */
  async exit(): Promise<number | null> {
    while (this.#code === undefined) await new Promise<void>((resolve) => this.#watchers.add(resolve));
    return this.#code;
  }

  /** Takes the terminal away, which ends what still runs there. */
  close(): void {
    this.#child.kill("SIGKILL");
  }

  #wake(): void {
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    for (const watcher of watchers) watcher();
  }
}

function hasScript(): boolean {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    return false;
  }
}
