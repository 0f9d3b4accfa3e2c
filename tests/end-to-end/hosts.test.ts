// The main job between machines: each process on a host of its own, with its own addresses, or behind a router.

import { describe, expect, it, onTestFinished } from "vitest";
import { Host, Lan, Router, whyNoNetwork } from "../network/network.ts";
import { Bookswarm } from "../processes/bookswarm.ts";
import { compareFolders, isState } from "../processes/compare-folders.ts";
import { manyPictures, scratchFolder, writePictures } from "../processes/pictures.ts";

const PICTURES = [...manyPictures(20, 300_000)];

const why = whyNoNetwork();
if (why !== undefined) process.stdout.write(`Skipped: ${why}\n`);

/** Commands on hosts, with one folder for all that they write, and a folder of pictures in it. */
class Machines {
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
    // In order, because a tracker's runtime is a process of its own, which would outlive it.
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
  async publish(host: Host, tracker: string): Promise<string> {
    const publisher = this.start(host, "publish", this.pictures, "--tracker", tracker);
    await publisher.event("joined");
    return `/books/${String((await publisher.event("published"))["bookId"])}`;
  }

  /** Gets the book on a host, and compares it byte by byte. @returns the address at which the tracker sees the reader */
  async get(host: Host, link: string): Promise<string> {
    const copy = `${this.folder}/copy-${host.address}`;
    const reader = this.start(host, "get", link, "--to", copy, "--exit");
    expect(await reader.exit).toMatchObject({ code: 0, stderr: "" });
    expect(await compareFolders(this.pictures, copy, isState)).toEqual([]);
    return String(reader.latest("joined")?.["address"]);
  }
}

describe.skipIf(why !== undefined)("Hosts on one LAN", () => {
  it("exchange a book through a tracker on one of them", async () => {
    const lan = new Lan();
    const [first, second, third] = ["192.168.77.1", "192.168.77.2", "192.168.77.3"].map((at) => new Host(lan, at));
    if (first === undefined || second === undefined || third === undefined) throw new Error("There are three");
    const machines = await Machines.make();
    const tracker = `http://${first.address}:${await machines.tracker(first)}`;
    const book = await machines.publish(second, tracker);
    const seen = await Promise.all([third, first].map((host) => machines.get(host, tracker + book)));
    expect(seen).toEqual([third.address, first.address]);
  });

  it("reach a publisher that its tracker, on the same machine, sees as loopback", async () => {
    const lan = new Lan();
    const [home, other] = [new Host(lan, "192.168.77.1"), new Host(lan, "192.168.77.2")];
    const machines = await Machines.make();
    const port = await machines.tracker(home);
    const book = await machines.publish(home, `http://127.0.0.1:${port}`);
    expect(await machines.get(other, `http://${home.address}:${port}${book}`)).toBe(other.address);
  });
});

describe.skipIf(why !== undefined)("Hosts behind a router", () => {
  it("find each other by their private addresses, although the tracker sees one public address", async () => {
    const [inside, outside] = [new Lan(), new Lan()];
    const server = new Host(outside, "203.0.113.10");
    new Router(inside, "192.168.1.1", outside, "203.0.113.2");
    const [one, two] = [
      new Host(inside, "192.168.1.20", "192.168.1.1"),
      new Host(inside, "192.168.1.21", "192.168.1.1"),
    ];
    const machines = await Machines.make();
    const tracker = `http://${server.address}:${await machines.tracker(server)}`;
    const book = await machines.publish(one, tracker);
    expect(await machines.get(two, tracker + book)).toBe("203.0.113.2");
  });

  it("fetch from a public one", async () => {
    const [inside, outside] = [new Lan(), new Lan()];
    const [server, publisher] = [new Host(outside, "203.0.113.10"), new Host(outside, "203.0.113.20")];
    new Router(inside, "192.168.1.1", outside, "203.0.113.2");
    const reader = new Host(inside, "192.168.1.20", "192.168.1.1");
    const machines = await Machines.make();
    const tracker = `http://${server.address}:${await machines.tracker(server)}`;
    const book = await machines.publish(publisher, tracker);
    expect(await machines.get(reader, tracker + book)).toBe("203.0.113.2");
  });
});
