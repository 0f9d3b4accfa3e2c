// ATT: who asks for what nobody whom it reaches holds, and who fetches it for others.

import { describe, expect, it } from "vitest";
import {
  RELAY_ASKS_PER_LINK,
  RELAY_PAGES_MAX,
  RELAY_PAGES_PER_LINK,
  RELAY_REST_MS,
  RELAY_SEEK_MS,
  RELAY_WAIT_MS,
  STALL_MS_MAX,
  STRANDED_MS,
} from "../../../peer-node/core/policy.ts";
import { TokenBucket } from "../../../peer-node/core/token-bucket.ts";
import { PAGE_BYTES } from "../../../shared/limits.ts";
import { PageSet } from "../../../shared/page-set.ts";
import { askedPages, fullPages, only, Puzzle, pages, sent, setOf, type Visitor } from "./puzzle.ts";

const faults = (effects: ReturnType<Puzzle["take"]>) => only(effects, "close").map(({ fault }) => fault);
const refusals = (effects: ReturnType<Puzzle["take"]>, { link }: Visitor) =>
  sent(effects, "refuse", link).map(({ page, reason }) => [page, reason]);
const waits = (effects: ReturnType<Puzzle["take"]>, { link }: Visitor) =>
  sent(effects, "wait", link).flatMap(({ pages }) => pages);

interface Relay {
  readonly puzzle: Puzzle;
  readonly owner: Visitor;
  readonly asker: Visitor;
}

/** A silent reader that holds nothing, with an owner of all pages and an asker of none. */
function relay(pages = 40, download?: TokenBucket): Relay {
  const puzzle = new Puzzle(fullPages(pages), { wanted: new PageSet(pages), download });
  return { puzzle, owner: puzzle.visit(1, "all"), asker: puzzle.visit(2, []) };
}

/** The owner sends a page, which is then verified. */
function passes(puzzle: Puzzle, owner: Visitor, page: number) {
  const effects = owner.sends(page);
  expect(only(effects, "passPage").map((effect) => effect.page)).toEqual([page]);
  return [...effects, ...puzzle.tell({ type: "pagePassed", page: puzzle.book.page(page) })];
}

/** The asker asks for so many pages, from `first` on, and gets one after the other: then they are in memory. */
function passesOn({ puzzle, owner, asker }: Relay, first: number, count: number): void {
  for (let page = first; page < first + count; page++) {
    asker.says({ flag: "ask", pages: [page] });
    passes(puzzle, owner, page);
    puzzle.drain();
  }
}

describe("A swarm that is asked for a page that it does not hold", () => {
  it("says wait, fetches the page from an owner, and passes it on without announcing or storing it", () => {
    const { puzzle, owner, asker } = relay();
    const effects = asker.says({ flag: "ask", pages: [7] });
    expect(waits(effects, asker)).toEqual([7]);
    expect(askedPages(effects, owner.link)).toEqual([7]);
    const passed = passes(puzzle, owner, 7);
    expect(only(passed, "putPage")).toEqual([]);
    expect(only(passed, "sendPage")[0]).toMatchObject({ link: asker.link, stretch: { page: 7, offset: 0 } });
    expect(sent(passed, "have")).toEqual([]);
    expect(puzzle.swarm.snapshot(puzzle.now)).toMatchObject({ pagesHeld: 0, pagesMissing: 0 });
    expect(puzzle.swarm.isComplete).toBe(true);
  });

  it("gives the owner a receipt for what it does not keep, so that the next page follows at once", () => {
    const { puzzle, owner, asker } = relay();
    asker.says({ flag: "ask", pages: [7] });
    expect(sent(passes(puzzle, owner, 7), "lost", owner.link)).toEqual([{ flag: "lost", pages: [7] }]);
  });

  it("fetches a page once for all who wait for it, and sends it again from memory", () => {
    const { puzzle, owner, asker } = relay();
    const other = puzzle.visit(3, []);
    puzzle.take();
    for (const visitor of [asker, other]) visitor.says({ flag: "ask", pages: [7] });
    expect(askedPages(puzzle.take(), owner.link)).toEqual([7]);
    passes(puzzle, owner, 7);
    expect(puzzle.drain()).toEqual([asker, other].map(({ link }) => ({ link, page: 7 })));
    const late = puzzle.visit(4, []);
    const effects = late.says({ flag: "ask", pages: [7] });
    expect(only(effects, "sendPage").length).toBeGreaterThan(0);
    expect(waits(effects, late)).toEqual([]);
  });

  it("refuses it when no owner is known and no tracker could tell of one, as it always did", () => {
    const puzzle = new Puzzle(fullPages(4), { wanted: new PageSet(4) });
    const asker = puzzle.visit(2, []);
    expect(refusals(asker.says({ flag: "ask", pages: [3] }), asker)).toEqual([[3, "not-held"]]);
  });

  it("fetches it anew when it has passed it on, has come to hold it since, and has lost it again", () => {
    const { puzzle, owner, asker } = relay();
    passesOn({ puzzle, owner, asker }, 7, 1);
    puzzle.tell({ type: "chosen", pages: setOf(puzzle.book, [7]) });
    owner.delivers(7);
    puzzle.tell({ type: "chosen", pages: setOf(puzzle.book, []) });
    puzzle.tell({ type: "pagesLost", pages: pages(puzzle.book, 7) });
    puzzle.take();
    const effects = asker.says({ flag: "ask", pages: [7] });
    expect(waits(effects, asker)).toEqual([7]);
    expect(askedPages(effects, owner.link)).toEqual([7]);
    passes(puzzle, owner, 7);
    expect(puzzle.drain()).toEqual([{ link: asker.link, page: 7 }]);
  });

  it("looks for an owner through the tracker, says again that it takes time, and refuses when none is found", () => {
    const puzzle = new Puzzle(fullPages(4), { wanted: new PageSet(4) });
    puzzle.tell({ type: "tracker", ready: true });
    puzzle.tell({ type: "listed", readers: [], others: 9, othersComplete: 1 });
    const asker = puzzle.visit(2, []);
    puzzle.pass(10_000);
    expect(only(puzzle.take(), "askTracker")).toEqual([]);
    asker.says({ flag: "ask", pages: [3] });
    const effects = puzzle.pass(RELAY_SEEK_MS + RELAY_WAIT_MS);
    expect(only(effects, "askTracker").length).toBeGreaterThan(0);
    expect(waits(effects, asker).length).toBeGreaterThan(2);
    expect(refusals(effects, asker)).toEqual([[3, "not-held"]]);
  });

  it("calls an owner that cannot be dialled, and asks it as soon as it is there", () => {
    const puzzle = new Puzzle(fullPages(4), { wanted: new PageSet(4) });
    puzzle.tell({ type: "tracker", ready: true });
    const asker = puzzle.visit(2, []);
    expect(only(puzzle.listCallable(1), "call")).toEqual([]);
    expect(only(asker.says({ flag: "ask", pages: [3] }), "call").length).toBe(1);
    const owner = puzzle.visit(1, "all");
    expect(askedPages(puzzle.take(), owner.link)).toEqual([3]);
  });

  it("never asks somebody for it who does not hold it: one hop, and not back to the asker", () => {
    const { puzzle, owner, asker } = relay();
    const empty = puzzle.visit(3, []);
    owner.says({ flag: "lost", pages: [7] });
    puzzle.tell({ type: "tracker", ready: true });
    puzzle.take();
    asker.says({ flag: "ask", pages: [7] });
    expect(askedPages(puzzle.take())).toEqual([]);
    asker.says({ flag: "have", pages: [7] });
    expect(askedPages(puzzle.take())).toEqual([]);
    empty.says({ flag: "have", pages: [7] });
    expect(askedPages(puzzle.take(), empty.link)).toEqual([7]);
  });

  it("takes on only so many pages for one reader, and only so many in all", () => {
    const { puzzle, owner, asker } = relay();
    const pages = Array.from({ length: RELAY_PAGES_PER_LINK + 2 }, (_, page) => page);
    const effects = asker.says({ flag: "ask", pages });
    expect(waits(effects, asker).length).toBe(RELAY_PAGES_PER_LINK);
    expect(refusals(effects, asker).length).toBe(2);
    puzzle.take();
    for (let number = 3; number < 12; number++) {
      const from = number * RELAY_PAGES_PER_LINK;
      puzzle.visit(number, []).says({ flag: "ask", pages: [0, 1, 2, 3].map((page) => (from + page) % 40) });
    }
    expect(askedPages(puzzle.take(), owner.link).length).toBeLessThanOrEqual(RELAY_PAGES_MAX - RELAY_PAGES_PER_LINK);
  });

  it("forgets the oldest page in memory for a new one", () => {
    const house = relay();
    passesOn(house, 0, RELAY_PAGES_MAX + 3);
    const { puzzle, asker } = house;
    expect(only(puzzle.take(), "forgetPage").map(({ page }) => page)).toEqual([0, 1, 2]);
    expect(waits(asker.says({ flag: "ask", pages: [0] }), asker)).toEqual([0]);
  });

  it("never forgets a page that is being sent, but the oldest one that is not", () => {
    const house = relay();
    passesOn(house, 0, RELAY_PAGES_MAX);
    const { puzzle, owner, asker } = house;
    const late = puzzle.visit(3, []);
    late.says({ flag: "ask", pages: [0] });
    const effects = asker.says({ flag: "ask", pages: [RELAY_PAGES_MAX] });
    expect(only(effects, "forgetPage").map(({ page }) => page)).toEqual([1]);
    passes(puzzle, owner, RELAY_PAGES_MAX);
    expect(puzzle.drain()).toContainEqual({ link: late.link, page: 0 });
  });

  it("goes on serving a page that it forgets as one of others, and has come to hold meanwhile", () => {
    const house = relay();
    const { puzzle, owner, asker } = house;
    passesOn(house, 0, 1);
    puzzle.tell({ type: "chosen", pages: setOf(puzzle.book, [0]) });
    owner.delivers(0);
    passesOn(house, 1, RELAY_PAGES_MAX);
    expect(only(puzzle.take(), "forgetPage").map(({ page }) => page)).toEqual([0]);
    const effects = asker.says({ flag: "ask", pages: [0] });
    expect(only(effects, "sendPage")[0]).toMatchObject({ link: asker.link, stretch: { page: 0, offset: 0 } });
  });

  it("asks for it within its user's limit on downloads, as for a page of its own", () => {
    const { puzzle, owner, asker } = relay(4, new TokenBucket(PAGE_BYTES));
    expect(askedPages(asker.says({ flag: "ask", pages: [0, 1] }), owner.link)).toEqual([0]);
    expect(askedPages(puzzle.pass(990), owner.link)).toEqual([]);
    expect(askedPages(puzzle.pass(RELAY_WAIT_MS), owner.link)).toEqual([1]);
  });

  it("asks no owner that does not deliver, unless there is no other", () => {
    const { puzzle, owner, asker } = relay();
    asker.says({ flag: "ask", pages: [7] });
    puzzle.pass(STALL_MS_MAX / 3);
    const second = puzzle.visit(3, "all");
    expect(askedPages(asker.says({ flag: "ask", pages: [8, 9] }), second.link)).toEqual([8, 9]);
    expect(askedPages(second.vanishes(), owner.link)).toEqual([8, 9]);
  });

  it("waits for a page that it fetches for itself, and serves it once it is stored", () => {
    const puzzle = new Puzzle(fullPages(1));
    const owner = puzzle.visit(1, "all");
    const asker = puzzle.visit(2, []);
    puzzle.take();
    expect(waits(asker.says({ flag: "ask", pages: [0] }), asker)).toEqual([0]);
    expect(askedPages(puzzle.take())).toEqual([]);
    expect(only(owner.delivers(0), "sendPage")[0]).toMatchObject({ link: asker.link });
  });

  it("refuses it as cancelled when the asker takes the ask back, and asks another owner when one leaves", () => {
    const { puzzle, owner, asker } = relay();
    asker.says({ flag: "ask", pages: [7, 8] });
    expect(refusals(asker.says({ flag: "cancel", pages: [7] }), asker)).toEqual([[7, "cancelled"]]);
    const second = puzzle.visit(3, "all");
    puzzle.take();
    expect(askedPages(owner.vanishes(), second.link)).toEqual([8]);
  });

  it("blames the owner for wrong bytes, and asks another one for the page", () => {
    const { puzzle, owner, asker } = relay();
    const corrupt = (page: number) => {
      owner.sends(page);
      return puzzle.tell({ type: "pageCorrupt", page: puzzle.book.page(page), link: owner.link });
    };
    asker.says({ flag: "ask", pages: [7, 8] });
    const second = puzzle.visit(3, "all");
    puzzle.take();
    expect(askedPages(corrupt(7), second.link)).toEqual([7]);
    expect(only(corrupt(8), "banned").length).toBe(1);
  });

  it("asks an owner that refuses it not again, but another one", () => {
    const { puzzle, owner, asker } = relay();
    asker.says({ flag: "ask", pages: [7] });
    expect(askedPages(owner.says({ flag: "refuse", page: 7, reason: "unreadable" }))).toEqual([]);
    const second = puzzle.visit(3, "all");
    expect(askedPages(puzzle.take(), second.link)).toEqual([7]);
  });

  it("ends a link whose pieces do not follow one another, or that asks twice", () => {
    const gap = relay();
    gap.asker.says({ flag: "ask", pages: [7] });
    expect(faults(gap.owner.says({ flag: "piece", page: 7, offset: 64_000, bytes: new Uint8Array(10) }))).toEqual([
      "malformed",
    ]);
    const { asker } = relay();
    asker.says({ flag: "ask", pages: [7] });
    expect(faults(asker.says({ flag: "ask", pages: [7] }))).toEqual(["out-of-turn"]);
  });

  it("takes the ask back from an owner that stays silent, and says why to who waits in the end", () => {
    const { puzzle, owner, asker } = relay();
    asker.says({ flag: "ask", pages: [7] });
    const effects = puzzle.pass(STALL_MS_MAX / 3);
    expect(sent(effects, "cancel", owner.link)).toEqual([{ flag: "cancel", pages: [7] }]);
    expect(refusals(owner.says({ flag: "refuse", page: 7, reason: "cancelled" }), asker)).toEqual([[7, "not-held"]]);
  });
});

describe("A swarm that is stranded among readers without the pages that it lacks", () => {
  const stranded = (pages = 40) => {
    const puzzle = new Puzzle(fullPages(pages));
    const neighbour = puzzle.visit(1, []);
    puzzle.take();
    return { puzzle, neighbour, asked: askedPages(puzzle.pass(2 * STRANDED_MS), neighbour.link) };
  };

  it("asks a few pages of a reader that does not hold them, and goes on while they come", () => {
    const { puzzle, neighbour, asked } = stranded();
    expect(asked.length).toBe(RELAY_ASKS_PER_LINK);
    neighbour.says({ flag: "wait", pages: asked });
    puzzle.take();
    neighbour.delivers(asked[0] ?? 0);
    expect(askedPages(puzzle.take(), neighbour.link).length).toBe(1);
    expect(puzzle.swarm.snapshot(puzzle.now).links[0]).toMatchObject({ pagesReceived: 1, pagesRelayed: 1 });
  });

  it("asks nobody like that while pages come, or soon after the start", () => {
    const puzzle = new Puzzle(fullPages(40));
    const owner = puzzle.visit(1, [0, 1, 2, 3, 4, 5]);
    const empty = puzzle.visit(2, []);
    const asked = [...askedPages(puzzle.take(), owner.link)];
    for (let delivered = 0; delivered < 6; delivered++) {
      puzzle.pass(STRANDED_MS / 2);
      owner.delivers(asked.shift() ?? 0);
      const effects = puzzle.take();
      asked.push(...askedPages(effects, owner.link));
      expect(askedPages(effects, empty.link)).toEqual([]);
    }
  });

  it("asks a reader that refuses again only after a while", () => {
    const { puzzle, neighbour, asked } = stranded();
    for (const page of asked) neighbour.says({ flag: "refuse", page, reason: "not-held" });
    neighbour.says({ flag: "pong" });
    expect(askedPages(puzzle.pass(RELAY_REST_MS - 1_000))).toEqual([]);
    neighbour.says({ flag: "pong" });
    expect(askedPages(puzzle.pass(2 * STRANDED_MS)).length).toBe(RELAY_ASKS_PER_LINK);
  });

  it("is patient with a reader that says wait, but not without end", () => {
    const { puzzle, neighbour, asked } = stranded();
    const takenBack = () => sent(puzzle.take(), "cancel", neighbour.link).length;
    for (let said = 0; said < 20; said++) {
      neighbour.says({ flag: "wait", pages: asked });
      puzzle.pass(RELAY_WAIT_MS);
    }
    expect(takenBack()).toBe(0);
    for (let said = 0; said < 60; said++) {
      neighbour.says({ flag: "wait", pages: asked });
      puzzle.pass(RELAY_WAIT_MS);
    }
    expect(takenBack()).toBeGreaterThan(0);
  });

  it("ends a link on which it is told to wait for what it did not ask", () => {
    const puzzle = new Puzzle(fullPages(4));
    expect(faults(puzzle.visit(1, []).says({ flag: "wait", pages: [1] }))).toEqual(["not-asked"]);
  });
});
