// Readers that were reached before the last start, for a swarm whose tracker cannot be asked.

import { describe, expect, it } from "vitest";
import type { Effect } from "../../../peer-node/core/effects.ts";
import type { LinkId } from "../../../peer-node/core/events.ts";
import {
  LINKS_WANTED,
  READERS_REMEMBERED_MAX,
  REDIAL_MS_MIN,
  REMEMBERED_MS,
  WRONG_PAGES_MAX,
} from "../../../peer-node/core/policy.ts";
import { fullPages, only, Puzzle, readerId } from "./puzzle.ts";

const at = (number: number, host = `10.0.0.${number}`) => ({ reader: readerId(number), host, port: 4_000 });

/** An engine that reached these readers before its last start. */
function restarted(...numbers: readonly number[]): Puzzle {
  return new Puzzle(fullPages(4), { remembered: numbers.map((number) => at(number)) });
}

const dialled = (puzzle: Puzzle) => only(puzzle.take(), "dial").map(({ reader }) => reader);

/** The dial that was ordered reaches the reader, and it answers. */
function answer(puzzle: Puzzle, number: number): LinkId {
  const { reader, host } = at(number);
  const link = puzzle.nextLink();
  puzzle.tell({ type: "dialled", link, reader, host });
  puzzle.tell({ type: "received", link, message: puzzle.helloFrom(number) });
  puzzle.tell({ type: "received", link, message: { flag: "heldNone" } });
  return link;
}

/** Nobody is there for so long: every dial fails. Returns how often each reader was dialled. */
function inVain(puzzle: Puzzle, ms: number): ReadonlyMap<string, number> {
  const dials = new Map<string, number>();
  for (const until = puzzle.now + ms; puzzle.now < until; puzzle.pass(1_000)) {
    for (const reader of dialled(puzzle)) {
      dials.set(reader, (dials.get(reader) ?? 0) + 1);
      puzzle.tell({ type: "dialFailed", reader });
    }
  }
  return dials;
}

const remembers = (effects: readonly Effect[]) => only(effects, "remember").at(-1)?.readers;

/** Pages of this link are wrong, as many as are borne. */
function poison(puzzle: Puzzle, link: LinkId): void {
  for (let page = 0; page < WRONG_PAGES_MAX; page++)
    puzzle.tell({ type: "pageCorrupt", page: puzzle.book.page(page), link });
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

  it("tries those that never answer ever more rarely, and no more of them in all than one in a while", () => {
    const many = Array.from({ length: READERS_REMEMBERED_MAX }, (_, index) => 1 + index);
    const hour = 3_600_000;
    const puzzle = restarted(...many);
    puzzle.tell({ type: "tracker", ready: false });
    const dials = inVain(puzzle, hour);
    const inAll = [...dials.values()].reduce((sum, times) => sum + times, 0);
    expect(dials.size).toBe(READERS_REMEMBERED_MAX);
    expect(inAll).toBeLessThanOrEqual(READERS_REMEMBERED_MAX + hour / REMEMBERED_MS + 1);
    // They are not given up: one that was switched off is found when it is there again.
    expect(inVain(puzzle, 4 * hour).size).toBe(READERS_REMEMBERED_MAX);
  });

  it("has dials left for whom its tracker lists, after an hour with a memory of readers that are gone", () => {
    const many = Array.from({ length: READERS_REMEMBERED_MAX }, (_, index) => 1 + index);
    const puzzle = restarted(...many);
    puzzle.tell({ type: "tracker", ready: false });
    inVain(puzzle, 3_600_000);
    puzzle.tell({ type: "tracker", ready: true });
    puzzle.take();
    puzzle.list(101, 102, 103, 104, 105);
    expect(new Set(dialled(puzzle))).toEqual(new Set([101, 102, 103, 104, 105].map(readerId)));
  });

  it("neither dials nor remembers again whom it has banned, whoever spoke for it", () => {
    const remembered = restarted(7, 8);
    remembered.tell({ type: "tracker", ready: false });
    answer(remembered, 8);
    const listed = new Puzzle(fullPages(4));
    listed.tell({ type: "tracker", ready: true });
    listed.list(7, 8);
    answer(listed, 8);
    for (const puzzle of [remembered, listed]) {
      poison(puzzle, answer(puzzle, 7));
      expect(remembers(puzzle.take())).toEqual([at(8)]);
      puzzle.pass(3_600_000);
      expect(dialled(puzzle)).not.toContain(readerId(7));
    }
  });

  it("does not forget an honest reader because somebody who dialled it took that name", () => {
    const puzzle = restarted(7);
    puzzle.tell({ type: "tracker", ready: false });
    puzzle.tell({ type: "dialFailed", reader: readerId(7) });
    const { link } = puzzle.visit(7, "all", "203.0.113.7");
    poison(puzzle, link);
    puzzle.take();
    puzzle.pass(60_000);
    expect(dialled(puzzle)).toContain(readerId(7));
  });

  it("remembers, when its tracker is lost, who dialled it too, and on which port that listens", () => {
    const puzzle = restarted();
    puzzle.tell({ type: "tracker", ready: true });
    puzzle.visit(7, []);
    const { link } = puzzle.visit(8, []);
    puzzle.list(9);
    answer(puzzle, 9);
    puzzle.tell({ type: "closed", link });
    puzzle.take();
    puzzle.tell({ type: "tracker", ready: false });
    expect(remembers(puzzle.take())).toEqual([at(9), at(7)]);
  });

  it("does not remember a port that no reader is dialled at", () => {
    const puzzle = restarted();
    for (const [number, port] of [
      [7, 0],
      [8, 1_023],
    ] as const) {
      const hello = puzzle.helloFrom(number, { port });
      puzzle.tell({ type: "accepted", link: puzzle.nextLink(), host: at(number).host, hello });
    }
    puzzle.take();
    puzzle.tell({ type: "tracker", ready: false });
    expect(remembers(puzzle.take()) ?? []).toEqual([]);
  });
});
