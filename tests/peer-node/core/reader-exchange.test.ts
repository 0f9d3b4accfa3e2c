// Readers that neighbours tell of one another while no tracker does.

import { describe, expect, it } from "vitest";
import {
  DIALS_MAX,
  HINT_MS,
  HINTS_AT_ONCE,
  LINKS_LOW,
  MEET_MS_MIN,
  SEEK_MS_MAX,
  SEEK_MS_MIN,
  WRONG_PAGES_MAX,
} from "../../../peer-node/core/policy.ts";
import type { MetReader } from "../../../shared/wire/messages.ts";
import { askedPages, fullPages, only, Puzzle, readerId, sent, Visitor } from "./puzzle.ts";

const met = (number: number, host = `192.0.2.${number}`, port = 4_000): MetReader => {
  return { reader: readerId(number), host, port };
};

/** Lets a tenth of a second go by, in which the neighbour says that it holds nothing of what it is asked for. */
function passABit(puzzle: Puzzle, neighbour: Visitor): ReturnType<Puzzle["take"]> {
  const effects = puzzle.pass(100);
  for (const page of askedPages(effects)) neighbour.says({ flag: "refuse", page, reason: "not-held" });
  return effects;
}

/** A swarm without a tracker that has asked its one neighbour. */
function asking(host = "198.51.100.1"): { puzzle: Puzzle; neighbour: Visitor } {
  const puzzle = new Puzzle(fullPages(4));
  const neighbour = puzzle.visit(1, [], host);
  for (let passed = 0; passed < 1.5 * SEEK_MS_MIN; passed += 100) passABit(puzzle, neighbour);
  expect(sent(puzzle.take(), "seek", neighbour.link).length).toBe(1);
  return { puzzle, neighbour };
}

/** Dials a reader that the tracker lists, and is answered. */
function reach(puzzle: Puzzle, number: number, host = `10.0.0.${number}`): void {
  const addresses = [{ host, port: 4_000 }];
  puzzle.tell({ type: "listed", readers: [{ reader: readerId(number), addresses }], others: 1, othersComplete: 0 });
  const link = puzzle.nextLink();
  puzzle.tell({ type: "dialled", link, reader: readerId(number), host });
  puzzle.tell({ type: "received", link, message: puzzle.helloFrom(number) });
  new Visitor(puzzle, link, number).says({ flag: "heldNone" });
}

const namesTold = (visitor: Visitor) =>
  sent(visitor.says({ flag: "seek" }), "meet", visitor.link).flatMap(({ readers }) =>
    readers.map(({ reader }) => reader),
  );

describe("A swarm without a tracker", () => {
  it("asks its neighbours for readers, ever more rarely, and dials whom they name", () => {
    const { puzzle, neighbour } = asking();
    const effects = neighbour.says({ flag: "meet", readers: [met(7)] });
    expect(only(effects, "dial")).toEqual([
      { type: "dial", reader: readerId(7), addresses: [{ host: "192.0.2.7", port: 4_000 }] },
    ]);
    puzzle.tell({ type: "dialled", link: puzzle.nextLink(), reader: readerId(7), host: "192.0.2.7" });
    expect(puzzle.swarm.snapshot(puzzle.now).links.map(({ way }) => way)).toEqual(["accepted", "exchange"]);
    const times: number[] = [];
    for (let step = 0; step < 3_000; step++) {
      if (sent(passABit(puzzle, neighbour), "seek", neighbour.link).length > 0) {
        times.push(puzzle.now);
        neighbour.says({ flag: "meet", readers: [] });
      }
      if (step % 100 === 0) neighbour.says({ flag: "pong" });
    }
    const gaps = times.slice(1).map((time, at) => time - (times[at] ?? 0));
    expect(Math.max(...gaps)).toBeGreaterThan(SEEK_MS_MAX - 100);
    expect(Math.min(...gaps)).toBeGreaterThan(SEEK_MS_MIN - 100);
  });

  it("asks nobody while the tracker is there, when it has enough links, or when it misses nothing", () => {
    const tracked = new Puzzle(fullPages(4));
    tracked.tell({ type: "tracker", ready: true });
    const busy = new Puzzle(fullPages(4));
    for (let number = 1; number < LINKS_LOW; number++) busy.visit(number, []);
    busy.visit(LINKS_LOW, []);
    busy.take();
    const complete = new Puzzle(fullPages(1), { holds: [0] });
    for (const puzzle of [tracked, complete]) puzzle.visit(1, []);
    for (const puzzle of [tracked, busy, complete]) expect(sent(puzzle.pass(4 * SEEK_MS_MIN), "seek")).toEqual([]);
  });

  it("ends a link on which readers are named that it did not ask for", () => {
    const { puzzle, neighbour } = asking();
    neighbour.says({ flag: "meet", readers: [] });
    const effects = neighbour.says({ flag: "meet", readers: [met(7)] });
    expect(only(effects, "close").map(({ fault }) => fault)).toEqual(["out-of-turn"]);
    expect(only(puzzle.take(), "dial")).toEqual([]);
  });

  it.each([
    ["a private address, told by somebody outside", "198.51.100.1", met(7, "192.168.1.4")],
    ["loopback, told by another machine", "192.168.1.9", met(7, "127.0.0.1")],
    ["an address of many", "198.51.100.1", met(7, "224.0.0.1")],
    ["a port where services live", "198.51.100.1", met(7, "192.0.2.7", 80)],
    ["itself", "198.51.100.1", met(1_000)],
  ])("does not dial %s", (_, host, hint) => {
    const { neighbour } = asking(host);
    expect(only(neighbour.says({ flag: "meet", readers: [hint] }), "dial")).toEqual([]);
  });

  it("dials a private address that a neighbour in the same network names", () => {
    const { neighbour } = asking("192.168.1.9");
    expect(only(neighbour.says({ flag: "meet", readers: [met(7, "192.168.1.4")] }), "dial").length).toBe(1);
  });

  it("dials a wrong hint once, and reports nobody for it", () => {
    const { puzzle, neighbour } = asking();
    neighbour.says({ flag: "meet", readers: [met(7)] });
    puzzle.take();
    puzzle.tell({ type: "dialFailed", reader: readerId(7) });
    neighbour.says({ flag: "pong" });
    puzzle.pass(40_000);
    const effects = puzzle.take();
    expect(only(effects, "dial")).toEqual([]);
    expect(only(effects, "report")).toEqual([]);
  });

  it("dials a few hints at once and then few in a time, however many are named", () => {
    const { puzzle, neighbour } = asking();
    let named = 6;
    const failAll = () => {
      const dialled = only(puzzle.take(), "dial");
      for (const { reader } of dialled) puzzle.tell({ type: "dialFailed", reader });
      return dialled.length;
    };
    let dials = 0;
    const began = puzzle.now;
    for (let round = 0; round < 60; round++) {
      const asked = sent(puzzle.pass(1_000), "seek").length > 0;
      if (asked || round === 0) {
        neighbour.says({
          flag: "meet",
          readers: Array.from({ length: 20 }, () => met(++named, `203.${named % 256}.113.7`)),
        });
      }
      neighbour.says({ flag: "pong" });
      for (let failed = failAll(); failed > 0; failed = failAll()) {
        expect(failed).toBeLessThanOrEqual(DIALS_MAX);
        dials += failed;
      }
    }
    expect(dials).toBeGreaterThanOrEqual(HINTS_AT_ONCE);
    expect(dials).toBeLessThanOrEqual(HINTS_AT_ONCE + (puzzle.now - began + 2 * SEEK_MS_MIN) / HINT_MS);
  });

  it("does not let a hint speak for a reader: who is banned at it is not banned elsewhere", () => {
    const { puzzle, neighbour } = asking();
    neighbour.says({ flag: "meet", readers: [met(7)] });
    const link = puzzle.nextLink();
    puzzle.tell({ type: "dialled", link, reader: readerId(7), host: "192.0.2.7" });
    puzzle.tell({ type: "received", link, message: puzzle.helloFrom(7) });
    for (const page of [0, 1]) puzzle.tell({ type: "pageCorrupt", page: puzzle.book.page(page), link });
    expect(only(puzzle.take(), "banned").length).toBe(1);
    puzzle.visit(7, "all", "203.0.113.7");
    expect(only(puzzle.take(), "close")).toEqual([]);
  });
});

describe("A swarm that is asked for readers", () => {
  it("names those that it has dialled itself and that have answered, and where", () => {
    const puzzle = new Puzzle(fullPages(4));
    reach(puzzle, 7);
    puzzle.visit(8, [], "10.0.0.8");
    puzzle.list(9);
    const visitor = puzzle.visit(1, [], "10.0.0.1");
    expect(sent(visitor.says({ flag: "seek" }), "meet", visitor.link)).toEqual([
      { flag: "meet", readers: [{ reader: readerId(7), host: "10.0.0.7", port: 4_000 }] },
    ]);
  });

  it("names private addresses to those alone who are in the same network, and nobody to itself", () => {
    const puzzle = new Puzzle(fullPages(4));
    reach(puzzle, 7, "192.168.1.7");
    reach(puzzle, 8, "192.0.2.8");
    expect(namesTold(puzzle.visit(1, [], "198.51.100.1"))).toEqual([readerId(8)]);
    expect([...namesTold(puzzle.visit(2, [], "192.168.1.9"))].sort()).toEqual([readerId(7), readerId(8)]);
  });

  it("names nobody to who asks too often, and answers each time", () => {
    const puzzle = new Puzzle(fullPages(4));
    reach(puzzle, 7);
    const visitor = puzzle.visit(1, []);
    expect(namesTold(visitor)).toEqual([readerId(7)]);
    expect(sent(visitor.says({ flag: "seek" }), "meet")).toEqual([{ flag: "meet", readers: [] }]);
    puzzle.pass(MEET_MS_MIN);
    expect(namesTold(visitor)).toEqual([readerId(7)]);
  });

  it("names a reader no longer once a dial to it has failed", () => {
    const puzzle = new Puzzle(fullPages(4));
    reach(puzzle, 7);
    const visitor = puzzle.visit(1, []);
    const link = puzzle.swarm.snapshot(puzzle.now).links.length;
    expect(link).toBe(2);
    puzzle.tell({ type: "closed", link: 1 as Visitor["link"] });
    puzzle.take();
    while (only(puzzle.take(), "dial").length === 0) puzzle.pass(500);
    puzzle.tell({ type: "dialFailed", reader: readerId(7) });
    expect(namesTold(visitor)).toEqual([]);
  });

  it("names a reader no longer once it was banned", () => {
    const puzzle = new Puzzle(fullPages(4));
    reach(puzzle, 7);
    const visitor = puzzle.visit(1, []);
    for (let page = 0; page < WRONG_PAGES_MAX; page++)
      puzzle.tell({ type: "pageCorrupt", page: puzzle.book.page(page), link: 1 as Visitor["link"] });
    expect(namesTold(visitor)).toEqual([]);
  });
});
