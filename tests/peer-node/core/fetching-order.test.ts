// What the node may say about the order: pages that come first, and a pause. Fetching by itself, on invented sessions.

import { describe, expect, it } from "vitest";
import { Fetching } from "../../../peer-node/core/fetching.ts";
import { Outbox } from "../../../peer-node/core/outbox.ts";
import { PageLedger } from "../../../peer-node/core/page-ledger.ts";
import { PagePicker } from "../../../peer-node/core/page-picker.ts";
import type { Session } from "../../../peer-node/core/session.ts";
import { SessionTable } from "../../../peer-node/core/session-table.ts";
import { PAGE_BYTES } from "../../../shared/limits.ts";
import { askedPages, fullPages, pages, randomFrom, sessionWith, setOf } from "./puzzle.ts";

const PAGES = 20;
const PIECE = new Uint8Array(64_000);

/** A reader that holds nothing and wants every page. */
class Bench {
  readonly book = fullPages(PAGES);
  readonly ledger = new PageLedger(PAGES);
  readonly picker = new PagePicker(PAGES, randomFrom(1));
  readonly sessions = new SessionTable();
  readonly out = new Outbox();
  readonly fetching = new Fetching(this.book, this.ledger, this.picker, this.sessions, this.out, {});

  constructor() {
    for (let page = 0; page < PAGES; page++) this.fetching.want(this.book.page(page));
  }

  /** A reader that holds these pages joins. */
  joined(number: number, held: Iterable<number>): Session {
    const session = sessionWith(number, PAGES);
    session.theirs = setOf(this.book, held);
    this.picker.ownerJoined(session.theirs);
    this.sessions.add(session);
    this.sessions.hunger(session);
    return session;
  }

  /** Pages asked for now. */
  asked(now = 0): readonly number[] {
    this.fetching.fill(now);
    return askedPages(this.out.take());
  }

  delivers(session: Session, page: number): void {
    for (let offset = 0; offset < PAGE_BYTES; offset += PIECE.length) {
      this.fetching.piece(session, { flag: "piece", page, offset, bytes: PIECE }, 1);
    }
    this.fetching.stored(this.book.page(page));
  }
}

const upTo = (count: number) => Array.from({ length: count }, (_, page) => page);

describe("Pages that come first", () => {
  it("are asked for before all others, in the order in which they were named, however common they are", () => {
    const bench = new Bench();
    for (const number of [2, 3, 4]) bench.joined(number, [17, 5, 11]);
    bench.fetching.paused = true;
    bench.asked();
    bench.fetching.prioritise(pages(bench.book, 17, 5, 11));
    bench.fetching.paused = false;
    const order = bench.asked();
    expect(order).toEqual([17, 5, 11]);
  });

  it("are asked for while a newcomer would still pick by chance, and chance and rarity decide after them", () => {
    const bench = new Bench();
    bench.fetching.prioritise(pages(bench.book, 19, 18));
    const owner = bench.joined(1, upTo(PAGES));
    const order = [...bench.asked()];
    for (const page of order) {
      bench.delivers(owner, page);
      order.push(...bench.asked(1));
    }
    expect(order.slice(0, 2)).toEqual([19, 18]);
    expect(order.toSorted((a, b) => a - b)).toEqual(upTo(PAGES));
  });

  it("are passed over where they are held, asked for, not wanted, or not to be had of this reader", () => {
    const bench = new Bench();
    bench.fetching.stored(bench.book.page(3));
    bench.fetching.unwant(bench.book.page(4));
    bench.fetching.prioritise(pages(bench.book, 3, 4, 5, 6));
    bench.joined(1, [3, 4, 6, 9]);
    expect(bench.asked()).toEqual([6]);
    bench.joined(2, [3, 4, 6, 9]);
    expect(bench.asked()).toEqual([9]);
  });

  it("take the place of those that were named before", () => {
    const bench = new Bench();
    bench.fetching.prioritise(pages(bench.book, 19));
    bench.fetching.prioritise(pages(bench.book, 7));
    bench.joined(1, upTo(PAGES));
    expect(bench.asked()).toEqual([7]);
  });
});

describe("A reader that is paused", () => {
  it("asks for nothing, takes what it had asked for, and goes on when the pause is over", () => {
    const bench = new Bench();
    const owner = bench.joined(1, upTo(PAGES));
    const [first = -1] = bench.asked();
    bench.fetching.paused = true;
    bench.fetching.fill(0);
    expect(bench.out.take()).toEqual([]);
    bench.delivers(owner, first);
    bench.joined(2, upTo(PAGES));
    expect(bench.asked(1)).toEqual([]);
    expect(bench.ledger.of(bench.book.page(first))).toBe("held");
    bench.fetching.paused = false;
    expect(bench.asked(2).length).toBeGreaterThan(1);
  });
});
