// The command line as a user runs it: a process of its own, its output by lines.

import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { onTestFinished } from "vitest";

/** What node runs as the command. */
export const MAIN = resolve(import.meta.dirname, "../../../peer-node/cli/bookswarm.js");

/** What a finished command left behind. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running command. */
export class RunningCommand {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly finished: Promise<Finished>;
  readonly #events: Record<string, unknown>[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const { BOOKSWARM_TRACKER: _, BOOKSWARM_TOKEN: __, ...inherited } = process.env;
    this.process = spawn(process.execPath, [MAIN, ...args], {
      env: { ...inherited, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    onTestFinished(() => void this.process.kill("SIGKILL"));
    this.finished = this.#collect();
  }

  /** The first event of this name that `accepts` likes; fails when the command ends without it. */
  async event(
    name: string,
    accepts: (event: Record<string, unknown>) => boolean = () => true,
  ): Promise<Record<string, unknown>> {
    for (;;) {
      const found = this.#events.find((each) => each["event"] === name && accepts(each));
      if (found !== undefined) return found;
      const more = new Promise<"more">((settle) => this.#waiting.add(() => settle("more")));
      const ended = await Promise.race([more, this.finished]);
      if (ended !== "more") throw new Error(`The command ended without ${name}: ${ended.stdout}${ended.stderr}`);
    }
  }

  /** Says a line on the command's standard input. */
  say(line: string): void {
    this.process.stdin.write(`${line}\n`);
  }

  async #collect(): Promise<Finished> {
    let stdout = "";
    let stderr = "";
    createInterface({ input: this.process.stdout }).on("line", (line) => {
      stdout += `${line}\n`;
      if (line.startsWith("{")) this.#events.push(JSON.parse(line));
      for (const wake of this.#waiting) wake();
      this.#waiting.clear();
    });
    this.process.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const [code] = await once(this.process, "close");
    return { code, stdout, stderr };
  }
}

/** Runs a command to its end. */
export function run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Finished> {
  const command = new RunningCommand(args, env);
  command.process.stdin.end();
  return command.finished;
}

/** The events of a command that ran with --json, without their time. */
export function eventsOf({ stdout }: Finished): readonly Record<string, unknown>[] {
  return stdout
    .trim()
    .split("\n")
    .map((line) => {
      const { at, ...event } = JSON.parse(line);
      if (new Date(at).toISOString() !== at) throw new Error(`The event has no time: ${line}`);
      return event;
    });
}

/** An empty folder that is gone when the test ends. */
export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bookswarm-cli-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
