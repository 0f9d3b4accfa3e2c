// One link, one limit and one clock serve several ends at once: own pages and those of others, several owners, news and
// its opposite. What one part of the engine does must not keep another one waiting.

import { describe, expect, it } from "vitest";
import { KNOWN_MAX, WRONG_PAGES_MAX } from "../../../peer-node/core/policy.ts";
import { TokenBucket } from "../../../peer-node/core/token-bucket.ts";
import { PAGE_BYTES } from "../../../shared/limits.ts";
import { askedPages, bookOf, fullPages, only, Puzzle, readerId, sent, setOf } from "./puzzle.ts";

const all = (pages: number) => Array.from({ length: pages }, (_, page) => page);

describe("Own pages, beside pages that are fetched for others,", () => {
  it("are asked for again after one for others has come, or was refused, on the same link", () => {
    for (const end of ["comes", "is refused"] as const) {
      const puzzle = new Puzzle(fullPages(6), { wanted: setOf(fullPages(6), [0, 1]), pipeline: 1 });
      puzzle.tell({ type: "tracker", ready: true });
      const [owner, other] = [puzzle.visit(1, "all"), puzzle.visit(2, [])];
      const [own = 0] = askedPages(puzzle.take(), owner.link);
      other.says({ flag: "ask", pages: [5] });
      owner.delivers(own);
      // The link is as full as it may be, with the page of the other.
      expect(askedPages(puzzle.take(), owner.link), end).toEqual([5]);
      if (end === "comes") owner.sends(5);
      else owner.says({ flag: "refuse", page: 5, reason: "unreadable" });
      expect(askedPages(puzzle.take(), owner.link), end).toEqual([1 - own]);
    }
  });

  it("leave their owner's good name alone: what comes for others ends a row of late pages", () => {
    const puzzle = new Puzzle(fullPages(8), { wanted: setOf(fullPages(8), []) });
    puzzle.tell({ type: "tracker", ready: true });
    const [owner, other] = [puzzle.visit(1, "all"), puzzle.visit(2, [])];
    const isLate = () => puzzle.swarm.snapshot(puzzle.now).links.some(({ snubbed }) => snubbed);
    for (let page = 0; page < 6; page++) {
      other.says({ flag: "ask", pages: [page] });
      while (!isLate()) {
        puzzle.pass(1_000);
        for (const visitor of [owner, other]) visitor.says({ flag: "pong" });
      }
      owner.sends(page);
      puzzle.tell({ type: "pagePassed", page: puzzle.book.page(page) });
      puzzle.drain();
    }
    const effects = puzzle.take();
    expect(only(effects, "close")).toEqual([]);
    expect(only(effects, "report")).toEqual([]);
  });

  it("are paused with them: nothing is taken on for others while nothing is asked", () => {
    const puzzle = new Puzzle(fullPages(4), { wanted: setOf(fullPages(4), []) });
    puzzle.tell({ type: "paused", paused: true });
    const [owner, other] = [puzzle.visit(1, "all"), puzzle.visit(2, [])];
    const effects = other.says({ flag: "ask", pages: [3] });
    expect(askedPages(effects, owner.link)).toEqual([]);
    expect(sent(effects, "refuse", other.link)).toEqual([{ flag: "refuse", page: 3, reason: "not-held" }]);
  });
});

describe("A download limit", () => {
  it("wakes whom it kept back, though somebody else was allowed to ask before the clock came round", () => {
    const download = new TokenBucket(PAGE_BYTES);
    const puzzle = new Puzzle(fullPages(40), { download, pipeline: 1 });
    const slow = puzzle.visit(1, all(20));
    const fast = puzzle.visit(2, "all");
    const [ofSlow = 0] = askedPages(puzzle.take(), slow.link);
    let [ofFast] = askedPages(puzzle.take(), fast.link);
    // The fast one delivers until the limit keeps it back.
    for (let pages = 0; ofFast !== undefined && pages < 40; pages++) {
      fast.delivers(ofFast);
      [ofFast] = askedPages(puzzle.take(), fast.link);
    }
    // The debt is paid, and before anybody looks at the clock a page of the slow one comes, which may ask for another.
    puzzle.now = download.readyAt(puzzle.now);
    slow.delivers(ofSlow);
    expect(askedPages(puzzle.take(), slow.link)).toHaveLength(1);
    puzzle.pass(3_000);
    expect(askedPages(puzzle.take(), fast.link)).toHaveLength(1);
  });

  it("is not charged for what a link that is gone did not bring", () => {
    const puzzle = new Puzzle(fullPages(4), { download: new TokenBucket(PAGE_BYTES / 10), pipeline: 1 });
    const gone = puzzle.visit(1, "all");
    expect(askedPages(puzzle.take(), gone.link)).toHaveLength(1);
    gone.vanishes();
    const here = puzzle.visit(2, "all");
    expect(askedPages(puzzle.take(), here.link)).toHaveLength(1);
  });

  it("is not charged for what an owner refused to send for others", () => {
    const options = { wanted: setOf(fullPages(4), []), download: new TokenBucket(PAGE_BYTES / 10) };
    const puzzle = new Puzzle(fullPages(4), options);
    const [one, two, other] = [puzzle.visit(1, "all"), puzzle.visit(2, "all"), puzzle.visit(3, [])];
    const effects = other.says({ flag: "ask", pages: [3] });
    const [asked, next] = askedPages(effects, one.link).length > 0 ? [one, two] : [two, one];
    asked.says({ flag: "refuse", page: 3, reason: "unreadable" });
    expect(askedPages(puzzle.take(), next.link)).toEqual([3]);
  });
});

describe("Whoever says goodbye", () => {
  it("is hung up on, also when it stays on the line", () => {
    const puzzle = new Puzzle(fullPages(2));
    const visitor = puzzle.visit(1, []);
    puzzle.take();
    const effects = visitor.says({ flag: "close", fault: "leaving", message: "Bye" });
    expect(only(effects, "close").map(({ link }) => link)).toEqual([visitor.link]);
    expect(puzzle.swarm.snapshot(puzzle.now).links).toEqual([]);
  });
});

describe("Whoever says what it holds", () => {
  it("says it in parts, in order, and none of them twice", () => {
    const part = (first: number) => ({ flag: "heldSet", first, bits: Uint8Array.of(0x80) }) as const;
    const faultsOf = (...firsts: readonly number[]) => {
      const puzzle = new Puzzle(fullPages(40));
      const visitor = puzzle.visit(1, [1]);
      puzzle.take();
      for (const first of firsts) visitor.says(part(first));
      return only(puzzle.take(), "close").map(({ fault }) => fault);
    };
    // The first part, 40 pages of it, was all.
    expect(faultsOf(0)).toEqual(["malformed"]);
    const inParts = new Puzzle(bookOf(all(40).map(() => 1_000)));
    const link = inParts.nextLink();
    inParts.tell({ type: "accepted", link, host: "10.0.0.1", hello: inParts.helloFrom(1) });
    for (const first of [0, 16, 32]) inParts.tell({ type: "received", link, message: part(first) });
    const effects = inParts.take();
    expect(only(effects, "close")).toEqual([]);
    expect(new Set(askedPages(effects, link))).toEqual(new Set([0, 16, 32]));
  });
});

describe("A page that is gone before it was announced", () => {
  it("is not announced", () => {
    const puzzle = new Puzzle(fullPages(3));
    const visitor = puzzle.visit(1, []);
    puzzle.take();
    const page = puzzle.book.page(0);
    const effects = [
      ...puzzle.swarm.take({ type: "pageStored", page }, puzzle.now),
      ...puzzle.swarm.take({ type: "imageGivenUp", image: puzzle.book.imageOf(page) }, puzzle.now),
      ...puzzle.swarm.settle(puzzle.now),
    ];
    expect(sent(effects, "have", visitor.link)).toEqual([]);
  });
});

describe("Readers that are banned", () => {
  it("leave room for those that are listed after them, however many they are", () => {
    const puzzle = new Puzzle(fullPages(4));
    puzzle.tell({ type: "tracker", ready: true });
    for (let number = 1; number <= KNOWN_MAX; number++) {
      puzzle.list(number);
      puzzle.pass(1_000);
      const link = puzzle.nextLink();
      puzzle.tell({ type: "dialled", link, reader: readerId(number), host: `10.0.0.${number}` });
      puzzle.tell({ type: "received", link, message: puzzle.helloFrom(number) });
      puzzle.tell({ type: "received", link, message: { flag: "heldNone" } });
      for (let page = 0; page < WRONG_PAGES_MAX; page++)
        puzzle.tell({ type: "pageCorrupt", page: puzzle.book.page(page), link });
    }
    expect(only(puzzle.take(), "banned")).toHaveLength(KNOWN_MAX);
    puzzle.list(1_001, 1_002, 1_003, 1, 2);
    puzzle.pass(10_000);
    const dialled = only(puzzle.take(), "dial").map(({ reader }) => reader);
    expect(new Set(dialled)).toEqual(new Set([1_001, 1_002, 1_003].map(readerId)));
  });
});
