// Links are few, and whoever wants to keep a reader from others takes them all: what that does not achieve.

import { describe, expect, it } from "vitest";
import { DIALS_MAX, KNOWN_MAX, LINKS_DIALLED_MIN, LINKS_MAX } from "../../../peer-node/core/policy.ts";
import { fullPages, only, Puzzle, readerId, sent } from "./puzzle.ts";

const CROWD = "198.51.100.66";

/** An engine whose links are all taken by readers from one address. */
function crowded(): Puzzle {
  const puzzle = new Puzzle(fullPages(4), { holds: [0, 1, 2, 3] });
  for (let number = 1; number <= LINKS_MAX; number++) puzzle.visit(number, [], CROWD);
  puzzle.take();
  return puzzle;
}

describe("A swarm whose links are all taken by one party", () => {
  it("gives one of them to a newcomer from elsewhere", () => {
    const puzzle = crowded();
    const newcomer = puzzle.visit(900, [], "203.0.113.5");
    expect(sent(puzzle.take(), "hello", newcomer.link).length).toBe(1);
    expect(puzzle.swarm.snapshot(puzzle.now).links.length).toBe(LINKS_MAX);
  });

  it("gives up the link that moved least", () => {
    const puzzle = new Puzzle(fullPages(4), { holds: [0, 1, 2, 3] });
    // Another reader is complete, so that nothing is passed on.
    puzzle.tell({ type: "listed", readers: [], others: LINKS_MAX + 1, othersComplete: 1 });
    for (let number = 1; number <= LINKS_MAX; number++) {
      const visitor = puzzle.visit(number, [], CROWD);
      if (number !== 7) visitor.says({ flag: "ask", pages: [0] });
      puzzle.drain();
    }
    const idle = 7;
    puzzle.take();
    puzzle.visit(900, [], "203.0.113.5");
    const closed = only(puzzle.take(), "close");
    expect(closed.map(({ link, fault }) => [Number(link), fault])).toEqual([[idle, "not-useful"]]);
  });

  it("has none for one more of the same party", () => {
    const puzzle = crowded();
    puzzle.visit(900, [], CROWD);
    expect(only(puzzle.take(), "close").map(({ fault }) => fault)).toEqual(["too-many-links"]);
  });

  it("has none for anybody when many parties share them", () => {
    const puzzle = new Puzzle(fullPages(4), { holds: [0, 1, 2, 3] });
    for (let number = 1; number <= LINKS_MAX; number++) puzzle.visit(number, [], `198.51.100.${number % 10}`);
    puzzle.take();
    puzzle.visit(900, [], "203.0.113.5");
    expect(only(puzzle.take(), "close").map(({ fault }) => fault)).toEqual(["too-many-links"]);
  });
});

describe("A swarm that lacks pages", () => {
  it("makes links of its own choice, however many were made to it", () => {
    const puzzle = new Puzzle(fullPages(4));
    puzzle.tell({ type: "tracker", ready: true });
    for (let number = 1; number <= 30; number++) puzzle.visit(number, [], CROWD);
    puzzle.take();
    puzzle.list(101, 102, 103, 104, 105, 106, 107);
    expect(only(puzzle.take(), "dial").length).toBe(LINKS_DIALLED_MIN);
  });

  it("counts no link as its own choice whose reader called", () => {
    const puzzle = new Puzzle(fullPages(4));
    for (let number = 1; number <= LINKS_DIALLED_MIN; number++) {
      const [reader, host] = [readerId(number), `10.1.0.${number}`];
      puzzle.tell({ type: "called", reader, addresses: [{ host, port: 4_000 }] });
      puzzle.reach(number, host);
    }
    for (let number = 11; number <= 30; number++) puzzle.visit(number, [], CROWD);
    puzzle.take();
    puzzle.list(101, 102, 103, 104, 105, 106, 107);
    expect(only(puzzle.take(), "dial").length).toBe(LINKS_DIALLED_MIN);
  });

  it("goes on dialling when some of those whom the tracker lists are banned", () => {
    const puzzle = new Puzzle(fullPages(4));
    const numbers = Array.from({ length: DIALS_MAX }, (_, at) => at + 1);
    for (const number of numbers) {
      const [reader, host] = [readerId(number), `10.1.0.${number}`];
      puzzle.tell({
        type: "listed",
        readers: [{ reader, addresses: [{ host, port: 4_000 }] }],
        others: 9,
        othersComplete: 0,
      });
      const { link } = puzzle.reach(number, host);
      for (const page of [0, 1]) puzzle.tell({ type: "pageCorrupt", page: puzzle.book.page(page), link });
    }
    puzzle.pass(60_000);
    puzzle.list(...numbers);
    puzzle.take();
    puzzle.list(101);
    expect(only(puzzle.take(), "dial").map(({ reader }) => reader)).toEqual([readerId(101)]);
  });

  it("asks the tracker on while none of its links is with a reader that the tracker knows", () => {
    const puzzle = new Puzzle(fullPages(4));
    puzzle.tell({ type: "tracker", ready: true });
    for (let number = 1; number <= 30; number++) puzzle.visit(number, [], CROWD);
    puzzle.tell({ type: "listed", readers: [], others: 9, othersComplete: 1 });
    expect(only(puzzle.pass(10_000), "askTracker").length).toBeGreaterThan(0);
  });

  it("does not ask for more while all of a small swarm are linked, whoever dialled", () => {
    const puzzle = new Puzzle(fullPages(4));
    puzzle.tell({ type: "tracker", ready: true });
    puzzle.visit(1, []);
    puzzle.visit(2, []);
    puzzle.list(1, 2);
    puzzle.take();
    expect(only(puzzle.pass(14_000), "askTracker")).toEqual([]);
  });

  it("asks for more once it has more links than the tracker counted readers: whoever comes first of a crowd", () => {
    const puzzle = new Puzzle(fullPages(4));
    puzzle.tell({ type: "tracker", ready: true });
    puzzle.list(1);
    puzzle.reach(1, "10.0.0.1");
    expect(only(puzzle.pass(14_000), "askTracker")).toEqual([]);
    puzzle.visit(2, []);
    expect(only(puzzle.take(), "askTracker").length).toBe(1);
  });

  it("remembers only so many of the readers that a tracker lists without end", () => {
    const puzzle = new Puzzle(fullPages(4));
    puzzle.tell({ type: "tracker", ready: true });
    for (let batch = 0; batch < 400; batch++) {
      const readers = Array.from({ length: 5 }, (_, at) => ({
        reader: readerId(10_000 + batch * 5 + at),
        addresses: [{ host: `10.${batch >> 8}.${batch & 255}.${at}`, port: 4_000 }],
      }));
      puzzle.tell({ type: "listed", readers, others: 5, othersComplete: 0 });
    }
    const dialled = new Set(only(puzzle.take(), "dial").map(({ reader }) => reader));
    for (let times = 0; times < 4_000; times++) {
      puzzle.now += 250;
      for (const { reader } of only(puzzle.tell({ type: "timePassed" }), "dial")) {
        dialled.add(reader);
        puzzle.tell({ type: "dialFailed", reader });
      }
    }
    expect(dialled.size).toBeLessThanOrEqual(KNOWN_MAX + 8);
  });
});
