import { describe, expect, it } from "vitest";
import { PAGE_STANDINGS } from "../../../peer-node/core/page-map.ts";
import { TokenBucket } from "../../../peer-node/core/token-bucket.ts";
import { askedPages, bookOf, fullPages, Puzzle, pages, setOf } from "./puzzle.ts";

/** So small that one ask window holds many. */
const smallPages = (pages: number) => bookOf(Array.from({ length: pages }, () => 1_000));
const all = (count: number) => Array.from({ length: count }, (_, page) => page);

describe("A swarm whose owner changes their mind", () => {
  it("asks for the pages that are wanted first, in that order, before rare ones", () => {
    const puzzle = new Puzzle(smallPages(40), { pipeline: 4 });
    puzzle.tell({ type: "prioritised", pages: pages(puzzle.book, 30, 31, 7, 32) });
    const visitor = puzzle.visit(1, "all");
    expect(askedPages(puzzle.take())).toEqual([30, 31, 7, 32]);
    puzzle.tell({ type: "prioritised", pages: pages(puzzle.book, 20) });
    visitor.delivers(30);
    expect(askedPages(puzzle.take())[0]).toBe(20);
  });

  it("asks of a reader only what it holds, whatever is wanted first", () => {
    const puzzle = new Puzzle(smallPages(10), { pipeline: 2 });
    puzzle.tell({ type: "prioritised", pages: pages(puzzle.book, 5, 6) });
    puzzle.visit(1, [6, 8]);
    expect(askedPages(puzzle.take())).toEqual([6, 8]);
  });

  it("asks nothing while it is paused, serves on, and goes on afterwards", () => {
    const puzzle = new Puzzle(smallPages(10), { holds: [0] });
    puzzle.tell({ type: "paused", paused: true });
    const visitor = puzzle.visit(1, [1, 2]);
    visitor.says({ flag: "ask", pages: [0] });
    const effects = puzzle.take();
    expect(askedPages(effects)).toEqual([]);
    expect(effects.filter(({ type }) => type === "sendPage")).toHaveLength(1);
    expect(puzzle.swarm.snapshot(puzzle.now).paused).toBe(true);
    puzzle.tell({ type: "paused", paused: false });
    expect([...askedPages(puzzle.take())].sort()).toEqual([1, 2]);
  });

  it("does not go on because the disk does, as long as it is paused", () => {
    const puzzle = new Puzzle(fullPages(4));
    puzzle.tell({ type: "paused", paused: true });
    puzzle.visit(1, "all");
    puzzle.tell({ type: "disk", ready: false });
    puzzle.tell({ type: "disk", ready: true });
    expect(askedPages(puzzle.take())).toEqual([]);
  });

  it("takes back what is no longer chosen, and asks for what is", () => {
    const puzzle = new Puzzle(smallPages(6), { wanted: setOf(smallPages(6), [0, 1]) });
    const visitor = puzzle.visit(1, "all");
    expect([...askedPages(puzzle.take())].sort()).toEqual([0, 1]);
    puzzle.tell({ type: "chosen", pages: setOf(puzzle.book, [1, 4]) });
    const effects = puzzle.take();
    expect(askedPages(effects)).toEqual([4]);
    const cancelled = effects.flatMap((effect) =>
      effect.type === "send" && effect.message.flag === "cancel" ? effect.message.pages : [],
    );
    expect(cancelled).toEqual([0]);
    visitor.says({ flag: "refuse", page: 0, reason: "cancelled" });
    visitor.delivers(1);
    expect(puzzle.swarm.isComplete).toBe(false);
    visitor.delivers(4);
    expect(puzzle.swarm.isComplete).toBe(true);
  });

  it("is complete no longer when more is chosen, and keeps what it holds when less is", () => {
    const puzzle = new Puzzle(fullPages(3), { holds: [0, 1], wanted: setOf(fullPages(3), [0, 1]) });
    expect(puzzle.swarm.isComplete).toBe(true);
    puzzle.tell({ type: "chosen", pages: setOf(puzzle.book, all(3)) });
    expect(puzzle.swarm.isComplete).toBe(false);
    puzzle.tell({ type: "chosen", pages: setOf(puzzle.book, []) });
    expect(puzzle.swarm.isComplete).toBe(true);
    expect(puzzle.swarm.pagesHeld).toBe(2);
  });
});

describe("A limit that may be set later", () => {
  it("costs nothing while there is none: as much is sent at once, and nobody is woken for it", () => {
    const stretches = (upload: TokenBucket | undefined) => {
      const puzzle = new Puzzle(fullPages(8), { holds: all(8), upload });
      const visitor = puzzle.visit(1, []);
      visitor.says({ flag: "ask", pages: all(8) });
      puzzle.tell({ type: "timePassed" });
      return {
        wake: puzzle.swarm.nextWakeAt(puzzle.now),
        sent: puzzle.drain(),
      };
    };
    const unlimited = stretches(undefined);
    expect(stretches(new TokenBucket(Number.POSITIVE_INFINITY))).toEqual(unlimited);
    expect(unlimited.wake).toBeGreaterThan(1_000);
    expect(stretches(new TokenBucket(100_000)).sent.length).toBeLessThan(unlimited.sent.length);
  });

  it("holds from the moment at which it is set, and not after it is taken away", () => {
    const download = new TokenBucket(Number.POSITIVE_INFINITY);
    const puzzle = new Puzzle(smallPages(40), { download, pipeline: 2 });
    const visitor = puzzle.visit(1, "all");
    const [first = 0, second = 0] = askedPages(puzzle.take());
    download.bytesPerSecond = 10;
    visitor.delivers(first);
    expect(askedPages(puzzle.take()).length).toBeLessThanOrEqual(1);
    visitor.delivers(second);
    puzzle.pass(1_000);
    expect(askedPages(puzzle.take())).toEqual([]);
    download.bytesPerSecond = Number.POSITIVE_INFINITY;
    puzzle.tell({ type: "timePassed" });
    expect(askedPages(puzzle.take()).length).toBeGreaterThan(0);
  });
});

describe("A page map", () => {
  it("tells pages that are held, arriving, rare, missing and not chosen apart", () => {
    const { held, arriving, rare, missing, unwanted } = PAGE_STANDINGS;
    const book = fullPages(5);
    const puzzle = new Puzzle(book, { holds: [0], wanted: setOf(book, [0, 1, 2, 3]), pipeline: 1 });
    puzzle.visit(1, [1, 2]);
    puzzle.visit(2, [1, 2]);
    puzzle.take();
    const map = [...puzzle.swarm.pageMap()];
    expect(map.filter((standing) => standing === arriving)).toHaveLength(2);
    expect([map[0], map[3], map[4]]).toEqual([held, rare, unwanted]);
    const paused = new Puzzle(book);
    paused.tell({ type: "paused", paused: true });
    paused.visit(1, [1, 2]);
    paused.visit(2, [1]);
    expect([...paused.swarm.pageMap()]).toEqual([rare, missing, rare, rare, rare]);
  });
});
