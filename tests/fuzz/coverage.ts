// Which blocks of our own sources an input reaches, as V8 counts them. Asked once for many inputs, because an answer
// takes milliseconds; only when something new is in it are they run again to find out which of them did it.

import { type Profiler, Session } from "node:inspector";

const OWN = /\/(shared|peer-node)\/[^?]*\.ts$/;

export class Coverage {
  readonly #session = new Session();
  /** Characters of each source that were reached, by its address. */
  readonly #seen = new Map<string, Uint8Array>();
  #reached = 0;

  constructor() {
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** Characters of our sources that were reached so far. */
  get reached(): number {
    return this.#reached;
  }

  /** Forgets what was counted and not taken. */
  reset(): void {
    this.#session.post("Profiler.takePreciseCoverage");
  }

  /** How many characters were reached since the last call that never were before. @param keeps - they count from now on */
  news(keeps: boolean): number {
    let fresh = 0;
    for (const { url, functions } of this.#take()) if (OWN.test(url)) fresh += this.#paint(url, functions, keeps);
    if (keeps) this.#reached += fresh;
    return fresh;
  }

  #take(): readonly Profiler.ScriptCoverage[] {
    let scripts: readonly Profiler.ScriptCoverage[] = [];
    this.#session.post("Profiler.takePreciseCoverage", (error, { result } = { result: [] }) => {
      if (error !== null) throw error;
      scripts = result;
    });
    return scripts;
  }

  /** Inner ranges stand behind the outer ones and correct them. */
  #paint(url: string, functions: readonly Profiler.FunctionCoverage[], keeps: boolean): number {
    const ranges = functions.flatMap((each) => each.ranges).filter((_, __, { length }) => length > 0);
    const end = ranges.reduce((most, { endOffset }) => Math.max(most, endOffset), 0);
    const now = new Uint8Array(end);
    for (const { startOffset, endOffset, count } of ranges) now.fill(count > 0 ? 1 : 0, startOffset, endOffset);
    const known = this.#seen.get(url) ?? new Uint8Array();
    const seen = known.length >= end ? known : Uint8Array.from({ length: end }, (_, at) => known[at] ?? 0);
    let fresh = 0;
    for (let at = 0; at < end; at++) {
      if (now[at] === 0 || seen[at] === 1) continue;
      fresh++;
      if (keeps) seen[at] = 1;
    }
    this.#seen.set(url, seen);
    return fresh;
  }
}
