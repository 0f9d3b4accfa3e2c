// A tracker, a publisher and readers for one test, each a real process, all ended when the test is over.

import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { Bookswarm, type CommandEvent, type Exit, run } from "../processes/bookswarm.ts";
import { scratchFolder } from "../processes/pictures.ts";

export interface Published {
  readonly publisher: Bookswarm;
  readonly link: string;
  readonly bookId: string;
  readonly pages: number;
}

export class TestSwarm {
  /** Where everything lies that this swarm writes. */
  readonly folder: string;
  readonly tracker: string;
  #trackerProcess: Bookswarm;
  /** How the tracker is started again, once its port is known. */
  readonly #trackerArgs: readonly string[];
  readonly #env: NodeJS.ProcessEnv;

  /** Starts a tracker. @param heartbeat - seconds; the tracker's own choice when absent */
  static async start(heartbeat?: number): Promise<TestSwarm> {
    const folder = await scratchFolder();
    const env = environment(folder);
    const beat = heartbeat === undefined ? [] : ["--heartbeat", String(heartbeat)];
    const args = ["tracker", "--data", join(folder, "tracker"), "--json", ...beat];
    const tracker = endInOrder(new Bookswarm([...args, "--port", "0"], { env }));
    const { port } = await tracker.event("listening");
    return new TestSwarm(folder, Number(port), tracker, args);
  }

  private constructor(folder: string, port: number, trackerProcess: Bookswarm, trackerArgs: readonly string[]) {
    this.folder = folder;
    this.tracker = `http://127.0.0.1:${port}`;
    this.#trackerProcess = trackerProcess;
    this.#trackerArgs = [...trackerArgs, "--port", String(port)];
    this.#env = environment(folder);
  }

  /** Stops the tracker in order. */
  async stopTracker(): Promise<void> {
    await this.#trackerProcess.end();
  }

  /** Starts the tracker anew where it was: same port, same data. */
  async restartTracker(): Promise<void> {
    this.#trackerProcess = endInOrder(new Bookswarm(this.#trackerArgs, { env: this.#env }));
    await this.#trackerProcess.event("listening");
  }

  /** A path below this swarm's own folder. */
  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  /** Starts a command that speaks JSON. */
  start(...args: readonly string[]): Bookswarm {
    return keep(new Bookswarm([...args, "--json"], { env: this.#env, cwd: this.folder }));
  }

  /** Runs a command to its end. */
  run(...args: readonly string[]): Promise<Exit> {
    return run(args, { env: this.#env, cwd: this.folder });
  }

  /** Publishes a folder and waits until it is served. */
  async publish(folder: string, ...args: readonly string[]): Promise<Published> {
    const publisher = this.start("publish", folder, "--tracker", this.tracker, ...args);
    const { link, bookId, pages } = await publisher.event("published");
    return { publisher, link: String(link), bookId: String(bookId), pages: Number(pages) };
  }

  /** What the tracker says of a book. */
  async book(link: string): Promise<{ readonly readers: number; readonly complete: number }> {
    const response = await fetch(link, { headers: { Accept: "application/json" } });
    return (await response.json()) as { readers: number; complete: number };
  }

  /** Settles when the tracker counts so many readers; asks again and again, because nobody is told when one goes. */
  async readersAre(link: string, readers: number, withinMs: number): Promise<void> {
    const until = performance.now() + withinMs;
    for (;;) {
      const now = (await this.book(link)).readers;
      if (now === readers) return;
      if (performance.now() > until) throw new Error(`The tracker counts ${now} readers, not ${readers}`);
      // Slower than the tracker's limit on requests, which the readers share.
      await pause(50);
    }
  }
}

/** The one error event of a command that failed. */
export function errorOf(command: { readonly events: readonly CommandEvent[] }): CommandEvent {
  const errors = command.events.filter(({ event }) => event === "error");
  if (errors.length !== 1 || errors[0] === undefined) throw new Error(`Not one error: ${JSON.stringify(errors)}`);
  return errors[0];
}

/** Nothing of the user's own state or settings reaches a test. */
function environment(folder: string): NodeJS.ProcessEnv {
  return { BOOKSWARM_STATE: join(folder, "state"), BOOKSWARM_TRACKER: undefined, BOOKSWARM_TOKEN: undefined };
}

function keep(command: Bookswarm): Bookswarm {
  onTestFinished(async () => {
    command.signal("SIGCONT");
    command.signal("SIGKILL");
    await command.exit;
  });
  return command;
}

/** A tracker is ended in order: its runtime is a process of its own, which would outlive a killed one. */
function endInOrder(tracker: Bookswarm): Bookswarm {
  onTestFinished(async () => {
    await tracker.end();
  });
  return tracker;
}
