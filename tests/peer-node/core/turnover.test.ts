// Which link goes when there are enough, with a clock moved by hand.

import { describe, expect, it } from "vitest";
import {
  LINKS_DIALLED_MIN,
  LINKS_MAX,
  LINKS_WANTED,
  REDIAL_MS_MAX,
  TURNOVER_MS,
} from "../../../peer-node/core/policy.ts";
import { Session } from "../../../peer-node/core/session.ts";
import { Turnover } from "../../../peer-node/core/turnover.ts";
import { askedPages, fullPages, only, Puzzle, readerId, type Visitor } from "./puzzle.ts";

const session = (number: number) =>
  new Session(number as Session["link"], readerId(number), { host: "10.0.0.1", dialled: false, way: "accepted" }, 8, 0);

describe("Turnover", () => {
  it("names the link on which the fewest bytes moved since the last look, either way", () => {
    const turnover = new Turnover();
    const [idle, taker, giver] = [session(1), session(2), session(3)];
    const all = [taker, idle, giver];
    idle.received.add(9_000_000, 0);
    expect(turnover.leastUseful(all, 3, 0)).toBeUndefined();
    taker.delivered.add(50_000, 1);
    giver.received.add(60_000, 1);
    idle.received.add(1_000, 1);
    expect(turnover.leastUseful(all, 3, TURNOVER_MS)).toBe(idle);
  });

  it("names none while there are few links, or when all are about equally useful", () => {
    const turnover = new Turnover();
    const all = [session(1), session(2)];
    turnover.leastUseful(all, 2, 0);
    expect([turnover.isDue(TURNOVER_MS - 1), turnover.isDue(TURNOVER_MS)]).toEqual([false, true]);
    expect(turnover.leastUseful(all, 3, TURNOVER_MS)).toBeUndefined();
    for (const [at, each] of all.entries()) each.received.add(1_000_000 + at, TURNOVER_MS);
    expect(turnover.leastUseful(all, 2, 2 * TURNOVER_MS)).toBeUndefined();
    expect(turnover.nextAt).toBe(3 * TURNOVER_MS);
  });

  it("spares a link that came since the last look", () => {
    const turnover = new Turnover();
    const [old, young] = [session(1), session(2)];
    turnover.leastUseful([old], 1, 0);
    old.received.add(500, 1);
    expect(turnover.leastUseful([old, young], 1, TURNOVER_MS)).toBeUndefined();
    expect(turnover.leastUseful([old, young], 1, 2 * TURNOVER_MS)).toBe(old);
  });
});

/** Lets time go by on links that stay alive. */
function live(puzzle: Puzzle, visitors: readonly Visitor[], ms: number): void {
  for (let passed = 0; passed < ms; passed += 10_000) {
    const effects = puzzle.pass(10_000);
    for (const visitor of visitors) {
      visitor.says({ flag: "pong" });
      for (const page of askedPages(effects, visitor.link)) visitor.says({ flag: "refuse", page, reason: "not-held" });
    }
  }
}

/** Links that were given up as not useful. */
const givenUp = (puzzle: Puzzle) =>
  only(puzzle.take(), "close").flatMap(({ link, fault }) => (fault === "not-useful" ? [link] : []));

describe("A swarm with as many links as it wants", () => {
  const crowd = (links: number, options = {}) => {
    const puzzle = new Puzzle(fullPages(4), options);
    puzzle.tell({ type: "tracker", ready: true });
    const visitors = Array.from({ length: links }, (_, at) => puzzle.visit(at + 1, []));
    return { puzzle, visitors };
  };

  it("gives one up in five minutes, and dials another reader in its place", () => {
    const { puzzle, visitors } = crowd(LINKS_WANTED - LINKS_DIALLED_MIN);
    const listed = Array.from({ length: LINKS_DIALLED_MIN }, (_, at) => 51 + at);
    puzzle.list(...listed);
    visitors.push(...listed.map((number) => puzzle.reach(number)));
    puzzle.tell({ type: "listed", readers: [], others: 40, othersComplete: 0 });
    live(puzzle, visitors, TURNOVER_MS);
    puzzle.take();
    live(puzzle, visitors, TURNOVER_MS);
    const effects = puzzle.take();
    expect(only(effects, "close").length).toBe(1);
    expect(only(effects, "askTracker").length).toBeGreaterThan(0);
    expect(only(puzzle.list(77), "dial").length).toBe(1);
  });

  it("keeps them all when the book has no other readers", () => {
    const { puzzle, visitors } = crowd(LINKS_WANTED);
    puzzle.tell({ type: "listed", readers: [], others: LINKS_WANTED, othersComplete: 0 });
    live(puzzle, visitors, 3 * TURNOVER_MS);
    expect(givenUp(puzzle)).toEqual([]);
  });

  it("gives one up for newcomers when it is complete and takes no more links", () => {
    const room = crowd(LINKS_MAX - 1, { holds: [0, 1, 2, 3] });
    live(room.puzzle, room.visitors, 3 * TURNOVER_MS);
    expect(givenUp(room.puzzle)).toEqual([]);
    const { puzzle, visitors } = crowd(LINKS_MAX, { holds: [0, 1, 2, 3] });
    live(puzzle, visitors, 3 * TURNOVER_MS);
    expect(givenUp(puzzle).length).toBe(1);
  });
});

describe("A reader whose link was found not useful", () => {
  it("is not dialled for a while, by the side that was told so", () => {
    const puzzle = new Puzzle(fullPages(4));
    puzzle.list(1);
    const link = puzzle.nextLink();
    puzzle.tell({ type: "dialled", link, reader: readerId(1), host: "10.0.0.1" });
    puzzle.tell({ type: "received", link, message: puzzle.helloFrom(1) });
    puzzle.take();
    puzzle.tell({ type: "received", link, message: { flag: "close", fault: "not-useful", message: "" } });
    expect(only(puzzle.pass(REDIAL_MS_MAX - 1), "dial")).toEqual([]);
    expect(only(puzzle.pass(REDIAL_MS_MAX), "dial").length).toBe(1);
  });
});
