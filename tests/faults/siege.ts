// Honest processes under attack: a tracker, a publisher that is made slow, and a reader that therefore still fetches
// while every behaviour of the table is tried on both. In the end a quick publisher comes, and the reader completes.

import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseBookId, parseReaderId } from "../../shared/ids.ts";
import { Bookswarm } from "../processes/bookswarm.ts";
import { compareFolders, type Difference, isState } from "../processes/compare-folders.ts";
import { writePictures } from "../processes/pictures.ts";
import type { Victim } from "./bad-reader.ts";
import { TRIES_ALL } from "./effort.ts";

/** A book of 50 or 60 MB must outlast every behaviour, on a busy machine too: twelve minutes, or twenty-five. */
const RATE = TRIES_ALL ? "40kB" : "70kB";

const BIG = 40;
const SMALL = TRIES_ALL ? 10_000 : 8_000;

/** Some pages of 5,000 bytes, which are soon sent. */
export const SMALL_PAGES: readonly number[] = [0, 1, 2, 3];

/** The pages of 256,000 bytes, which travel in several pieces; the last, so that who fetches in order lacks them for long. */
export const BIG_PAGES: readonly number[] = Array.from({ length: BIG }, (_, at) => SMALL + at);

function* pictures(): Generator<readonly [string, number]> {
  for (let at = 0; at < SMALL; at++) yield [`a/small-${String(at).padStart(4, "0")}.jpg`, 5_000];
  for (let at = 0; at < BIG; at++) yield [`b/big-${String(at).padStart(4, "0")}.jpg`, 256_000];
}

export class Siege {
  readonly folder: string;
  readonly #running: Bookswarm[] = [];
  readonly #env: NodeJS.ProcessEnv;

  private constructor(folder: string) {
    this.folder = folder;
    this.#env = { BOOKSWARM_STATE: join(folder, "state"), BOOKSWARM_TRACKER: undefined, BOOKSWARM_TOKEN: undefined };
  }

  /** Lays it. */
  static async lay(): Promise<Siege & Honest> {
    const siege = new Siege(await mkdtemp(join(tmpdir(), "bookswarm-siege-")));
    await writePictures(siege.path("pictures"), pictures());
    const tracker = siege.#start("tracker", "--port", "0", "--data", siege.path("tracker"));
    const address = `http://127.0.0.1:${String((await tracker.event("listening"))["port"])}`;
    const server = siege.#start("publish", siege.path("pictures"), "--tracker", address, "--max-upload", RATE);
    const { link, bookId, pages } = await server.event("published");
    const fetcher = siege.#start("get", String(link), "--to", siege.path("copy"));
    const victim = async (process: Bookswarm): Promise<Victim> => ({
      bookId: parseBookId(String(bookId)),
      id: parseReaderId(String((await process.event("joined"))["readerId"])),
      port: Number((await process.event("listening"))["port"]),
      pages: Number(pages),
    });
    await fetcher.event("progress", ({ pagesHeld }) => Number(pagesHeld) > 0);
    const honest: Honest = {
      server,
      fetcher,
      victims: { server: await victim(server), fetcher: await victim(fetcher) },
    };
    return Object.assign(siege, honest);
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  /** Serves the whole book from another folder, without a limit. */
  async relieve(): Promise<void> {
    await cp(this.path("pictures"), this.path("relief"), {
      recursive: true,
      filter: (path) => !path.endsWith(".bookswarm"),
    });
    this.#start("seed", this.path("relief"));
  }

  /** How the fetcher's copy differs from the pictures. */
  differences(): Promise<readonly Difference[]> {
    return compareFolders(this.path("pictures"), this.path("copy"), isState);
  }

  async lift(): Promise<void> {
    // The tracker last: the others take their leave of it.
    for (const process of this.#running.toReversed()) await process.end();
    await rm(this.folder, { recursive: true, force: true });
  }

  #start(...args: readonly string[]): Bookswarm {
    const process = new Bookswarm([...args, "--json"], { env: this.#env, cwd: this.folder });
    this.#running.push(process);
    return process;
  }
}

/** The honest processes, and how each is attacked. */
export interface Honest {
  readonly server: Bookswarm;
  readonly fetcher: Bookswarm;
  readonly victims: Readonly<Record<"server" | "fetcher", Victim>>;
}
