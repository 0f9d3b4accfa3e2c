import { describe, expect, it } from "vitest";
import { fullPages, Puzzle } from "./puzzle.ts";

const scarceIn = (puzzle: Puzzle) => puzzle.swarm.snapshot(puzzle.now).scarce;

describe("A page that nobody linked holds", () => {
  it("is named, and for how long that has been known", () => {
    const puzzle = new Puzzle(fullPages(3), { holds: [] });
    puzzle.visit(1, [0, 2]);
    expect(scarceIn(puzzle)).toEqual({ page: 1, forMs: 0 });
    puzzle.pass(3_000);
    expect(scarceIn(puzzle)).toEqual({ page: 1, forMs: 3_000 });
  });

  it("stays the same one while others are out of reach too", () => {
    const puzzle = new Puzzle(fullPages(40), { holds: [] });
    const first = scarceIn(puzzle)?.page;
    puzzle.visit(1, [39]);
    puzzle.pass(1_000);
    expect(scarceIn(puzzle)).toEqual({ page: first, forMs: 1_000 });
  });

  it("is none while a complete reader is linked, and when nothing is missing", () => {
    const puzzle = new Puzzle(fullPages(3), { holds: [] });
    puzzle.visit(1, "all");
    expect(scarceIn(puzzle)).toBeUndefined();
    expect(scarceIn(new Puzzle(fullPages(2), { holds: [0, 1] }))).toBeUndefined();
  });
});
