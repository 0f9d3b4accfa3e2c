// Plays many scenarios at once, each in a process of its own: they share nothing, and the largest needs its own memory.
// A scenario that several cases ask for is played once.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { argumentsOf, type Scenario } from "./options.ts";
import type { Report } from "./report.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

/** Megabytes that one play may need: ten thousand engines have some 600,000 sessions. */
export const HEAP_MB = 9_000;

/** What came of a play: its report, or why there is none. */
export type Outcome = { readonly report: Report } | { readonly failure: string };

export class Pool {
  readonly #plays = new Map<string, Promise<Outcome>>();
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** @param jobs - plays at one time, at least 1 */
  constructor(jobs: number) {
    this.#free = jobs;
  }

  play(scenario: Partial<Scenario>): Promise<Outcome> {
    const words = argumentsOf(scenario);
    const key = words.join(" ");
    const known = this.#plays.get(key) ?? this.#turn(words);
    this.#plays.set(key, known);
    return known;
  }

  async #turn(words: readonly string[]): Promise<Outcome> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free--;
    const outcome = await run(words);
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
    return outcome;
  }
}

function run(words: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const flags = [`--max-old-space-size=${HEAP_MB}`, MAIN, "--json", ...words];
    execFile(process.execPath, flags, (error, stdout, stderr) => {
      if (error === null) resolve({ report: JSON.parse(stdout) as Report });
      else resolve({ failure: stderr.trim() || `A play ended with ${error.message}` });
    });
  });
}
