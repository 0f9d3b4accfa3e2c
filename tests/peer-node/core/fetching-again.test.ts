import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ASKED_AGAIN_MS, AVOIDED_MS, CRAWL_MS, STALL_MS_MAX } from "../../../peer-node/core/policy.ts";
import { always } from "../../shared/property.ts";
import { askedPages, fullPages, only, Puzzle, sent, type Visitor } from "./puzzle.ts";

const PIECE = new Uint8Array(64_000);

/** One page, asked of the first reader and then, because that does not begin it, of the others. */
function askedOfAll(readers: number) {
  const puzzle = new Puzzle(fullPages(1));
  const visitors = Array.from({ length: readers }, (_, at) => puzzle.visit(at + 1, "all"));
  const effects = [...puzzle.take(), ...puzzle.pass(readers * ASKED_AGAIN_MS)];
  puzzle.take();
  return { puzzle, visitors, effects };
}

const cancelled = (effects: ReturnType<Puzzle["take"]>, visitor: Visitor | undefined) =>
  sent(effects, "cancel", visitor?.link).flatMap(({ pages }) => pages);

describe("A page that nobody has begun to send", () => {
  it("is asked of every reader that would be idle, one after the other", () => {
    const { visitors, effects } = askedOfAll(3);
    for (const { link } of visitors) expect(askedPages(effects, link)).toEqual([0]);
  });

  it("is not asked of a second reader while that has others to send", () => {
    const puzzle = new Puzzle(fullPages(4));
    const [one, other] = [puzzle.visit(1, "all"), puzzle.visit(2, "all")];
    const effects = puzzle.take();
    const asked = askedPages(effects, one.link);
    other.says({ flag: "piece", page: askedPages(effects, other.link)[0] ?? -1, offset: 0, bytes: PIECE });
    puzzle.pass(4 * ASKED_AGAIN_MS);
    const later = askedPages(puzzle.take(), other.link);
    expect(later.length).toBe(1);
    expect(later).not.toEqual(asked);
  });

  it.each<[string, (visitor: Visitor) => ReturnType<Puzzle["take"]>]>([
    ["says that it is next", (visitor) => visitor.says({ flag: "next", page: 0 })],
    ["sends its first piece", (visitor) => visitor.says({ flag: "piece", page: 0, offset: 0, bytes: PIECE })],
  ])("is taken back from the others when one of them %s", (_, begin) => {
    const { puzzle, visitors } = askedOfAll(3);
    const [one, two, three] = visitors;
    const effects = two === undefined ? [] : begin(two);
    expect(cancelled(effects, one)).toEqual([0]);
    expect(cancelled(effects, three)).toEqual([0]);
    expect(cancelled(effects, two)).toEqual([]);
    expect(sent(two?.says({ flag: "next", page: 0 }) ?? [], "cancel")).toEqual([]);
    expect(puzzle.swarm.snapshot(puzzle.now).bytesWasted).toBe(0);
  });
});

describe("A page that one reader has begun to send", () => {
  it("is not asked of anybody else while it comes as it should", () => {
    const puzzle = new Puzzle(fullPages(1));
    const sender = puzzle.visit(1, "all");
    const idle = puzzle.visit(2, "all");
    sender.says({ flag: "next", page: 0 });
    puzzle.take();
    puzzle.pass(CRAWL_MS - 1);
    expect(askedPages(puzzle.take(), idle.link)).toEqual([]);
  });

  it("is asked of another when it crawls; the first whole one counts, and the other is dropped", () => {
    const puzzle = new Puzzle(fullPages(1));
    const slow = puzzle.visit(1, "all");
    const fast = puzzle.visit(2, "all");
    slow.says({ flag: "piece", page: 0, offset: 0, bytes: PIECE });
    puzzle.take();
    puzzle.pass(CRAWL_MS);
    expect(askedPages(puzzle.take(), fast.link)).toEqual([0]);
    const effects = fast.sends(0);
    expect(only(effects, "putPage").map(({ link }) => link)).toEqual([fast.link]);
    expect(cancelled(effects, slow)).toEqual([0]);
    expect(only(effects, "dropPage").map(({ link }) => link)).toEqual([slow.link]);
    puzzle.tell({ type: "pageStored", page: puzzle.book.page(0) });
    expect(puzzle.swarm.snapshot(puzzle.now).bytesWasted).toBe(PIECE.length);
  });

  it("is asked anew when its sender vanishes, of a reader from which it had been taken back as well", () => {
    const { visitors } = askedOfAll(2);
    const [one, two] = visitors;
    two?.says({ flag: "next", page: 0 });
    one?.says({ flag: "refuse", page: 0, reason: "cancelled" });
    expect(askedPages(two?.vanishes() ?? [], one?.link)).toEqual([0]);
  });
});

describe("A page that was taken back", () => {
  it("is refused without harm, and comes all the same without harm", () => {
    const { puzzle, visitors } = askedOfAll(3);
    const [one, two, three] = visitors;
    two?.says({ flag: "next", page: 0 });
    expect(one?.says({ flag: "refuse", page: 0, reason: "cancelled" })).toEqual([]);
    expect(only(three?.sends(0) ?? [], "putPage").length).toBe(1);
    expect(cancelled(puzzle.take(), two)).toEqual([0]);
  });
});

describe("A page that was passed on", () => {
  it("is not asked of the same reader until that says have for it again", () => {
    const puzzle = new Puzzle(fullPages(1));
    const owner = puzzle.visit(1, "all");
    puzzle.take();
    owner.says({ flag: "refuse", page: 0, reason: "passed-on" });
    puzzle.pass(10 * ASKED_AGAIN_MS);
    expect(askedPages(puzzle.take(), owner.link)).toEqual([]);
    expect(askedPages(owner.says({ flag: "have", pages: [0] }), owner.link)).toEqual([0]);
  });
});

describe("Every page", () => {
  it("arrives in the end, whoever is asked, says next, crawls, refuses or vanishes, and in whatever order", () => {
    const pages = 5;
    const step = fc.record({
      number: fc.nat(2),
      does: fc.constantFrom("next", "piece", "refuse", "return", "wait"),
      at: fc.nat(9),
      passMs: fc.constantFrom(0, 10, ASKED_AGAIN_MS, CRAWL_MS),
    });
    always(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(), (steps, seed) => {
        const owners = new Owners(new Puzzle(fullPages(pages), { seed }));
        for (const { number, does, at, passMs } of steps) owners.act(number, does, at, passMs);
        owners.deliverAll();
        expect(owners.missing).toBe(0);
        expect(owners.closes).toEqual([]);
      }),
    );
  });
});

/** Three readers that hold every page, and what each of them owes. */
class Owners {
  readonly #puzzle: Puzzle;
  readonly #visitors: Visitor[];
  /** For each, what it was asked for and has not answered, with the bytes that it has sent. */
  readonly #owed: Map<number, number>[];
  readonly closes: unknown[] = [];

  constructor(puzzle: Puzzle) {
    this.#puzzle = puzzle;
    this.#visitors = [1, 2, 3].map((number) => puzzle.visit(number, "all"));
    this.#owed = this.#visitors.map(() => new Map());
    this.#look();
  }

  get missing(): number {
    return this.#puzzle.swarm.snapshot(this.#puzzle.now).pagesMissing;
  }

  act(number: number, does: string, at: number, passMs: number): void {
    const visitor = this.#visitors[number];
    const owed = this.#owed[number];
    if (visitor === undefined || owed === undefined) return;
    const started = [...owed].find(([, bytes]) => bytes > 0)?.[0];
    const page = started ?? [...owed.keys()][at % Math.max(1, owed.size)];
    if (does === "return") this.#return(number, visitor);
    else if (page !== undefined && does === "next") visitor.says({ flag: "next", page });
    else if (page !== undefined && does === "piece") this.#piece(visitor, owed, page);
    else if (page !== undefined && does === "refuse") {
      owed.delete(page);
      visitor.says({ flag: "refuse", page, reason: "unreadable" });
    }
    this.#look();
    this.#puzzle.pass(passMs);
    for (const each of this.#visitors) each.says({ flag: "pong" });
    this.#look();
  }

  /** From now on everybody sends what it was asked for. */
  deliverAll(): void {
    for (let round = 0; round < 200 && this.missing > 0; round++) {
      for (const number of this.#visitors.keys()) this.act(number, "piece", 0, 1);
      if (round % 40 === 39) for (const number of this.#visitors.keys()) this.act(number, "wait", 0, STALL_MS_MAX / 3);
    }
  }

  #return(number: number, visitor: Visitor): void {
    visitor.vanishes();
    this.#owed[number]?.clear();
    this.#visitors[number] = this.#puzzle.visit(visitor.number, "all");
  }

  #piece(visitor: Visitor, owed: Map<number, number>, page: number): void {
    const offset = owed.get(page) ?? 0;
    if (offset + PIECE.length < 256_000) owed.set(page, offset + PIECE.length);
    else owed.delete(page);
    visitor.says({ flag: "piece", page, offset, bytes: PIECE });
  }

  #look(): void {
    for (let effects = this.#puzzle.take(); effects.length > 0; effects = this.#puzzle.take()) {
      for (const effect of effects) {
        if (effect.type === "putPage") this.#puzzle.tell({ type: "pageStored", page: effect.page });
        if (effect.type !== "send" || effect.message.flag !== "ask") continue;
        const number = this.#visitors.findIndex(({ link }) => link === effect.link);
        for (const page of effect.message.pages) this.#owed[number]?.set(page, 0);
      }
      this.closes.push(...only(effects, "close").filter(({ fault }) => fault !== "silent" && fault !== "not-useful"));
    }
  }
}

describe("A reader that could not read its pages", () => {
  it("is asked for them again after a while, though other readers were looked at in between", () => {
    const puzzle = new Puzzle(fullPages(3));
    const unlucky = puzzle.visit(1, "all");
    for (let page = askedPages(puzzle.take(), unlucky.link)[0]; page !== undefined; ) {
      unlucky.says({ flag: "refuse", page, reason: "unreadable" });
      page = askedPages(puzzle.take(), unlucky.link)[0];
    }
    // Each page is asked of somebody, and whoever is idle is looked at soon.
    for (const number of [2, 3, 4, 5]) puzzle.visit(number, "all");
    expect(askedPages(puzzle.pass(AVOIDED_MS - 100), unlucky.link)).toEqual([]);
    expect(askedPages(puzzle.pass(200), unlucky.link).length).toBeGreaterThan(0);
  });
});

describe("A reader that refuses a page as taken back, though it was not", () => {
  it("is not asked for it again at once", () => {
    const puzzle = new Puzzle(fullPages(3));
    const liar = puzzle.visit(1, "all");
    for (let refusals = 0; refusals <= 3; refusals++) {
      const [page, ...others] = askedPages(puzzle.take(), liar.link);
      expect(others).toEqual([]);
      if (page === undefined) return;
      liar.says({ flag: "refuse", page, reason: "cancelled" });
    }
    throw new Error("It asks without end");
  });
});
