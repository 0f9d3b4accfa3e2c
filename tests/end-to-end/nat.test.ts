// Who gets a book from whom when routers stand between them that let nobody in: real processes, each on a host of its own.

import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { Why } from "../../peer-node/node/why.ts";
import { Host, Lan, Router, whyNoNetwork } from "../network/network.ts";
import { Machines } from "./machines.ts";

const why = whyNoNetwork();
if (why !== undefined) process.stdout.write(`Skipped: ${why}\n`);

/** An Internet with a tracker on it, and homes behind routers. */
class Internet {
  readonly machines: Machines;
  readonly tracker: string;
  readonly #wire: Lan;
  #homes = 0;

  static async make(): Promise<Internet> {
    const wire = new Lan();
    const machines = await Machines.make();
    const server = new Host(wire, "203.0.113.10");
    return new Internet(wire, machines, `http://${server.address}:${await machines.tracker(server)}`);
  }

  private constructor(wire: Lan, machines: Machines, tracker: string) {
    this.#wire = wire;
    this.machines = machines;
    this.tracker = tracker;
  }

  /** A host that everybody can dial. */
  open(lastNumber: number): Host {
    return new Host(this.#wire, `203.0.113.${lastNumber}`);
  }

  /** A host behind a router of its own, which nobody outside can dial. */
  home(): Host {
    const home = ++this.#homes;
    const inside = new Lan();
    new Router(inside, `192.168.${home}.1`, this.#wire, `203.0.113.${100 + home}`);
    return new Host(inside, `192.168.${home}.20`, `192.168.${home}.1`);
  }
}

/** Slowly enough for a reader to say, now and then, what it waits for. */
const SLOWLY = ["--max-upload", "2MB"];

/** Some of what was said of why it goes no faster was this. */
function someWhy(code: Why["code"], message: string): unknown {
  return expect.arrayContaining([{ code, message }]);
}

describe.skipIf(why !== undefined)("A book whose", () => {
  it("publisher cannot be dialled reaches a reader that can be, which the publisher dials when it is called", async () => {
    const internet = await Internet.make();
    const { machines, tracker } = internet;
    const book = await machines.publish(internet.home(), tracker, ...SLOWLY);
    expect(await machines.get(internet.open(30), tracker + book)).toMatchObject({
      address: "203.0.113.30",
      whys: someWhy("readers", "203.0.113.101 (by connect-back) sends no faster."),
    });
  });

  it("publisher can be dialled reaches a reader that cannot be", async () => {
    const internet = await Internet.make();
    const { machines, tracker } = internet;
    const book = await machines.publish(internet.open(20), tracker, ...SLOWLY);
    expect(await machines.get(internet.home(), tracker + book)).toMatchObject({
      address: "203.0.113.101",
      whys: someWhy("readers", "203.0.113.20 (dialled) sends no faster."),
    });
  });

  it("publisher and reader are behind different routers reaches both readers when a second one can be dialled", async () => {
    const internet = await Internet.make();
    const { machines, tracker } = internet;
    const book = await machines.publish(internet.home(), tracker, ...SLOWLY);
    const [hidden, open] = [internet.home(), internet.open(30)];
    const middle = machines.getAndStay(open, tracker + book, ...SLOWLY);
    // Who joins last is told of the others, and dials; in the other order the open one would call.
    await middle.event("joined");
    expect(await machines.get(hidden, tracker + book)).toMatchObject({
      address: "203.0.113.102",
      whys: someWhy("readers", "203.0.113.30 (dialled) sends no faster."),
    });
    await middle.event("complete");
    const whys = middle.events.filter(({ event }) => event === "progress").map(({ why }) => why);
    expect(whys).toEqual(someWhy("readers", "203.0.113.101 (by connect-back) sends no faster."));
    expect(await machines.differencesOn(open)).toEqual([]);
  });

  it("publisher and reader are behind different routers arrives through a reader that can be dialled and keeps nothing", async () => {
    const internet = await Internet.make();
    const { machines, tracker } = internet;
    const book = await machines.publish(internet.home(), tracker, ...SLOWLY);
    const kept = await machines.serveNothing(internet.open(30), tracker);
    expect(await machines.get(internet.home(), tracker + book)).toMatchObject({
      address: "203.0.113.102",
      whys: someWhy("relayed", "No owner can be reached; 203.0.113.30 (dialled) passes on what others hold."),
    });
    expect((await readdir(kept)).filter((name) => name !== ".bookswarm")).toEqual(["pictures.desc"]);
  });
});
