import { describe, expect, it } from "vitest";
import { UNSENT_BYTES_LOW } from "../../../peer-node/core/policy.ts";
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
    for (let round = 0; round < 10; round++) {
      const effects = puzzle.take();
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
    const puzzle = publisher(10);
    const asker = puzzle.visit(1, []);
    puzzle.take();
    asker.says({ flag: "ask", pages: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] });
    const first = only(puzzle.take(), "sendPage").reduce((sum, { stretch }) => sum + stretch.bytes, 0);
    expect(first).toBeLessThanOrEqual(UNSENT_BYTES_LOW + PAGE_BYTES);
    puzzle.tell({ type: "sent", link: asker.link, bytes: PAGE_BYTES });
    expect(only(puzzle.take(), "sendPage").length).toBeGreaterThan(0);
  });

  it("serves readers in turns, a page's worth to each", () => {
    const puzzle = publisher(40);
    puzzle.tell({ type: "listed", readers: [], others: 2, othersComplete: 1 });
    const greedy = puzzle.visit(1, []);
    const modest = puzzle.visit(2, []);
    puzzle.take();
    greedy.says({ flag: "ask", pages: Array.from({ length: 30 }, (_, page) => page) });
    modest.says({ flag: "ask", pages: [30, 31] });
    const order: number[] = [];
    for (let effects = puzzle.take(); effects.length > 0; effects = puzzle.take()) {
      for (const { link, stretch } of only(effects, "sendPage")) {
        if (link === modest.link && stretch.offset === 0) order.push(stretch.page);
        puzzle.tell({ type: "sent", link, bytes: stretch.bytes });
      }
      if (order.length === 2) break;
    }
    expect(order).toEqual([30, 31]);
  });

  it("sends no more than its limit allows, and goes on when the allowance has grown", () => {
    const pages = Array.from({ length: 20 }, (_, page) => page);
    const puzzle = new Puzzle(fullPages(20), { holds: pages, upload: new TokenBucket(1_000_000) });
    const asker = puzzle.visit(1, []);
    puzzle.take();
    asker.says({ flag: "ask", pages });
    let bytes = 0;
    const drain = () => {
      for (
        let effects = only(puzzle.take(), "sendPage");
        effects.length > 0;
        effects = only(puzzle.take(), "sendPage")
      ) {
        for (const { stretch } of effects) {
          bytes += stretch.bytes;
          puzzle.tell({ type: "sent", link: asker.link, bytes: stretch.bytes });
        }
      }
    };
    drain();
    for (let step = 0; step < 300; step++) {
      puzzle.pass(10);
      drain();
    }
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

  it("sends the page that it has sent least, while it is the only complete reader", () => {
    const puzzle = publisher(8);
    const drain = (link: ReturnType<Puzzle["visit"]>["link"]) => {
      const order: number[] = [];
      for (let effects = puzzle.take(); effects.length > 0; effects = puzzle.take()) {
        for (const { stretch } of only(effects, "sendPage")) {
          if (stretch.offset === 0) order.push(stretch.page);
          puzzle.tell({ type: "sent", link, bytes: stretch.bytes });
        }
      }
      return order;
    };
    const first = puzzle.visit(1, []);
    puzzle.take();
    first.says({ flag: "ask", pages: [0, 1, 2, 3] });
    expect(drain(first.link)).toEqual([0, 1, 2, 3]);
    const second = puzzle.visit(2, []);
    puzzle.take();
    second.says({ flag: "ask", pages: [0, 1, 2, 3, 4, 5, 6, 7] });
    expect(drain(second.link)).toEqual([4, 5, 6, 7, 0, 1, 2, 3]);
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
