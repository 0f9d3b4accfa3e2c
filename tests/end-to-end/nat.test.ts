// Who gets a book from whom when routers stand between them that let nobody in: real processes, each on a host of its own.

import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
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

describe.skipIf(why !== undefined)("A book whose", () => {
  it("publisher cannot be dialled reaches a reader that can be, which the publisher dials when it is called", async () => {
    const internet = await Internet.make();
    const { machines, tracker } = internet;
    const book = await machines.publish(internet.home(), tracker);
    expect(await machines.get(internet.open(30), tracker + book)).toBe("203.0.113.30");
  });

  it("publisher can be dialled reaches a reader that cannot be", async () => {
    const internet = await Internet.make();
    const { machines, tracker } = internet;
    const book = await machines.publish(internet.open(20), tracker);
    expect(await machines.get(internet.home(), tracker + book)).toBe("203.0.113.101");
  });

  it("publisher and reader are behind different routers reaches both readers when a second one can be dialled", async () => {
    const internet = await Internet.make();
    const { machines, tracker } = internet;
    const book = await machines.publish(internet.home(), tracker);
    const [hidden, open] = [internet.home(), internet.open(30)];
    const middle = machines.getAndStay(open, tracker + book);
    expect(await machines.get(hidden, tracker + book)).toBe("203.0.113.102");
    await middle.event("complete");
    expect(await machines.differencesOn(open)).toEqual([]);
  });

  it("publisher and reader are behind different routers arrives through a reader that can be dialled and keeps nothing", async () => {
    const internet = await Internet.make();
    const { machines, tracker } = internet;
    const book = await machines.publish(internet.home(), tracker);
    const kept = await machines.serveNothing(internet.open(30), tracker);
    expect(await machines.get(internet.home(), tracker + book)).toBe("203.0.113.102");
    expect((await readdir(kept)).filter((name) => name !== ".bookswarm")).toEqual(["pictures.desc"]);
  });
});
