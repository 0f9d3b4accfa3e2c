import { describe, expect, it } from "vitest";
import {
  ARRIVAL_MS_MIN,
  NEXT_AHEAD_MS,
  NEXT_TOLD_MS,
  STUCK_AFTER_MS,
  TURNS_PASSED_MAX,
} from "../../../peer-node/core/policy.ts";
import { PAGE_BYTES } from "../../../shared/limits.ts";
import { bookOf, fullPages, only, Puzzle, sent } from "./puzzle.ts";

const upTo = (count: number) => Array.from({ length: count }, (_, page) => page);

/** Holds every page; with `others` complete besides, so that nothing is passed on. */
function publisher(pages: number, others: { readonly complete: boolean }): Puzzle {
  const puzzle = new Puzzle(fullPages(pages), { holds: upTo(pages) });
  if (others.complete) puzzle.tell({ type: "listed", readers: [], others: 9, othersComplete: 1 });
  return puzzle;
}

/** Somebody is being sent these pages, one leaving and one to be next: what others ask for meanwhile is weighed together. */
function keepBusy(puzzle: Puzzle, ...pages: readonly [number, number]): void {
  puzzle.visit(99, []).says({ flag: "ask", pages });
}

describe("Of all pages that are asked for,", () => {
  it("the one with the fewest copies leaves first, whoever asked for it and when", () => {
    const puzzle = publisher(10, { complete: true });
    puzzle.visit(50, [0, 1, 2]);
    puzzle.visit(51, [0, 1]);
    puzzle.visit(52, [0]);
    puzzle.take();
    keepBusy(puzzle, 8, 9);
    const askers = [0, 1, 2, 3].map((page) => {
      const asker = puzzle.visit(page + 1, []);
      asker.says({ flag: "ask", pages: [page] });
      return asker;
    });
    const order = puzzle.drain().filter(({ link }) => askers.some((asker) => asker.link === link));
    expect(order.map(({ page }) => page)).toEqual([3, 2, 1, 0]);
  });

  it("one that is on its way to somebody counts as held there", () => {
    const puzzle = publisher(10, { complete: true });
    keepBusy(puzzle, 8, 9);
    const first = puzzle.visit(1, []);
    const second = puzzle.visit(2, []);
    first.says({ flag: "ask", pages: [0, 1] });
    second.says({ flag: "ask", pages: [0, 2] });
    const order = puzzle.drain({ begunMax: 4 });
    expect(order.slice(2)).toEqual([
      { link: first.link, page: 0 },
      { link: second.link, page: 2 },
    ]);
  });

  it("equally rare ones leave in turns, one for each reader", () => {
    const puzzle = publisher(40, { complete: true });
    const greedy = puzzle.visit(1, []);
    const modest = puzzle.visit(2, []);
    greedy.says({ flag: "ask", pages: upTo(30) });
    modest.says({ flag: "ask", pages: [30, 31] });
    puzzle.pass(1);
    const order = puzzle.drain({ begunMax: 5 });
    expect(order.filter(({ link }) => link === modest.link).map(({ page }) => page)).toEqual([30, 31]);
  });

  it("none is passed over for more than a few pages of each reader that waits", () => {
    const pages = 60;
    const puzzle = publisher(pages, { complete: true });
    for (const number of [50, 51, 52]) puzzle.visit(number, [0]);
    const greedy = puzzle.visit(1, []);
    const other = puzzle.visit(2, []);
    const patient = puzzle.visit(3, []);
    greedy.says({ flag: "ask", pages: upTo(30).map((page) => page + 1) });
    other.says({ flag: "ask", pages: upTo(29).map((page) => page + 31) });
    patient.says({ flag: "ask", pages: [0] });
    const order = puzzle.drain().map(({ link }) => link);
    // Three wait, one page is leaving and one was chosen already when they began to.
    expect(order.indexOf(patient.link)).toBeGreaterThan(2);
    expect(order.indexOf(patient.link)).toBeLessThanOrEqual(3 * TURNS_PASSED_MAX + 2);
  });

  it("a second one is not begun before the first is handed over, and no more than a little without receipts", () => {
    const puzzle = publisher(10, { complete: true });
    const askers = [1, 2, 3, 4].map((number) => puzzle.visit(number, []));
    for (const [at, asker] of askers.entries()) asker.says({ flag: "ask", pages: [at, at + 5] });
    const first = only(puzzle.take(), "sendPage");
    expect(new Set(first.map(({ link }) => link)).size).toBe(1);
    for (const { link, stretch } of first) puzzle.tell({ type: "sent", link, bytes: stretch.bytes });
    expect(puzzle.drain({ receipts: false }).length + 1).toBe(2);
    expect(only(puzzle.pass(4 * ARRIVAL_MS_MIN), "sendPage").length).toBeGreaterThan(0);
  });
});

describe("A reader that takes pages and never says that one has arrived", () => {
  it("is served when nobody else waits, and holds up nobody", () => {
    const puzzle = publisher(60, { complete: true });
    const mute = puzzle.visit(1, []);
    mute.says({ flag: "ask", pages: upTo(30) });
    puzzle.drain({ receipts: false });
    // What it was sent is written off, and it is given more because it is alone.
    puzzle.pass(4 * ARRIVAL_MS_MIN);
    expect(puzzle.drain({ receipts: false, begunMax: 3 }).length).toBe(3);
    const other = puzzle.visit(2, []);
    other.says({ flag: "ask", pages: upTo(8).map((page) => page + 40) });
    const before = puzzle.now;
    const order = puzzle.drain({ begunMax: 9, mute: mute.link });
    const [first, ...rest] = order.map(({ link }) => link);
    expect([mute.link, other.link]).toContain(first);
    expect(rest.slice(0, 7)).toEqual(Array.from({ length: 7 }, () => other.link));
    expect(puzzle.now).toBe(before);
  });

  it("is no such reader when it says of each that it does not keep it, as one that passes pages on does", () => {
    const puzzle = publisher(60, { complete: true });
    const relay = puzzle.visit(1, []);
    relay.says({ flag: "ask", pages: upTo(30) });
    const begun = puzzle.drain({ receipts: false });
    relay.says({ flag: "lost", pages: begun.map(({ page }) => page) });
    expect(puzzle.drain({ receipts: false }).length).toBeGreaterThan(0);
  });

  it("is like any other again once it says so", () => {
    const puzzle = publisher(60, { complete: true });
    const late = puzzle.visit(1, []);
    late.says({ flag: "ask", pages: upTo(30) });
    const begun = puzzle.drain({ receipts: false });
    puzzle.pass(4 * ARRIVAL_MS_MIN);
    late.says({ flag: "have", pages: begun.map(({ page }) => page) });
    const other = puzzle.visit(2, []);
    other.says({ flag: "ask", pages: upTo(8).map((page) => page + 40) });
    const order = puzzle.drain({ begunMax: 10 }).map(({ link }) => link);
    expect(order.filter((link) => link === late.link).length).toBeGreaterThanOrEqual(3);
  });
});

describe("Small pages", () => {
  const small = (pages: number) =>
    new Puzzle(bookOf(Array.from({ length: pages }, () => 20_000)), { holds: upTo(pages) });

  it("leave in batches of up to a full page's bytes, not by turns one by one", () => {
    const puzzle = small(100);
    puzzle.tell({ type: "listed", readers: [], others: 9, othersComplete: 1 });
    keepBusy(puzzle, 98, 99);
    const [one, two] = [puzzle.visit(1, []), puzzle.visit(2, [])];
    one.says({ flag: "ask", pages: upTo(24) });
    two.says({ flag: "ask", pages: upTo(24).map((page) => page + 24) });
    const order = puzzle.drain().filter(({ link }) => link === one.link || link === two.link);
    const readers = order.map(({ link }) => link);
    const changes = readers.filter((link, at) => at > 0 && link !== readers[at - 1]).length;
    expect(order.length).toBe(48);
    expect(changes).toBeLessThanOrEqual(3);
    expect(readers.indexOf(two.link)).toBeLessThanOrEqual(24);
  });

  it("that nobody holds yet are not chosen for two readers at once", () => {
    const puzzle = small(24);
    const askers = [1, 2].map((number) => puzzle.visit(number, []));
    for (const asker of askers) asker.says({ flag: "ask", pages: upTo(24) });
    const first = puzzle.drain({ begunMax: 24, receipts: false });
    expect(new Set(first.map(({ page }) => page)).size).toBe(first.length);
  });

  it("that are taken back in the middle of a turn do not leave, and the rest does", () => {
    const puzzle = small(30);
    const asker = puzzle.visit(1, []);
    asker.says({ flag: "ask", pages: upTo(12) });
    const refused = sent(asker.says({ flag: "cancel", pages: [3, 7, 11] }), "refuse");
    expect(refused.map(({ reason }) => reason)).toEqual(["cancelled", "cancelled", "cancelled"]);
    expect(puzzle.drain().map(({ page }) => page)).toEqual([0, 1, 2, 4, 5, 6, 8, 9, 10]);
    asker.says({ flag: "ask", pages: [3, 7, 11] });
    expect(puzzle.drain().map(({ page }) => page)).toEqual([3, 7, 11]);
  });
});

describe("A reader that waits for a page", () => {
  /** Pages have left, each in this time, so the uplink is known. */
  function measured(msPerPage: number) {
    const puzzle = publisher(20, { complete: true });
    const asker = puzzle.visit(1, []);
    asker.says({ flag: "ask", pages: upTo(8) });
    puzzle.drain({ msPerPage });
    puzzle.take();
    return { puzzle, asker };
  }

  it("is told one page ahead on a slow uplink, once", () => {
    const { puzzle, asker } = measured(4 * NEXT_TOLD_MS);
    const other = puzzle.visit(2, []);
    const effects = [...asker.says({ flag: "ask", pages: [10, 11] }), ...other.says({ flag: "ask", pages: [12] })];
    // What leaves at once is told as well: others may have been asked for it.
    expect(sent(effects, "next", asker.link).map(({ page }) => page)).toEqual([10, 11]);
    expect(sent(effects, "next", other.link)).toEqual([]);
    puzzle.drain({ msPerPage: 4 * NEXT_TOLD_MS });
    expect(sent(puzzle.take(), "next").map(({ page }) => page)).toEqual([10, 11, 12]);
  });

  it("is told late on a very slow one, when little of the page before it has still to leave", () => {
    const { puzzle, asker } = measured(8 * NEXT_AHEAD_MS);
    const effects = [...asker.says({ flag: "ask", pages: [10, 11] })];
    let left = 0;
    while (left < PAGE_BYTES && !sent(effects, "next").some(({ page }) => page === 11)) {
      const [stretch] = only(effects, "sendPage").slice(-1);
      const { link = asker.link, stretch: { bytes } = { bytes: PAGE_BYTES } } = stretch ?? {};
      left += bytes;
      effects.push(...puzzle.tell({ type: "sent", link, bytes }));
    }
    expect(sent(effects, "next").map(({ page }) => page)).toEqual([10, 11]);
    expect(left).toBeGreaterThan(PAGE_BYTES / 2);
    expect(left).toBeLessThan(PAGE_BYTES);
  });

  it("is told nothing on a fast uplink, where the page is there as soon as the word", () => {
    const { puzzle, asker } = measured(NEXT_TOLD_MS / 4);
    asker.says({ flag: "ask", pages: upTo(10).map((page) => page + 10) });
    puzzle.drain({ msPerPage: NEXT_TOLD_MS / 4 });
    expect(sent(puzzle.take(), "next")).toEqual([]);
    expect(puzzle.swarm.snapshot(puzzle.now).pagesSent).toBe(18);
  });

  it("may take the page back after the word, and another one leaves instead", () => {
    const { puzzle, asker } = measured(4 * NEXT_TOLD_MS);
    asker.says({ flag: "ask", pages: [10, 11, 12] });
    expect(sent(asker.says({ flag: "cancel", pages: [11] }), "refuse")).toEqual([
      { flag: "refuse", page: 11, reason: "cancelled" },
    ]);
    expect(puzzle.drain({ msPerPage: 4 * NEXT_TOLD_MS }).map(({ page }) => page)).toEqual([10, 12]);
  });
});

describe("The only complete reader", () => {
  it("sends each page once before it sends any of them twice", () => {
    const pages = 12;
    const puzzle = publisher(pages, { complete: false });
    const askers = [1, 2, 3].map((number) => puzzle.visit(number, []));
    for (const asker of askers) asker.says({ flag: "ask", pages: upTo(pages) });
    const order = puzzle.drain().map(({ page }) => page);
    expect(order.slice(0, pages).toSorted((a, b) => a - b)).toEqual(upTo(pages));
  });

  it("tells each reader of what was passed on once everything else is sent, and then sends it", () => {
    const pages = 6;
    const puzzle = publisher(pages, { complete: false });
    const askers = [1, 2].map((number) => puzzle.visit(number, []));
    puzzle.take();
    for (const asker of askers) asker.says({ flag: "ask", pages: upTo(pages) });
    const begun = puzzle.drain();
    const effects = puzzle.take();
    for (const asker of askers) {
      const refused = sent(effects, "refuse", asker.link);
      expect(new Set(refused.map(({ reason }) => reason))).toEqual(new Set(["passed-on"]));
      const passedOn = refused.map(({ page }) => page).toSorted();
      const received = begun.filter(({ link }) => link === asker.link).map(({ page }) => page);
      expect([...passedOn, ...received].toSorted()).toEqual(upTo(pages));
      const recalled = sent(effects, "have", asker.link).flatMap((have) => have.pages);
      expect(recalled.toSorted()).toEqual(passedOn);
      asker.says({ flag: "ask", pages: passedOn });
    }
    puzzle.drain();
    expect(sent(puzzle.take(), "refuse")).toEqual([]);
    expect(puzzle.swarm.snapshot(puzzle.now).pagesSent).toBe(2 * pages);
  });

  it("does not count a page that was begun and taken back, nor hold the rest up for a link that does not drain", () => {
    const puzzle = publisher(8, { complete: false });
    const stuck = puzzle.visit(1, []);
    stuck.says({ flag: "ask", pages: [0, 1, 2] });
    for (let bytes = 0; bytes < PAGE_BYTES - 64_000; bytes += 64_000) {
      puzzle.tell({ type: "sent", link: stuck.link, bytes: 64_000 });
    }
    // Page 0 is handed over, its last piece does not leave; page 1 is begun there and finds no room.
    puzzle.pass(STUCK_AFTER_MS);
    const other = puzzle.visit(2, []);
    puzzle.take();
    expect(sent(other.says({ flag: "ask", pages: [0] }), "refuse")).toMatchObject([{ page: 0, reason: "passed-on" }]);
    expect(sent(puzzle.take(), "have", other.link).flatMap(({ pages }) => pages)).toEqual([0]);
    stuck.says({ flag: "cancel", pages: [1, 2] });
    puzzle.take();
    other.says({ flag: "ask", pages: [1] });
    expect(puzzle.drain()).toEqual([{ link: other.link, page: 1 }]);
    expect(sent(puzzle.take(), "refuse", other.link)).toEqual([]);
  });
});
