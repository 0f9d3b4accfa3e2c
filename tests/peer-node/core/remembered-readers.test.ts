// Readers that were reached before the last start, for a swarm whose tracker cannot be asked.

import { describe, expect, it } from "vitest";
import { LINKS_WANTED, READERS_REMEMBERED_MAX, REDIAL_MS_MIN } from "../../../peer-node/core/policy.ts";
import { fullPages, only, Puzzle, readerId } from "./puzzle.ts";

const at = (number: number, host = `10.0.0.${number}`) => ({ reader: readerId(number), host, port: 4_000 });

/** An engine that reached these readers before its last start. */
function restarted(...numbers: readonly number[]): Puzzle {
  return new Puzzle(fullPages(4), { remembered: numbers.map((number) => at(number)) });
}

const dialled = (puzzle: Puzzle) => only(puzzle.take(), "dial").map(({ reader }) => reader);

/** The dial that was ordered reaches the reader, and it answers. */
function answer(puzzle: Puzzle, number: number): void {
  const { reader, host } = at(number);
  const link = puzzle.nextLink();
  puzzle.tell({ type: "dialled", link, reader, host });
  puzzle.tell({ type: "received", link, message: puzzle.helloFrom(number) });
  puzzle.tell({ type: "received", link, message: { flag: "heldNone" } });
}

describe("A swarm that remembers readers", () => {
  it("dials them at its start, whether a tracker answers or not, and knows how the link came about", () => {
    const puzzle = restarted(7, 8);
    puzzle.tell({ type: "tracker", ready: false });
    expect(dialled(puzzle).sort()).toEqual([readerId(7), readerId(8)]);
    answer(puzzle, 7);
    expect(puzzle.swarm.snapshot(puzzle.now).links.map(({ way }) => way)).toEqual(["remembered"]);
  });

  it("dials nobody when it misses nothing, nor itself", () => {
    const complete = new Puzzle(fullPages(1), { holds: [0], remembered: [at(7)] });
    const alone = restarted(1_000);
    for (const puzzle of [complete, alone]) {
      puzzle.pass(60_000);
      expect(dialled(puzzle)).toEqual([]);
    }
  });

  it("tries again whom it cannot reach, and reports nobody of whom only its memory speaks", () => {
    const puzzle = restarted(7);
    puzzle.tell({ type: "tracker", ready: false });
    puzzle.take();
    puzzle.tell({ type: "dialFailed", reader: readerId(7) });
    puzzle.pass(2 * REDIAL_MS_MIN);
    const effects = puzzle.take();
    expect(only(effects, "dial").length).toBe(1);
    expect(only(effects, "report")).toEqual([]);
  });

  it("does not let its memory speak for a reader: who is banned at it is not banned elsewhere", () => {
    const puzzle = restarted(7);
    puzzle.tell({ type: "tracker", ready: false });
    const link = puzzle.nextLink();
    puzzle.tell({ type: "dialled", link, reader: readerId(7), host: "10.0.0.7" });
    puzzle.tell({ type: "received", link, message: puzzle.helloFrom(7) });
    for (const page of [0, 1]) puzzle.tell({ type: "pageCorrupt", page: puzzle.book.page(page), link });
    expect(only(puzzle.take(), "banned").length).toBe(1);
    puzzle.visit(7, "all", "203.0.113.7");
    expect(only(puzzle.take(), "close")).toEqual([]);
  });

  it("has remembered whom it reaches for the first time, and keeps those it has not yet tried again", () => {
    const puzzle = restarted(8);
    puzzle.tell({ type: "tracker", ready: false });
    const addresses = [{ host: "10.0.0.7", port: 4_000 }];
    puzzle.tell({ type: "listed", readers: [{ reader: readerId(7), addresses }], others: 1, othersComplete: 0 });
    puzzle.take();
    answer(puzzle, 7);
    expect(only(puzzle.take(), "remember")).toEqual([{ type: "remember", readers: [at(7), at(8)] }]);
    answer(puzzle, 8);
    expect(only(puzzle.take(), "remember").map(({ readers }) => new Set(readers))).toEqual([new Set([at(7), at(8)])]);
  });

  it("forgets whom it cannot reach, and never keeps more than some", () => {
    const puzzle = restarted(7, 8);
    puzzle.tell({ type: "tracker", ready: false });
    puzzle.tell({ type: "dialFailed", reader: readerId(7) });
    answer(puzzle, 8);
    expect(only(puzzle.take(), "remember")).toEqual([{ type: "remember", readers: [at(8)] }]);
    const many = restarted(...Array.from({ length: 4 * LINKS_WANTED }, (_, index) => 1 + index));
    many.tell({ type: "tracker", ready: false });
    const [first] = only(many.take(), "dial");
    if (first === undefined) throw new Error("Nobody is dialled");
    answer(many, Number.parseInt(first.reader, 16));
    expect(only(many.take(), "remember").map(({ readers }) => readers.length)).toEqual([READERS_REMEMBERED_MAX]);
  });
});
