// One process of a contestant: what it says, when it has all, and its end with all that it started.

import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** Where a process runs. */
export interface Place {
  readonly address: string;
  /** On which it listens. */
  readonly port: number;
  /** Command that runs another command there. */
  readonly through: readonly string[];
}

/** What a program prints when everything is there, verified and in place. */
export const COMPLETE = "complete";

/** Milliseconds in which a process leaves after it was told to; then it is killed. */
const LEAVE_MS = 5_000;

/** Lines of its last words that are kept. */
const LINES_KEPT = 20;

/**
 * A command that stays when it has ended well, and says so: what it took is known only as long as somebody is there to
 * whom it belonged.
 */
export function staying(command: readonly string[]): readonly string[] {
  return ["sh", "-c", `"$@" && echo ${COMPLETE} && exec sleep infinity`, "sh", ...command];
}

export class Peer {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #lastWords: string[] = [];
  readonly #watchers = new Set<(line: string | undefined) => void>();
  readonly #gone: Promise<void>;
  #isGone = false;

  constructor(command: readonly string[], { through }: Place, folder: string, env: NodeJS.ProcessEnv = {}) {
    const [program = "", ...args] = [...through, ...command];
    this.#child = spawn(program, args, {
      cwd: folder,
      env: { ...process.env, ...env },
      // No pipe for input: in Node that is a socket, and rsync then takes itself for a child of inetd.
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own: Ctrl-C is for the race, which ends its peers itself.
      detached: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => this.#hear(line));
    }
    this.#gone = new Promise((resolve) => {
      this.#child.once("error", (error) => this.#hear(String(error)));
      this.#child.once("close", () => {
        this.#isGone = true;
        for (const watcher of this.#watchers) watcher(undefined);
        resolve();
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The next line that `accepts` likes. @throws Error with its last words when it ends without */
  line(accepts: (line: string) => boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      const watch = (line: string | undefined) => {
        if (line === undefined) reject(new Error(`It ended before its time: ${this.#lastWords.join(" | ")}`));
        else if (accepts(line)) resolve(line);
        else return;
        this.#watchers.delete(watch);
      };
      this.#watchers.add(watch);
      if (this.#isGone) watch(undefined);
    });
  }

  /** Ends it and all that it started. */
  async end(): Promise<void> {
    this.#signal("SIGTERM");
    const kill = setTimeout(() => this.#signal("SIGKILL"), LEAVE_MS);
    await this.#gone;
    clearTimeout(kill);
    this.#signal("SIGKILL");
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      if (this.pid > 0) process.kill(-this.pid, signal);
    } catch {
      // All of its group have ended.
    }
  }

  #hear(line: string): void {
    this.#lastWords.push(line);
    if (this.#lastWords.length > LINES_KEPT) this.#lastWords.shift();
    for (const watcher of this.#watchers) watcher(line);
  }
}
