// What `delay` and `start` have in common: a tracker in this process that knows of no reader but those it is told to
// list, and commands that use it and end with everything else.

import { join } from "node:path";
import { type Script, ScriptedTracker } from "../faults/scripted-tracker.ts";
import { Bookswarm, type Exit, run } from "../processes/bookswarm.ts";

export class OwnTracker {
  readonly url: string;
  readonly #folder: string;
  readonly #atEnd: AsyncDisposableStack;

  /** @param folder - where commands keep their state */
  static async open(folder: string, script: Script, atEnd: AsyncDisposableStack): Promise<OwnTracker> {
    const tracker = await ScriptedTracker.open(script, "127.0.0.1", (step) => atEnd.defer(step));
    return new OwnTracker(tracker.url, folder, atEnd);
  }

  private constructor(url: string, folder: string, atEnd: AsyncDisposableStack) {
    this.url = url;
    this.#folder = folder;
    this.#atEnd = atEnd;
  }

  /** Starts a command that speaks JSON. */
  start(...args: readonly string[]): Bookswarm {
    const command = new Bookswarm([...args, "--tracker", this.url, "--json"], this.#options);
    this.#atEnd.defer(async () => void (await command.end()));
    return command;
  }

  /** Writes the descriptor of a folder. @throws Error with the command's own words when it fails */
  async describe(folder: string, descriptor: string): Promise<Exit> {
    const exit = await run(["describe", folder, "-o", descriptor, "--tracker", this.url], this.#options);
    if (exit.code !== 0) throw new Error(exit.stderr);
    return exit;
  }

  get #options() {
    const state = join(this.#folder, "state");
    const env = { BOOKSWARM_STATE: state, BOOKSWARM_TRACKER: undefined, BOOKSWARM_TOKEN: undefined };
    return { env, cwd: this.#folder };
  }
}
