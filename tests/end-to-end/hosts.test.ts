// The main job between machines: each process on a host of its own, with its own addresses, or behind a router.

import { describe, expect, it } from "vitest";
import { Host, Lan, Router, whyNoNetwork } from "../network/network.ts";
import { Machines } from "./machines.ts";

const why = whyNoNetwork();
if (why !== undefined) process.stdout.write(`Skipped: ${why}\n`);

describe.skipIf(why !== undefined)("Hosts on one LAN", () => {
  it("exchange a book through a tracker on one of them", async () => {
    const lan = new Lan();
    const [first, second, third] = ["192.168.77.1", "192.168.77.2", "192.168.77.3"].map((at) => new Host(lan, at));
    if (first === undefined || second === undefined || third === undefined) throw new Error("There are three");
    const machines = await Machines.make();
    const tracker = `http://${first.address}:${await machines.tracker(first)}`;
    const book = await machines.publish(second, tracker);
    const seen = await Promise.all([third, first].map((host) => machines.get(host, tracker + book)));
    expect(seen.map(({ address }) => address)).toEqual([third.address, first.address]);
  });

  it("reach a publisher that its tracker, on the same machine, sees as loopback", async () => {
    const lan = new Lan();
    const [home, other] = [new Host(lan, "192.168.77.1"), new Host(lan, "192.168.77.2")];
    const machines = await Machines.make();
    const port = await machines.tracker(home);
    const book = await machines.publish(home, `http://127.0.0.1:${port}`);
    expect(await machines.get(other, `http://${home.address}:${port}${book}`)).toMatchObject({
      address: other.address,
    });
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
    expect(await machines.get(two, tracker + book)).toMatchObject({ address: "203.0.113.2" });
  });

  it("fetch from a public one", async () => {
    const [inside, outside] = [new Lan(), new Lan()];
    const [server, publisher] = [new Host(outside, "203.0.113.10"), new Host(outside, "203.0.113.20")];
    new Router(inside, "192.168.1.1", outside, "203.0.113.2");
    const reader = new Host(inside, "192.168.1.20", "192.168.1.1");
    const machines = await Machines.make();
    const tracker = `http://${server.address}:${await machines.tracker(server)}`;
    const book = await machines.publish(publisher, tracker);
    expect(await machines.get(reader, tracker + book)).toMatchObject({ address: "203.0.113.2" });
  });
});
