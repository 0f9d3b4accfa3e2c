// The command line as a user runs it: a real process, its JSON events, its console and its exit code. Used by the
// end-to-end tests and by the demo. What is awaited is awaited, never slept for. No process outlives the test that
// starts it, though its time runs out.

import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { onTestFinished, TestRunner } from "vitest";
import { killTree } from "../faults/process-room.ts";

const CHECKOUT = new URL("../../", import.meta.url);
const MAIN = fileURLToPath(new URL("peer-node/cli/bookswarm.js", CHECKOUT));

/** One line of a command's `--json` output. */
export interface CommandEvent {
  readonly event: string;
  readonly at: string;
  readonly [field: string]: unknown;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The program to run; the checkout's own when absent. */
  readonly main?: string;
  /** Command that runs the command, as `ip netns exec NAME` does; it becomes the process that it runs. */
  readonly through?: readonly string[];
}

/** How a command ended. */
export interface Exit {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running bookswarm command. */
export class Bookswarm {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: string[] = [];
  readonly #events: CommandEvent[] = [];
  readonly #watchers = new Set<() => void>();
  /** Settles when the process has ended and all its output was read. */
  readonly exit: Promise<Exit>;
  #exit: Exit | undefined;

  /** @param args - as on the command line; events are read when `--json` is among them */
  constructor(args: readonly string[], { cwd, env, main = MAIN, through = [] }: RunOptions = {}) {
    const [program = process.execPath, ...rest] = [...through, process.execPath, main, ...args];
    this.#child = spawn(program, rest, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    // A command that ends early closes its console; what the test still says to it is lost, as on a terminal.
    this.#child.stdin.on("error", () => undefined);
    this.exit = this.#follow();
    // Whoever starts one outside of a test, as a program does or a hook of a whole file, ends it too.
    if (TestRunner.getCurrentTest() !== undefined) onTestFinished(() => this.#kill());
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error("The process did not start");
    return pid;
  }

  /** Every event so far, oldest first. */
  get events(): readonly CommandEvent[] {
    return this.#events;
  }

  /** The last event of this name so far. */
  latest(event: string): CommandEvent | undefined {
    return this.#events.findLast((each) => each.event === event);
  }

  /**
   * The first event of this name that `accepts`, which sees each of them once, likes, past or to come.
   * @throws Error with the command's own words when it ends without
   */
  event(name: string, accepts: (event: CommandEvent) => boolean = () => true): Promise<CommandEvent> {
    return this.#first(this.#events, (event) => event.event === name && accepts(event), `the event ${name}`);
  }

  /** Settles when a line of its output holds this text. @throws as `event` does */
  async says(text: string): Promise<void> {
    await this.#first(this.#lines, (line) => line.includes(text), `"${text}"`);
  }

  /** Types a line on the command's console. */
  say(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Closes the command's console, as a pipe that ends. */
  hangUp(): void {
    this.#child.stdin.end();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Says the word `end` and waits until the command has left in order. */
  end(): Promise<Exit> {
    this.say("end");
    return this.exit;
  }

  /** Ends it with all that it started, so that none of it still writes when its folder goes. */
  async #kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) killTree(this.pid);
    await this.exit;
  }

  async #follow(): Promise<Exit> {
    const stderr: string[] = [];
    const lines = createInterface({ input: this.#child.stdout });
    lines.on("line", (line) => {
      this.#lines.push(line);
      const event = parseEvent(line);
      if (event !== undefined) this.#events.push(event);
      this.#wake();
    });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => stderr.push(text));
    const read = new Promise((resolve) => lines.once("close", resolve));
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("close", (...ended) => resolve(ended));
    });
    await read;
    this.#exit = { code, signal, stdout: this.#lines.map((line) => `${line}\n`).join(""), stderr: stderr.join("") };
    this.#wake();
    return this.#exit;
  }

  /** The first of a list that still grows that `accepts` likes. */
  async #first<T>(list: readonly T[], accepts: (each: T) => boolean, awaited: string): Promise<T> {
    for (let at = 0; ; at++) {
      while (at >= list.length) {
        if (this.#exit !== undefined) throw new Error(`It ended without ${awaited}: ${JSON.stringify(this.#exit)}`);
        await new Promise<void>((resolve) => this.#watchers.add(resolve));
      }
      const each = list[at] as T;
      if (accepts(each)) return each;
    }
  }

  #wake(): void {
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    for (const watcher of watchers) watcher();
  }
}

/** Runs a command to its end. */
export function run(args: readonly string[], options?: RunOptions): Promise<Exit> {
  const command = new Bookswarm(args, options);
  command.hangUp();
  return command.exit;
}

function parseEvent(line: string): CommandEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  const value: unknown = JSON.parse(line);
  return typeof value === "object" && value !== null && "event" in value ? (value as CommandEvent) : undefined;
}
