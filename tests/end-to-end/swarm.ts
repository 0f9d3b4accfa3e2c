// A tracker, a publisher and readers for one test, each a real process, all ended when the test is over.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { Bookswarm, type CommandEvent, type Exit, run } from "../processes/bookswarm.ts";
import { scratchFolder } from "../processes/pictures.ts";

export interface Published {
  readonly publisher: Bookswarm;
  readonly link: string;
  readonly bookId: string;
  readonly pages: number;
}

/** A tracker that can be stopped and started again where it was. */
class OwnTracker {
  readonly url: string;
  #process: Bookswarm;
  readonly #args: readonly string[];
  readonly #env: NodeJS.ProcessEnv;

  /** @param args - beside the port, which is any free one at first */
  static async start(args: readonly string[], env: NodeJS.ProcessEnv): Promise<OwnTracker> {
    const process = new Bookswarm([...args, "--port", "0"], { env });
    const { port } = await process.event("listening");
    return new OwnTracker(Number(port), process, args, env);
  }

  private constructor(port: number, process: Bookswarm, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.url = `http://127.0.0.1:${port}`;
    this.#process = process;
    this.#args = [...args, "--port", String(port)];
    this.#env = env;
  }

  /** Stops it in order, if it runs. */
  async stop(): Promise<void> {
    await this.#process.end();
  }

  async restart(): Promise<void> {
    this.#process = new Bookswarm(this.#args, { env: this.#env });
    // In order, before what is left of the test is killed.
    onTestFinished(() => this.stop());
    await this.#process.event("listening");
  }
}

/**
 * One tracker for a file of tests to whom it is only where books come from: each swarm that is then made is at this one,
 * and publishes books of its own.
 */
export function swarmsForTests(): () => Promise<TestSwarm> {
  let folder = "";
  let tracker: OwnTracker | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "bookswarm-test-"));
    tracker = await OwnTracker.start(["tracker", "--data", folder, "--json"], environment(folder));
  });
  afterAll(async () => {
    await tracker?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return () => TestSwarm.at(tracker?.url ?? "");
}

export class TestSwarm {
  /** Where everything lies that this swarm writes. */
  readonly folder: string;
  readonly tracker: string;
  readonly #ownTracker: OwnTracker | undefined;
  readonly #env: NodeJS.ProcessEnv;

  /** Starts a tracker. @param heartbeat - seconds; the tracker's own choice when absent */
  static async start(heartbeat?: number): Promise<TestSwarm> {
    const folder = await scratchFolder();
    const beat = heartbeat === undefined ? [] : ["--heartbeat", String(heartbeat)];
    const args = ["tracker", "--data", join(folder, "tracker"), "--json", ...beat];
    const tracker = await OwnTracker.start(args, environment(folder));
    onTestFinished(() => tracker.stop());
    return new TestSwarm(folder, tracker.url, tracker);
  }

  /** A swarm at somebody else's tracker. */
  static async at(tracker: string): Promise<TestSwarm> {
    return new TestSwarm(await scratchFolder(), tracker, undefined);
  }

  private constructor(folder: string, tracker: string, ownTracker: OwnTracker | undefined) {
    this.folder = folder;
    this.tracker = tracker;
    this.#ownTracker = ownTracker;
    this.#env = environment(folder);
  }

  /** Stops its own tracker in order. */
  async stopTracker(): Promise<void> {
    await this.#ownTracker?.stop();
  }

  /** Starts its own tracker anew where it was: same port, same data. */
  async restartTracker(): Promise<void> {
    await this.#ownTracker?.restart();
  }

  /** A path below this swarm's own folder. */
  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  /** Starts a command that speaks JSON. */
  start(...args: readonly string[]): Bookswarm {
    return new Bookswarm([...args, "--json"], { env: this.#env, cwd: this.folder });
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

/** Waits until `reader` has at least so many images, with the publisher stopped right there. */
export async function stopMidway(publisher: Bookswarm, reader: Bookswarm, images: number): Promise<void> {
  let seen = 0;
  await reader.event("image", () => ++seen >= images);
  publisher.signal("SIGSTOP");
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
