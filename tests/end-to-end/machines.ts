// Commands on hosts with addresses of their own: a tracker, a publisher and readers, each a real process, all ended when
// the test is over.

import { copyFile, mkdir } from "node:fs/promises";
import { expect, onTestFinished } from "vitest";
import type { Why } from "../../peer-node/node/why.ts";
import type { Host } from "../network/network.ts";
import { Bookswarm } from "../processes/bookswarm.ts";
import { compareFolders, isState } from "../processes/compare-folders.ts";
import { manyPictures, scratchFolder, writePictures } from "../processes/pictures.ts";

const PICTURES = [...manyPictures(20, 300_000)];

/** How a book was got: the address at which the tracker saw the reader, and every `why` in the order in which it came. */
interface Gotten {
  readonly address: string;
  readonly whys: readonly Why[];
}

/** Commands on hosts, with one folder for all that they write, and a folder of pictures in it. */
export class Machines {
  readonly folder: string;

  static async make(): Promise<Machines> {
    const machines = new Machines(await scratchFolder());
    await writePictures(machines.pictures, PICTURES);
    return machines;
  }

  private constructor(folder: string) {
    this.folder = folder;
  }

  get pictures(): string {
    return `${this.folder}/pictures`;
  }

  start(host: Host, ...args: readonly string[]): Bookswarm {
    const env = {
      BOOKSWARM_STATE: `${this.folder}/state-${host.address}`,
      BOOKSWARM_TRACKER: undefined,
      BOOKSWARM_TOKEN: undefined,
    };
    const command = new Bookswarm([...args, "--json"], { env, cwd: this.folder, through: host.through });
    // In order: a host is taken down when the test is over, and nobody must still be on it.
    onTestFinished(async () => void (await command.end()));
    return command;
  }

  /** Starts a tracker for whoever reaches the host. @returns its port */
  async tracker(host: Host): Promise<string> {
    const command = this.start(host, "tracker", "--host", "0.0.0.0", "--port", "0", "--data", `${this.folder}/tracker`);
    const { port, links } = await command.event("listening");
    expect(links).toContain(`http://${host.address}:${String(port)}`);
    return String(port);
  }

  /** Publishes the pictures. @returns the id of the book, and the path of its page below a tracker's address */
  async publish(host: Host, tracker: string, ...args: readonly string[]): Promise<string> {
    const publisher = this.start(host, "publish", this.pictures, "--tracker", tracker, ...args);
    await publisher.event("joined");
    return `/books/${String((await publisher.event("published"))["bookId"])}`;
  }

  /** Gets the book on a host, and compares it byte by byte. @returns how, and what it said of why it goes no faster */
  async get(host: Host, link: string): Promise<Gotten> {
    const reader = this.start(host, "get", link, "--to", this.#copyOn(host), "--exit");
    expect(await reader.exit).toMatchObject({ code: 0, stderr: "" });
    expect(await this.differencesOn(host)).toEqual([]);
    const whys = reader.events.flatMap(({ event, why }) => (event === "progress" ? [why as Why] : []));
    return { address: String(reader.latest("joined")?.["address"]), whys };
  }

  /** Begins to get the book on a host, and stays there when it is complete. */
  getAndStay(host: Host, link: string, ...args: readonly string[]): Bookswarm {
    return this.start(host, "get", link, "--to", this.#copyOn(host), ...args);
  }

  /** Serves an empty folder on a host: a reader that asks for nothing. @returns the folder */
  async serveNothing(host: Host, tracker: string): Promise<string> {
    const folder = `${this.folder}/nothing-${host.address}`;
    await mkdir(folder);
    await copyFile(`${this.pictures}/pictures.desc`, `${folder}/pictures.desc`);
    await this.start(host, "seed", `${folder}/pictures.desc`, "--tracker", tracker).event("joined");
    return folder;
  }

  /** How the copy that was got on a host differs from the pictures. */
  differencesOn(host: Host): ReturnType<typeof compareFolders> {
    return compareFolders(this.pictures, this.#copyOn(host), isState);
  }

  #copyOn(host: Host): string {
    return `${this.folder}/copy-${host.address}`;
  }
}
