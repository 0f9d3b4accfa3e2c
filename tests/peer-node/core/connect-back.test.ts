// Connect-back, seen from both of its ends.

import { describe, expect, it } from "vitest";
import type { Address } from "../../../peer-node/core/events.ts";
import {
  CALL_MS,
  DIALS_MAX,
  DIALS_UNPROVED_PER_NETWORK,
  LINKS_MAX,
  REDIAL_MS_MIN,
} from "../../../peer-node/core/policy.ts";
import type { ReaderId } from "../../../shared/ids.ts";
import { fullPages, only, Puzzle, readerId } from "./puzzle.ts";

const addressesOf = (number: number) => [{ host: `10.0.${number}.1`, port: 4_000 }];
const waysOf = (puzzle: Puzzle) => puzzle.swarm.snapshot(puzzle.now).links.map(({ way }) => way);
const called = (puzzle: Puzzle, number: number, addresses: readonly Address[] = addressesOf(number)) =>
  puzzle.tell({ type: "called", reader: readerId(number), addresses });

describe("A swarm that hears of a reader that cannot be dialled", () => {
  it("calls it through the tracker, and knows its dial for the answer", () => {
    const puzzle = new Puzzle(fullPages(2));
    const effects = puzzle.listCallable(1);
    expect(only(effects, "call")).toEqual([{ type: "call", reader: readerId(1) }]);
    expect(only(effects, "dial")).toEqual([]);
    puzzle.visit(1, "all");
    puzzle.visit(2, "all");
    expect(waysOf(puzzle)).toEqual(["connect-back", "accepted"]);
  });

  it("calls again, ever later, when nothing comes of it, and reports nobody", () => {
    const puzzle = new Puzzle(fullPages(2));
    puzzle.listCallable(1);
    puzzle.take();
    const times: number[] = [];
    for (let step = 0; step < 2_000; step++) if (only(puzzle.pass(100), "call").length > 0) times.push(puzzle.now);
    const gaps = times.slice(1).map((time, at) => time - (times[at] ?? 0));
    expect(gaps.length).toBeGreaterThan(2);
    expect(Math.min(...gaps)).toBeGreaterThan(CALL_MS);
    expect(gaps.at(-1)).toBeGreaterThan((gaps[0] ?? 0) + REDIAL_MS_MIN);
    expect(only(puzzle.take(), "report")).toEqual([]);
  });

  it("has no more calls under way than it may have dials, and none when it is complete", () => {
    const numbers = Array.from({ length: 30 }, (_, at) => at + 1);
    expect(only(new Puzzle(fullPages(2)).listCallable(...numbers), "call").length).toBe(DIALS_MAX);
    const complete = new Puzzle(fullPages(1), { holds: [0] });
    expect(only(complete.listCallable(...numbers), "call")).toEqual([]);
  });

  it("dials it once the tracker lists an address of it", () => {
    const puzzle = new Puzzle(fullPages(2));
    puzzle.listCallable(1);
    puzzle.pass(CALL_MS);
    expect(only(puzzle.list(1), "dial").map(({ reader }) => reader)).toEqual([readerId(1)]);
  });
});

describe("A swarm that is called", () => {
  it("dials the caller where the tracker says, also when it looks for nobody itself", () => {
    const puzzle = new Puzzle(fullPages(1), { holds: [0] });
    expect(only(called(puzzle, 1), "dial")).toEqual([{ type: "dial", reader: readerId(1), addresses: addressesOf(1) }]);
    puzzle.tell({ type: "dialled", link: puzzle.nextLink(), reader: readerId(1), host: "10.0.1.1" });
    expect(waysOf(puzzle)).toEqual(["connect-back"]);
  });

  it("dials nobody with whom it shares a link, or whom it is dialling", () => {
    const puzzle = new Puzzle(fullPages(2), { holds: [0, 1] });
    puzzle.visit(1, []);
    expect(only(called(puzzle, 1), "dial")).toEqual([]);
    expect(only(called(puzzle, 2), "dial").length).toBe(1);
    expect(only(called(puzzle, 2), "dial")).toEqual([]);
  });

  it("cannot be made to dial one reader again and again, nor many at once", () => {
    const puzzle = new Puzzle(fullPages(1), { holds: [0] });
    called(puzzle, 1);
    puzzle.tell({ type: "dialFailed", reader: readerId(1) });
    expect(only(called(puzzle, 1), "dial")).toEqual([]);
    puzzle.take();
    for (let number = 2; number < 40; number++) called(puzzle, number);
    expect(only(puzzle.take(), "dial").length).toBe(DIALS_MAX);
  });

  it("dials callers within the budget of all dials, each of them once, also when it looks for nobody", () => {
    const puzzle = new Puzzle(fullPages(1), { holds: [0] });
    for (let number = 1; number <= 6; number++) called(puzzle, number, [{ host: `192.0.2.${number}`, port: 4_000 }]);
    const dialled = only(puzzle.take(), "dial").map(({ reader }) => reader);
    expect(dialled.length).toBe(DIALS_UNPROVED_PER_NETWORK);
    for (const reader of dialled) puzzle.tell({ type: "dialFailed", reader });
    const later: ReaderId[] = [];
    for (let minute = 0; minute < 10; minute++) {
      const readers = only(puzzle.pass(60_000), "dial").map(({ reader }) => reader);
      for (const reader of readers) puzzle.tell({ type: "dialFailed", reader });
      expect(readers.length).toBeLessThanOrEqual(DIALS_UNPROVED_PER_NETWORK);
      later.push(...readers);
    }
    expect([...dialled, ...later]).toEqual([1, 2, 3, 4, 5, 6].map(readerId));
  });

  it("dials nobody beyond the links that it takes, and nobody who is banned", () => {
    const full = new Puzzle(fullPages(1), { holds: [0] });
    for (let number = 1; number <= LINKS_MAX; number++) full.visit(number, []);
    expect(only(called(full, 99), "dial")).toEqual([]);
    const wronged = new Puzzle(fullPages(4));
    wronged.list(1);
    const link = wronged.nextLink();
    wronged.tell({ type: "dialled", link, reader: readerId(1), host: "10.0.0.1" });
    wronged.tell({ type: "received", link, message: wronged.helloFrom(1) });
    for (const page of [0, 1]) wronged.tell({ type: "pageCorrupt", page: wronged.book.page(page), link });
    wronged.take();
    wronged.pass(60_000);
    expect(only(called(wronged, 1), "dial")).toEqual([]);
  });
});
