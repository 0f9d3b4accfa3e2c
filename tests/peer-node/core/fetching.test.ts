import { describe, expect, it } from "vitest";
import {
  AVOIDED_MS,
  PUTTING_BYTES_MAX,
  RANDOM_PAGES,
  STALL_MS_MAX,
  STALLS_MAX,
  WINDOW_BYTES_MAX,
} from "../../../peer-node/core/policy.ts";
import { TokenBucket } from "../../../peer-node/core/token-bucket.ts";
import { PAGE_BYTES } from "../../../shared/limits.ts";
import { PageSet } from "../../../shared/page-set.ts";
import { askedPages, bookOf, fullPages, only, Puzzle, pages, readerId, sent, setOf } from "./puzzle.ts";

/** So small that one ask window holds many. */
const smallPages = (pages: number) => bookOf(Array.from({ length: pages }, () => 1_000));

describe("A reader that fetches", () => {
  it("asks an owner as soon as it says what it holds", () => {
    const puzzle = new Puzzle(fullPages(3));
    puzzle.visit(1, "all");
    expect(askedPages(puzzle.take()).length).toBe(1);
  });

  it("asks a new link for one page, and for the next as soon as the first piece of one arrives", () => {
    const puzzle = new Puzzle(fullPages(3));
    const owner = puzzle.visit(1, "all");
    const [first = -1, ...others] = askedPages(puzzle.take(), owner.link);
    expect(others).toEqual([]);
    owner.says({ flag: "piece", page: first, offset: 0, bytes: new Uint8Array(64_000) });
    const [second, ...more] = askedPages(puzzle.take(), owner.link);
    expect(second).not.toBe(first);
    expect(more).toEqual([]);
  });

  it("asks for more at once the more the link delivers, and for less after it has stalled", () => {
    const puzzle = new Puzzle(fullPages(200));
    const owner = puzzle.visit(1, "all");
    const asked = [...askedPages(puzzle.take(), owner.link)];
    let open = asked.length;
    let most = 0;
    for (let page = asked.shift(); page !== undefined && most < 8; page = asked.shift()) {
      puzzle.pass(2);
      owner.delivers(page);
      const more = askedPages(puzzle.take(), owner.link);
      asked.push(...more);
      open += more.length - 1;
      most = Math.max(most, open);
    }
    expect(most).toBe(8);
    puzzle.pass(STALL_MS_MAX / 3);
    for (const page of asked) owner.says({ flag: "refuse", page, reason: "cancelled" });
    expect(askedPages(puzzle.take(), owner.link).length).toBeLessThan(most);
  });

  it("asks each page of one reader only, though several hold it", () => {
    const puzzle = new Puzzle(fullPages(20));
    for (const number of [1, 2, 3]) puzzle.visit(number, "all");
    const asked = askedPages(puzzle.take());
    expect(new Set(asked).size).toBe(asked.length);
  });

  it("asks the rarest page first, once it has something to give", () => {
    const puzzle = new Puzzle(fullPages(40), { holds: Array.from({ length: RANDOM_PAGES }, (_, page) => page) });
    for (const number of [1, 2, 3])
      puzzle.visit(
        number,
        Array.from({ length: 39 }, (_, page) => page),
      );
    puzzle.take();
    const owner = puzzle.visit(4, "all");
    expect(askedPages(puzzle.take(), owner.link)[0]).toBe(39);
  });

  it("starts with pages by chance, so that newcomers do not all want the same", () => {
    const firsts = new Set<number | undefined>();
    for (let seed = 0; seed < 40; seed++) {
      const puzzle = new Puzzle(fullPages(30), { seed });
      puzzle.visit(1, "all");
      firsts.add(askedPages(puzzle.take())[0]);
    }
    expect(firsts.size).toBeGreaterThan(10);
  });

  it("asks small pages in one frame", () => {
    const puzzle = new Puzzle(bookOf(Array.from({ length: 100 }, () => 2_000)));
    puzzle.visit(1, "all");
    const asks = sent(puzzle.take(), "ask");
    expect(asks.length).toBe(1);
    expect(asks[0]?.pages.length).toBe(100);
  });

  it("never has more than one page asked of a reader with a pipeline of 1", () => {
    const puzzle = new Puzzle(fullPages(5), { pipeline: 1 });
    const owner = puzzle.visit(1, "all");
    for (let round = 0; round < 5; round++) {
      const asked = askedPages(puzzle.take(), owner.link);
      expect(asked.length).toBe(1);
      owner.delivers(asked[0] ?? -1);
    }
    expect(puzzle.swarm.isComplete).toBe(true);
  });

  it("asks for no more than its limit allows", () => {
    const puzzle = new Puzzle(fullPages(40), { download: new TokenBucket(1_000_000) });
    const owner = puzzle.visit(1, "all");
    let asked = 0;
    for (let step = 0; step < 400; step++) {
      puzzle.pass(10);
      for (const page of askedPages(puzzle.take(), owner.link)) {
        asked++;
        owner.delivers(page);
      }
    }
    expect(Math.abs(asked * 256_000 - 4_000_000)).toBeLessThan(2 * 256_000);
  });

  it("asks for nothing that was not chosen, from the first ask on", () => {
    const book = fullPages(10);
    const puzzle = new Puzzle(book, { wanted: setOf(book, [2, 7]) });
    const owner = puzzle.visit(1, "all");
    const asked = new Set(askedPages(puzzle.take()));
    for (const page of asked) {
      owner.delivers(page);
      for (const next of askedPages(puzzle.take())) asked.add(next);
    }
    expect([...asked].sort()).toEqual([2, 7]);
    expect(puzzle.swarm.isComplete).toBe(true);
  });

  it("asks for nothing when it is silent", () => {
    const book = fullPages(10);
    const puzzle = new Puzzle(book, { wanted: new PageSet(10), holds: [1] });
    puzzle.visit(1, "all");
    expect(askedPages(puzzle.take())).toEqual([]);
    expect(puzzle.swarm.isComplete).toBe(true);
  });

  it("keeps pieces as they come and puts the page when its last piece is here", () => {
    const puzzle = new Puzzle(fullPages(1));
    const owner = puzzle.visit(1, "all");
    const effects = owner.sends(0);
    expect(only(effects, "keepPiece").map(({ offset }) => offset)).toEqual([0, 64_000, 128_000, 192_000]);
    expect(only(effects, "putPage")).toEqual([{ type: "putPage", link: owner.link, page: 0 }]);
  });

  it("announces a page only after it was stored, and then to everybody: to its sender as the receipt", () => {
    const puzzle = new Puzzle(fullPages(3));
    const owner = puzzle.visit(1, "all");
    const other = puzzle.visit(2, []);
    puzzle.take();
    owner.sends(0);
    expect(sent(puzzle.take(), "have")).toEqual([]);
    puzzle.tell({ type: "pageStored", page: puzzle.book.page(0) });
    const haves = only(puzzle.take(), "send").filter(({ message }) => message.flag === "have");
    expect(haves.map(({ link }) => link)).toEqual([owner.link, other.link]);
  });

  it("gathers small pages for a moment before it announces them", () => {
    const puzzle = new Puzzle(bookOf(Array.from({ length: 10 }, () => 1_000)));
    const owner = puzzle.visit(1, "all");
    const other = puzzle.visit(2, []);
    puzzle.take();
    for (let page = 0; page < 5; page++) owner.delivers(page);
    expect(sent(puzzle.take(), "have")).toEqual([]);
    puzzle.pass(60);
    expect(sent(puzzle.take(), "have", other.link).map((have) => have.pages)).toEqual([[0, 1, 2, 3, 4]]);
  });

  it("asks elsewhere for what a reader that vanished had been asked", () => {
    const puzzle = new Puzzle(smallPages(2));
    const first = puzzle.visit(1, "all");
    expect(askedPages(puzzle.take(), first.link).length).toBe(2);
    const second = puzzle.visit(2, "all");
    expect(askedPages(puzzle.take(), second.link)).toEqual([]);
    first.vanishes();
    expect([...askedPages(puzzle.take(), second.link)].sort()).toEqual([0, 1]);
  });

  it("asks elsewhere for a page that was refused, and does not ask the refuser again while it lacks it", () => {
    const puzzle = new Puzzle(fullPages(1));
    const first = puzzle.visit(1, "all");
    const second = puzzle.visit(2, "all");
    puzzle.take();
    first.says({ flag: "refuse", page: 0, reason: "not-held" });
    const effects = puzzle.take();
    expect(askedPages(effects, second.link)).toEqual([0]);
    expect(askedPages(effects, first.link)).toEqual([]);
  });

  it("takes asks back when nothing comes in time, asks elsewhere, and reports who stays silent", () => {
    const puzzle = new Puzzle(smallPages(4));
    const silent = puzzle.visit(1, "all");
    puzzle.take();
    const taken = sent(puzzle.pass(STALL_MS_MAX / 3), "cancel", silent.link).flatMap(({ pages }) => pages);
    expect(taken.toSorted()).toEqual([0, 1, 2, 3]);
    const other = puzzle.visit(2, "all");
    expect([...askedPages(puzzle.take(), other.link)].sort()).toEqual([0, 1, 2, 3]);
    for (let page = 0; page < 3; page++) other.delivers(page);
    for (let stall = 1; stall < STALLS_MAX; stall++) {
      silent.says({ flag: "pong" });
      puzzle.pass(STALL_MS_MAX / 3);
    }
    expect(only(puzzle.take(), "report")).toContainEqual({ type: "report", reader: readerId(1), reason: "no-answer" });
  });

  it("asks a snubbed reader for one page at a time until it delivers", () => {
    const puzzle = new Puzzle(smallPages(20));
    const slow = puzzle.visit(1, "all");
    const first = askedPages(puzzle.take(), slow.link);
    const effects = puzzle.pass(STALL_MS_MAX / 3);
    expect(sent(effects, "cancel", slow.link).flatMap((cancel) => cancel.pages)).toEqual(first);
    for (const page of first) slow.says({ flag: "refuse", page, reason: "cancelled" });
    const probe = askedPages(puzzle.take().slice(-50), slow.link);
    expect(probe.length).toBe(1);
    slow.delivers(probe[0] ?? -1);
    expect(askedPages(puzzle.take(), slow.link).length).toBeGreaterThan(1);
  });

  it("accepts a page that was cancelled and comes all the same", () => {
    const puzzle = new Puzzle(fullPages(1));
    const slow = puzzle.visit(1, "all");
    puzzle.pass(STALL_MS_MAX / 3);
    expect(only(slow.delivers(0), "putPage").length).toBe(1);
    expect(puzzle.swarm.isComplete).toBe(true);
  });

  it("asks for a wrong page elsewhere at once, and bans who sends a second one", () => {
    const puzzle = new Puzzle(smallPages(4));
    const liar = puzzle.visit(1, "all");
    const honest = puzzle.visit(2, "all");
    const asked = askedPages(puzzle.take(), liar.link);
    const lie = (page: number) => {
      liar.sends(page);
      return puzzle.tell({ type: "pageCorrupt", page: puzzle.book.page(page), link: liar.link });
    };
    expect(only(lie(asked[0] ?? -1), "close")).toEqual([]);
    const effects = lie(asked[1] ?? -1);
    expect(only(effects, "banned").length).toBe(1);
    expect(only(effects, "close").map(({ link, fault }) => ({ link, fault }))).toEqual([
      { link: liar.link, fault: "wrong-bytes" },
    ]);
    expect(askedPages(puzzle.take(), honest.link)).toEqual(expect.arrayContaining([asked[0], asked[1]]));
    const again = puzzle.visit(1, "all");
    expect(only(puzzle.take(), "close").map(({ link, fault }) => ({ link, fault }))).toEqual([
      { link: again.link, fault: "banned" },
    ]);
  });

  it("prefers somebody else for a wrong page, and asks its sender once more when there is nobody for a while", () => {
    const puzzle = new Puzzle(fullPages(1));
    const sender = puzzle.visit(1, "all");
    puzzle.take();
    sender.sends(0);
    puzzle.tell({ type: "pageCorrupt", page: puzzle.book.page(0), link: sender.link });
    expect(askedPages(puzzle.take())).toEqual([]);
    puzzle.pass(AVOIDED_MS - 1);
    expect(askedPages(puzzle.take())).toEqual([]);
    puzzle.pass(1_000);
    expect(askedPages(puzzle.take(), sender.link)).toEqual([0]);
  });

  it("blames nobody when its own disk fails, and asks again when the disk is back", () => {
    const puzzle = new Puzzle(fullPages(1));
    const owner = puzzle.visit(1, "all");
    owner.sends(0);
    puzzle.take();
    puzzle.tell({ type: "disk", ready: false });
    puzzle.tell({ type: "pageUnwritten", page: puzzle.book.page(0) });
    expect(askedPages(puzzle.take())).toEqual([]);
    puzzle.tell({ type: "disk", ready: true });
    expect(askedPages(puzzle.take(), owner.link)).toEqual([0]);
  });

  it("gives an image up when the book itself is bad there, and blames nobody", () => {
    const puzzle = new Puzzle(fullPages(2));
    const owner = puzzle.visit(1, "all");
    owner.delivers(0);
    puzzle.take();
    owner.sends(1);
    puzzle.tell({ type: "imageGivenUp", image: puzzle.book.image(1).index });
    expect(puzzle.swarm.isComplete).toBe(true);
    expect(only(puzzle.take(), "close")).toEqual([]);
  });

  it("asks for no more than can wait to be written, and for more as soon as that is written", () => {
    const count = 3 * Math.ceil((PUTTING_BYTES_MAX + WINDOW_BYTES_MAX) / PAGE_BYTES);
    const puzzle = new Puzzle(fullPages(count));
    const owner = puzzle.visit(1, "all");
    const waiting: number[] = [];
    for (let asked = askedPages(puzzle.take()); asked.length > 0; asked = askedPages(puzzle.take())) {
      for (const page of asked) owner.sends(page);
      waiting.push(...asked);
    }
    expect(waiting.length).toBeLessThan(count);
    // Nothing is asked of anybody, and nothing comes any more but the word of the disk.
    for (const page of waiting) puzzle.tell({ type: "pageStored", page: puzzle.book.page(page) });
    expect(askedPages(puzzle.take()).length).toBeGreaterThan(0);
  });

  it("asks for pages one after the other while every other reader holds all of them, and by chance when one does not", () => {
    const puzzle = new Puzzle(fullPages(400));
    const listed = (others: number) => puzzle.tell({ type: "listed", readers: [], others, othersComplete: 1 });
    listed(1);
    const owner = puzzle.visit(1, "all");
    const pagesAsked = () => {
      const asked = askedPages(puzzle.take(), owner.link);
      for (const page of asked) owner.delivers(page);
      return asked;
    };
    const inOrder = [...pagesAsked(), ...pagesAsked(), ...pagesAsked()];
    expect(inOrder.length).toBeGreaterThan(2);
    expect(inOrder).toEqual(inOrder.map((_, at) => at));
    listed(2);
    pagesAsked();
    const byChance = [...pagesAsked(), ...pagesAsked(), ...pagesAsked()];
    expect(byChance).not.toEqual([...byChance].sort((a, b) => a - b));
  });

  it("goes on asking, however many images were given up while their last page was being written", () => {
    const count = 2 * Math.ceil(PUTTING_BYTES_MAX / PAGE_BYTES);
    const puzzle = new Puzzle(fullPages(count));
    const owner = puzzle.visit(1, "all");
    let arrived = 0;
    for (let asked = askedPages(puzzle.take()); asked.length > 0; asked = askedPages(puzzle.take())) {
      for (const page of asked) {
        owner.sends(page);
        puzzle.tell({ type: "imageGivenUp", image: puzzle.book.imageOf(puzzle.book.page(page)) });
        arrived++;
      }
    }
    expect(arrived).toBe(count);
    expect(puzzle.swarm.isComplete).toBe(true);
  });
});

describe("A reader whose disk loses pages", () => {
  it("says so, refuses what was asked of them, and fetches them again", () => {
    const puzzle = new Puzzle(fullPages(2), { holds: [0, 1] });
    const asker = puzzle.visit(1, []);
    puzzle.take();
    puzzle.tell({ type: "pagesLost", pages: pages(puzzle.book, 1) });
    expect(sent(puzzle.take(), "lost", asker.link).map((lost) => lost.pages)).toEqual([[1]]);
    expect(sent(asker.says({ flag: "ask", pages: [1] }), "refuse")).toEqual([
      { flag: "refuse", page: 1, reason: "not-held" },
    ]);
    const owner = puzzle.visit(2, "all");
    expect(askedPages(puzzle.take(), owner.link)).toEqual([1]);
  });
});
