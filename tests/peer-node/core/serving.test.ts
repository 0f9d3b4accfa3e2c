import { describe, expect, it } from "vitest";
import { STUCK_AFTER_MS, UNSENT_BYTES_MAX } from "../../../peer-node/core/policy.ts";
import { TokenBucket } from "../../../peer-node/core/token-bucket.ts";
import { ASKS_PER_LINK_MAX, PAGE_BYTES } from "../../../shared/limits.ts";
import { bookOf, fullPages, only, Puzzle, sent } from "./puzzle.ts";

/** All pages, so that the engine serves and asks for nothing. */
function publisher(pages: number): Puzzle {
  return new Puzzle(fullPages(pages), { holds: Array.from({ length: pages }, (_, page) => page) });
}

describe("A reader that serves", () => {
  it("answers each ask exactly once: with all its bytes, or with a refusal", () => {
    const puzzle = new Puzzle(fullPages(3), { holds: [0, 2] });
    const asker = puzzle.visit(1, []);
    puzzle.take();
    asker.says({ flag: "ask", pages: [0, 1, 2] });
    const bytes = new Map<number, number>();
    const refused: number[] = [];
    for (let effects = puzzle.take(); effects.length > 0; effects = puzzle.take()) {
      for (const { stretch } of only(effects, "sendPage")) {
        expect(stretch.offset).toBe(bytes.get(stretch.page) ?? 0);
        bytes.set(stretch.page, stretch.offset + stretch.bytes);
        puzzle.tell({ type: "sent", link: asker.link, bytes: stretch.bytes });
      }
      refused.push(...sent(effects, "refuse").map(({ page }) => page));
    }
    expect([...bytes]).toEqual([
      [0, PAGE_BYTES],
      [2, PAGE_BYTES],
    ]);
    expect(refused).toEqual([1]);
  });

  it("hands a link no more than it can soon send, and goes on as bytes leave", () => {
    const puzzle = publisher(60);
    const asker = puzzle.visit(1, []);
    puzzle.take();
    asker.says({ flag: "ask", pages: Array.from({ length: 60 }, (_, page) => page) });
    let unsent = 0;
    let most = 0;
    for (let effects = puzzle.take(); effects.length > 0; effects = puzzle.take()) {
      const stretches = only(effects, "sendPage").map(({ stretch }) => stretch);
      unsent += stretches.reduce((sum, { bytes }) => sum + bytes, 0);
      most = Math.max(most, unsent);
      puzzle.now += 1;
      for (const { page, offset, bytes } of stretches) {
        unsent -= bytes;
        puzzle.tell({ type: "sent", link: asker.link, bytes });
        if (offset + bytes === PAGE_BYTES) asker.says({ flag: "have", pages: [page] });
      }
    }
    expect(puzzle.swarm.snapshot(puzzle.now).pagesSent).toBe(60);
    expect(most).toBeLessThanOrEqual(1.5 * UNSENT_BYTES_MAX);
  });

  it("sends no more than its limit allows, and goes on when the allowance has grown", () => {
    const pages = Array.from({ length: 20 }, (_, page) => page);
    const puzzle = new Puzzle(fullPages(20), { holds: pages, upload: new TokenBucket(1_000_000) });
    const asker = puzzle.visit(1, []);
    puzzle.take();
    asker.says({ flag: "ask", pages });
    puzzle.drain();
    for (let step = 0; step < 300; step++) {
      puzzle.pass(10);
      puzzle.drain();
    }
    const bytes = puzzle.swarm.snapshot(puzzle.now).bytesSent;
    expect(Math.abs(bytes - 3_000_000)).toBeLessThan(100_000);
  });

  it("refuses a cancelled ask as cancelled and sends the next one", () => {
    const puzzle = publisher(10);
    const asker = puzzle.visit(1, []);
    asker.says({ flag: "ask", pages: [0, 1, 2, 3, 4] });
    puzzle.take();
    expect(sent(asker.says({ flag: "cancel", pages: [3, 4] }), "refuse")).toEqual([
      { flag: "refuse", page: 3, reason: "cancelled" },
      { flag: "refuse", page: 4, reason: "cancelled" },
    ]);
  });

  it("ignores the cancel of an ask that was answered", () => {
    const puzzle = new Puzzle(bookOf([100]), { holds: [0] });
    const asker = puzzle.visit(1, []);
    asker.says({ flag: "ask", pages: [0] });
    puzzle.take();
    expect(asker.says({ flag: "cancel", pages: [0] })).toEqual([]);
  });

  it("goes on with others while a link does not drain, and ends the page that it began there before the next", () => {
    const puzzle = publisher(10);
    puzzle.tell({ type: "listed", readers: [], others: 2, othersComplete: 1 });
    const slow = puzzle.visit(1, []);
    slow.says({ flag: "ask", pages: [0, 1, 2] });
    const stretches = [...only(puzzle.take(), "sendPage")];
    puzzle.pass(STUCK_AFTER_MS);
    const quick = puzzle.visit(2, []);
    quick.says({ flag: "ask", pages: [8] });
    expect(puzzle.drain({ receipts: false })).toEqual([{ link: quick.link, page: 8 }]);
    let goesOn = { page: 0, offset: 0 };
    for (let effect = stretches.shift(); effect !== undefined; effect = stretches.shift()) {
      const { page, offset, bytes } = effect.stretch;
      expect({ page, offset }).toEqual(goesOn);
      goesOn = offset + bytes < PAGE_BYTES ? { page, offset: offset + bytes } : { page: page + 1, offset: 0 };
      puzzle.tell({ type: "sent", link: slow.link, bytes });
      stretches.push(...only(puzzle.take(), "sendPage"));
      puzzle.pass(STUCK_AFTER_MS);
    }
    expect(goesOn).toEqual({ page: 3, offset: 0 });
  });

  it("refuses a page that the disk cannot read for now, and sends the next one", () => {
    const puzzle = publisher(4);
    const asker = puzzle.visit(1, []);
    asker.says({ flag: "ask", pages: [0, 1, 2, 3] });
    const stretches = only(puzzle.take(), "sendPage").map(({ stretch }) => stretch);
    const failing = stretches.at(0)?.page;
    const refused = stretches
      .filter(({ page }) => page === failing)
      .flatMap((stretch) => sent(puzzle.tell({ type: "sendFailed", link: asker.link, stretch }), "refuse"));
    expect(refused).toEqual([{ flag: "refuse", page: failing, reason: "unreadable" }]);
    const later = only(puzzle.take(), "sendPage").map(({ stretch }) => stretch.page);
    expect(later.length).toBeGreaterThan(0);
    expect(later).not.toContain(failing);
  });

  it("closes a link that asks for a page twice, or for one that the book does not have, or for too many", () => {
    const twice = publisher(10).visit(1, []);
    expect(only(twice.says({ flag: "ask", pages: [0, 1, 2, 3, 4, 4] }), "close").map(({ fault }) => fault)).toEqual([
      "out-of-turn",
    ]);
    const beyond = publisher(10).visit(1, []);
    expect(only(beyond.says({ flag: "ask", pages: [10] }), "close").map(({ fault }) => fault)).toEqual([
      "no-such-page",
    ]);
    const flood = publisher(ASKS_PER_LINK_MAX + 10).visit(1, []);
    const pages = Array.from({ length: ASKS_PER_LINK_MAX + 10 }, (_, page) => page);
    expect(only(flood.says({ flag: "ask", pages }), "close").map(({ fault }) => fault)).toEqual(["too-many-asks"]);
  });
});
