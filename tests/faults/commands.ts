// Commands of one test that need no tracker of ours: all write below one folder, and are gone when the test is over.

import { join } from "node:path";
import { Bookswarm, type Exit, run } from "../processes/bookswarm.ts";
import { compareFolders, type Difference, isStateOrLeftover } from "../processes/compare-folders.ts";
import { scratchFolder, writePictures } from "../processes/pictures.ts";

export class Commands {
  readonly folder: string;
  readonly #env: NodeJS.ProcessEnv;

  static async in(folder?: string): Promise<Commands> {
    return new Commands(folder ?? (await scratchFolder()));
  }

  private constructor(folder: string) {
    this.folder = folder;
    this.#env = { BOOKSWARM_STATE: join(folder, "state"), BOOKSWARM_TRACKER: undefined, BOOKSWARM_TOKEN: undefined };
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  start(...args: readonly string[]): Bookswarm {
    return this.startThrough([], ...args);
  }

  /** Starts a command as another one runs it. */
  startThrough(through: readonly string[], ...args: readonly string[]): Bookswarm {
    return new Bookswarm([...args, "--json"], { env: this.#env, cwd: this.folder, through });
  }

  run(...args: readonly string[]): Promise<Exit> {
    return run(args, { env: this.#env, cwd: this.folder });
  }

  /** Makes pictures and their descriptor. @returns the path of the descriptor */
  async describe(sizes: Iterable<readonly [string, number]>): Promise<string> {
    await writePictures(this.path("pictures"), sizes);
    const { code, stderr } = await this.run("describe", this.path("pictures"));
    if (code !== 0) throw new Error(stderr);
    return this.path("pictures", "pictures.desc");
  }

  /** How a copy differs from the pictures. */
  differences(copy: string): Promise<readonly Difference[]> {
    return compareFolders(this.path("pictures"), this.path(copy), isStateOrLeftover);
  }
}
