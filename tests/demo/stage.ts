// What every demo does: start processes as a user would, show what each holds until the readers are complete, compare
// every copy byte by byte, and ask each process at its end what it moved.

import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { Bookswarm, type CommandEvent } from "../processes/bookswarm.ts";
import { compareFolders, isState } from "../processes/compare-folders.ts";
import { type Row, Screen } from "./screen.ts";
import type { Tally } from "./summary.ts";

/** Milliseconds between two pictures of the swarm. */
const REFRESH_MS = 100;

/** A process, and what it is called on the screen. */
export interface Player {
  readonly name: string;
  readonly process: Bookswarm;
  /** Where its copy lies. */
  readonly folder: string;
}

export class Stage {
  /** A folder of the demo's own, removed by whoever made it. */
  readonly scratch: string;
  readonly #players: Player[] = [];

  constructor(scratch: string) {
    this.scratch = scratch;
  }

  /** Starts a command. @param folder - where its copy will lie, if it makes one */
  start(name: string, args: readonly string[], folder = ""): Player {
    // Nothing of the user's own state or settings takes part.
    const state = join(this.scratch, "state", name);
    const env = { BOOKSWARM_STATE: state, BOOKSWARM_TRACKER: undefined, BOOKSWARM_TOKEN: undefined };
    const player = { name, process: new Bookswarm([...args, "--json"], { env }), folder };
    this.#players.push(player);
    return player;
  }

  /** Starts a tracker. @returns its address */
  async tracker(): Promise<string> {
    const { process } = this.start("tracker", ["tracker", "--port", "0", "--data", join(this.scratch, "tracker")]);
    const { port } = await process.event("listening");
    return `http://127.0.0.1:${String(port)}`;
  }

  /** Shows all of `shown` until all of `readers` are complete; returns the seconds since `began`. */
  async watch(shown: readonly Player[], readers: readonly Player[], began: number): Promise<number> {
    const screen = new Screen();
    let seconds: number | undefined;
    const end = Promise.all(readers.map(({ process }) => process.event("complete"))).then(() => {
      seconds = (performance.now() - began) / 1_000;
    });
    while (seconds === undefined) {
      screen.show(shown.map(rowOf), performance.now());
      await Promise.race([end, pause(REFRESH_MS)]);
    }
    screen.show(shown.map(rowOf), Number.POSITIVE_INFINITY);
    screen.done();
    return seconds;
  }

  /** Which image at which reader is lost or different; nothing when every copy equals the original. */
  async compare(original: string, readers: readonly Player[]): Promise<readonly string[]> {
    const wrong: string[] = [];
    for (const { name, folder } of readers) {
      const differences = await compareFolders(original, folder, isState);
      for (const { path, kind } of differences) wrong.push(`${name}: ${path} is ${kind}`);
    }
    return wrong;
  }

  /** Ends processes in order and reads what each says of itself last. */
  tallies(players: readonly Player[]): Promise<Tally[]> {
    return Promise.all(players.map(tallyOf));
  }

  /** Ends whatever still runs. */
  async end(): Promise<void> {
    await Promise.all(this.#players.map(({ process }) => process.end()));
  }
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function numberOf(event: CommandEvent | undefined, field: string): number {
  return Number(event?.[field] ?? 0);
}

function rowOf({ name, process }: Player): Row {
  const progress = process.latest("progress");
  const complete = process.latest("complete") !== undefined;
  const pages = numberOf(progress, "pages");
  return {
    name,
    pages: progress === undefined ? 1 : pages,
    pagesHeld: complete ? pages : numberOf(progress, "pagesHeld"),
    rate: complete ? 0 : numberOf(progress, "bytesPerSecond"),
    state: complete ? "complete" : progress === undefined ? "starting" : `${numberOf(progress, "readers")} readers`,
  };
}

async function tallyOf({ name, process }: Player): Promise<Tally> {
  await process.end();
  const ended = process.latest("ended");
  return {
    name,
    pagesSent: numberOf(ended, "pagesSent"),
    pagesReceived: numberOf(ended, "pagesReceived"),
    bytesSent: numberOf(ended, "bytesSent"),
  };
}
