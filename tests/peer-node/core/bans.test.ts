import { describe, expect, it } from "vitest";
import { Bans, type Suspect } from "../../../peer-node/core/bans.ts";
import type { Effect } from "../../../peer-node/core/effects.ts";
import {
  HOSTS_BLAMED_MAX,
  PAGES_TO_FORGIVE,
  WRONG_PAGES_MAX,
  WRONG_PAGES_PER_HOST_MAX,
} from "../../../peer-node/core/policy.ts";
import { askedPages, bookOf, only, Puzzle, readerId, type Visitor } from "./puzzle.ts";

const at = (number: number, host: string, isVouched = false): Suspect => {
  return { reader: readerId(number), host, isVouched };
};

/** As many wrong pages as are borne. */
function ban(bans: Bans, suspect: Suspect): void {
  for (let wrong = 0; wrong < WRONG_PAGES_MAX; wrong++) bans.blame(suspect);
}

describe("Bans", () => {
  it("bans a reader that we dialled where it is listed, wherever it turns up", () => {
    const bans = new Bans();
    bans.blame(at(1, "10.0.0.1", true));
    expect(bans.includes(at(1, "10.0.0.1", true))).toBe(false);
    bans.blame(at(1, "10.0.0.1", true));
    expect(bans.includes(at(1, "10.9.9.9"))).toBe(true);
  });

  it("does not let an accepted link blacken a reader elsewhere, for its id was only a claim", () => {
    const bans = new Bans();
    ban(bans, at(1, "10.0.0.66"));
    expect(bans.includes(at(1, "10.0.0.66"))).toBe(true);
    expect(bans.includes(at(1, "10.0.0.1"))).toBe(false);
    expect(bans.includes(at(1, "10.0.0.66", true))).toBe(false);
  });

  it("spares other readers behind the same address until many wrong pages came from there", () => {
    const bans = new Bans();
    for (let number = 1; number <= WRONG_PAGES_PER_HOST_MAX; number++) {
      expect(bans.includes(at(99, "10.0.0.1"))).toBe(false);
      bans.blame(at(number, "10.0.0.1"));
    }
    expect(bans.includes(at(99, "10.0.0.1"))).toBe(true);
    expect(bans.includes(at(99, "10.0.0.1", true))).toBe(false);
  });

  it("forgives a wrong page, and no ban", () => {
    const bans = new Bans();
    bans.blame(at(1, "10.0.0.1"));
    ban(bans, at(2, "10.0.0.1"));
    for (const number of [1, 2, 3]) bans.forgive(at(number, "10.0.0.1"));
    expect(bans.blame(at(1, "10.0.0.1"))).toBe(1);
    expect(bans.includes(at(2, "10.0.0.1"))).toBe(true);
  });

  it("keeps what it knows of so many addresses only", () => {
    const bans = new Bans();
    for (let number = 0; number <= HOSTS_BLAMED_MAX; number++) ban(bans, at(1, `10.1.${number >> 8}.${number & 255}`));
    expect(bans.includes(at(1, "10.1.0.0"))).toBe(false);
    expect(bans.includes(at(1, "10.1.0.1"))).toBe(true);
  });
});

describe("A reader that sends a wrong page and hangs up", () => {
  const small = () => new Puzzle(bookOf(Array.from({ length: 200 }, () => 1_000)));

  /** Sends the first page that it is asked for, and it is wrong. Returns what else it is asked for. */
  function lie(puzzle: Puzzle, visitor: Visitor): readonly number[] {
    const [page = -1, ...others] = askedPages(puzzle.take(), visitor.link);
    visitor.sends(page);
    puzzle.tell({ type: "pageCorrupt", page: puzzle.book.page(page), link: visitor.link });
    return others;
  }

  const faults = (puzzle: Puzzle) => only(puzzle.take(), "close").map(({ fault }) => fault);

  it("is banned all the same, at the second one", () => {
    const puzzle = small();
    for (const fault of [[], ["wrong-bytes"]]) {
      const visitor = puzzle.visit(1, "all");
      lie(puzzle, visitor);
      expect(faults(puzzle)).toEqual(fault);
      visitor.vanishes();
    }
    puzzle.visit(1, "all");
    expect(faults(puzzle)).toEqual(["banned"]);
  });

  it("is banned also when it hung up before its page was looked at, and the link that it is back on ends", () => {
    const puzzle = small();
    const first = puzzle.visit(1, "all");
    const asked = askedPages(puzzle.take(), first.link);
    const wrong = asked.slice(0, WRONG_PAGES_MAX).map((page) => puzzle.book.page(page));
    expect(wrong.length).toBe(WRONG_PAGES_MAX);
    for (const page of wrong) first.sends(page);
    first.vanishes();
    const again = puzzle.visit(1, "all");
    const honest = puzzle.visit(2, "all");
    puzzle.take();
    for (const page of wrong) puzzle.tell({ type: "pageCorrupt", page, link: first.link });
    expect(only(puzzle.take(), "close").map(({ link, fault }) => [link, fault])).toEqual([[again.link, "wrong-bytes"]]);
    expect(puzzle.swarm.snapshot(puzzle.now).links.map(({ reader }) => reader)).toEqual([readerId(honest.number)]);
  });

  it("under ever new names has its address refused", () => {
    const puzzle = small();
    for (let number = 1; number <= WRONG_PAGES_PER_HOST_MAX; number++) {
      const visitor = puzzle.visit(number, "all", "10.0.0.66");
      lie(puzzle, visitor);
      expect(faults(puzzle)).toEqual([]);
      visitor.vanishes();
    }
    puzzle.visit(99, "all", "10.0.0.66");
    expect(faults(puzzle)).toEqual(["banned"]);
  });

  it("is forgiven once it has sent many right ones, as one on a bad line does", () => {
    const puzzle = small();
    for (let times = 0; times < 4; times++) {
      const visitor = puzzle.visit(1, "all");
      const asked = [...lie(puzzle, visitor)];
      const effects: Effect[] = [];
      for (let right = 0; right < PAGES_TO_FORGIVE; right++) {
        const news = puzzle.take();
        effects.push(...news);
        asked.push(...askedPages(news, visitor.link));
        visitor.delivers(asked.shift() ?? -1);
      }
      expect(only(effects, "close")).toEqual([]);
      visitor.vanishes();
      puzzle.take();
    }
  });
});
