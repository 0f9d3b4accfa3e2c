import { describe, expect, it } from "vitest";
import { AskedPages } from "../../../peer-node/core/asked-pages.ts";
import { PagePicker } from "../../../peer-node/core/page-picker.ts";
import { ASKED_AGAIN_MS, ASKED_AGAIN_SMALL_MS, ASKED_OF_MAX, CRAWL_MS } from "../../../peer-node/core/policy.ts";
import type { Session } from "../../../peer-node/core/session.ts";
import type { PageIndex } from "../../../shared/ids.ts";
import { PAGE_BYTES } from "../../../shared/limits.ts";
import { PageSet } from "../../../shared/page-set.ts";
import { randomFrom, sessionWith } from "./puzzle.ts";

const PAGES = 8;
const page = (number: number) => number as PageIndex;

class Bench {
  readonly picker: PagePicker;
  readonly asked: AskedPages;
  readonly #pages: number;
  #sessions = 0;

  constructor(pages = PAGES) {
    this.#pages = pages;
    this.picker = new PagePicker(pages, randomFrom(1));
    this.asked = new AskedPages(this.picker);
  }

  /** A reader that holds every page. */
  owner(): Session {
    const session = sessionWith(++this.#sessions, this.#pages);
    session.theirs = PageSet.full(this.#pages);
    return session;
  }

  asks(session: Session, number: number, now: number): void {
    session.asked(page(number), PAGE_BYTES, now);
    this.asked.add(page(number), session);
  }

  /** The reader says that the page is next, or begins to send it. */
  begins(session: Session, number: number, now: number): void {
    const ask = session.asks.get(page(number));
    if (ask !== undefined) ask.begunAt = now;
  }
}

describe("A page that is asked of one reader", () => {
  it("is found behind hundreds of others that are of no use to the idle reader", () => {
    const bench = new Bench(500);
    const first = bench.owner();
    for (let number = 0; number < 500; number++) bench.asks(first, number, 1_000);
    const idle = bench.owner();
    idle.theirs = new PageSet(500);
    idle.theirs.add(page(480));
    const looks = Array.from({ length: 10 }, () => bench.asked.pickAgain(idle, 2_000));
    expect(looks).toContain(480);
    expect(bench.asked.retryAt).toBeDefined();
  });

  it("may be asked of another once the ask is old and nobody has begun it", () => {
    const bench = new Bench();
    bench.asks(bench.owner(), 3, 1_000);
    const idle = bench.owner();
    expect(bench.asked.pickAgain(idle, 999 + ASKED_AGAIN_MS)).toBeUndefined();
    expect(bench.asked.pickAgain(idle, 1_000 + ASKED_AGAIN_MS)).toBe(3);
  });

  it("may be asked of another only later when it is small, because then all of it is lost when two begin it", () => {
    const bench = new Bench();
    const asker = bench.owner();
    asker.asked(page(3), 20_000, 1_000);
    bench.asked.add(page(3), asker);
    expect(bench.asked.pickAgain(bench.owner(), 999 + ASKED_AGAIN_SMALL_MS)).toBeUndefined();
    expect(bench.asked.pickAgain(bench.owner(), 1_000 + ASKED_AGAIN_SMALL_MS)).toBe(3);
  });

  it("may be asked of one more reader only after the latest ask has become old too, and of so many at most", () => {
    const bench = new Bench();
    let now = 1_000;
    bench.asks(bench.owner(), 3, now);
    for (let readers = 1; readers < ASKED_OF_MAX; readers++) {
      const idle = bench.owner();
      expect(bench.asked.pickAgain(idle, now + ASKED_AGAIN_MS - 1)).toBeUndefined();
      now += ASKED_AGAIN_MS;
      expect(bench.asked.pickAgain(idle, now)).toBe(3);
      bench.asks(idle, 3, now);
    }
    expect(bench.asked.askedOf(page(3)).length).toBe(ASKED_OF_MAX);
    expect(bench.asked.pickAgain(bench.owner(), now + 10 * ASKED_AGAIN_MS)).toBeUndefined();
  });

  it("is not asked of a reader that does not hold it, nor of one that it is asked of already", () => {
    const bench = new Bench();
    const asker = bench.owner();
    bench.asks(asker, 3, 0);
    const other = sessionWith(99, PAGES);
    other.theirs.add(page(4));
    expect(bench.asked.pickAgain(other, 10 * ASKED_AGAIN_MS)).toBeUndefined();
    expect(bench.asked.pickAgain(asker, 10 * ASKED_AGAIN_MS)).toBeUndefined();
  });

  it("is left to the reader that has begun it, unless that takes far too long", () => {
    const bench = new Bench();
    const crawling = bench.owner();
    bench.asks(crawling, 3, 0);
    bench.begins(crawling, 3, 100);
    const idle = bench.owner();
    expect(bench.asked.pickAgain(idle, 99 + CRAWL_MS)).toBeUndefined();
    expect(bench.asked.pickAgain(idle, 100 + CRAWL_MS)).toBe(3);
  });

  it("is asked of ever more readers, each after twice the time, while all that have begun it crawl", () => {
    const bench = new Bench();
    let now = 0;
    for (let readers = 1; readers <= 5; readers++) {
      const crawling = bench.owner();
      bench.asks(crawling, 3, now);
      bench.begins(crawling, 3, now);
      now += CRAWL_MS * 2 ** (readers - 1);
      expect(bench.asked.pickAgain(bench.owner(), now - 1)).toBeUndefined();
      expect(bench.asked.pickAgain(bench.owner(), now)).toBe(3);
    }
  });
});

describe("A reader that would be left idle", () => {
  it("is given the page that the fewest hold, of those that may be asked again", () => {
    const bench = new Bench();
    const asker = bench.owner();
    for (const [number, askedAt] of [
      [1, 0],
      [2, 0],
      [3, 500],
    ] as const)
      bench.asks(asker, number, askedAt);
    bench.picker.gained(page(1));
    expect(bench.asked.pickAgain(bench.owner(), ASKED_AGAIN_MS)).toBe(2);
  });

  it("is named once, when a page may be asked of it, and the time of that is known", () => {
    const bench = new Bench();
    bench.asks(bench.owner(), 3, 1_000);
    const [idle, gone] = [bench.owner(), bench.owner()];
    expect(bench.asked.retryAt).toBeUndefined();
    for (const session of [idle, gone]) bench.asked.pickAgain(session, 1_000);
    bench.asked.ended(gone);
    expect(bench.asked.retryAt).toBe(1_000 + ASKED_AGAIN_MS);
    expect(bench.asked.takeIdle(999 + ASKED_AGAIN_MS)).toEqual([]);
    expect(bench.asked.takeIdle(1_000 + ASKED_AGAIN_MS)).toEqual([idle]);
    expect(bench.asked.retryAt).toBeUndefined();
    expect(bench.asked.takeIdle(10_000)).toEqual([]);
  });
});

describe("The readers that a page is asked of", () => {
  it("are those that it was asked of and not taken back from, and the last one to go is noticed", () => {
    const bench = new Bench();
    const [one, other] = [bench.owner(), bench.owner()];
    for (const session of [one, other]) bench.asks(session, 3, 0);
    expect(bench.asked.askedOf(page(3))).toEqual([one, other]);
    expect(bench.asked.delete(page(3), one)).toBe(false);
    expect(bench.asked.delete(page(3), one)).toBe(false);
    expect(bench.asked.askedOf(page(3))).toEqual([other]);
    expect(bench.asked.delete(page(3), other)).toBe(true);
    expect(bench.asked.delete(page(3), other)).toBe(false);
    bench.asks(one, 4, 0);
    bench.asked.clear(page(4));
    expect(bench.asked.askedOf(page(4))).toEqual([]);
  });
});
