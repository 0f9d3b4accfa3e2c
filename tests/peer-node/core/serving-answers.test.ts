// Every ask has exactly one final answer: the rule that keeps both sides of a link in step, under anything that others
// may do, and whatever the disk does.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Effect } from "../../../peer-node/core/effects.ts";
import type { PageStretch } from "../../../peer-node/core/events.ts";
import { ARRIVAL_MS_MIN } from "../../../peer-node/core/policy.ts";
import { always } from "../../shared/property.ts";
import { fullPages, Puzzle, type Visitor } from "./puzzle.ts";

const PAGES = 6;
const upTo = (count: number) => Array.from({ length: count }, (_, page) => page);

/** An invented reader that keeps count of its asks, on a link whose bytes leave when the test says so. */
class Asker {
  readonly #puzzle: Puzzle;
  #visitor: Visitor;
  readonly #open = new Set<number>();
  /** Handed to the link and not gone. */
  readonly #unsent: PageStretch[] = [];
  /** How the piece that comes next on this link has to start; undefined where any page may begin. */
  #goesOn: { readonly page: number; readonly offset: number } | undefined;

  constructor(puzzle: Puzzle, number: number) {
    this.#puzzle = puzzle;
    this.#visitor = puzzle.visit(number, []);
  }

  get open(): number {
    return this.#open.size;
  }

  asks(page: number): void {
    if (this.#open.has(page)) return;
    this.#open.add(page);
    this.#visitor.says({ flag: "ask", pages: [page] });
  }

  cancels(page: number): void {
    this.#visitor.says({ flag: "cancel", pages: [page] });
  }

  has(page: number): void {
    // It never comes to hold all, because two complete readers part.
    if (page > 0) this.#visitor.says({ flag: "have", pages: [page] });
  }

  loses(page: number): void {
    this.#visitor.says({ flag: "lost", pages: [page] });
  }

  returns(): void {
    this.#visitor.vanishes();
    this.#open.clear();
    this.#unsent.length = 0;
    this.#goesOn = undefined;
    this.#visitor = this.#puzzle.visit(this.#visitor.number, []);
  }

  /** What was handed over first cannot be read, and so nothing that was handed over of its page. */
  fails(): void {
    const page = this.#unsent[0]?.page;
    while (this.#unsent[0]?.page === page) {
      const stretch = this.#unsent.shift();
      if (stretch === undefined) return;
      this.#puzzle.tell({ type: "sendFailed", link: this.#visitor.link, stretch });
    }
  }

  /** What was handed over first leaves. */
  leaves(): void {
    const stretch = this.#unsent.shift();
    if (stretch === undefined) return;
    const { page, offset, bytes } = stretch;
    if (offset + bytes === this.#puzzle.book.pageBytes(page)) this.#answered(page);
    this.#puzzle.tell({ type: "sent", link: this.#visitor.link, bytes });
  }

  sees(effect: Effect): void {
    expect(effect.type).not.toBe("close");
    if (!("link" in effect) || effect.link !== this.#visitor.link) return;
    if (effect.type === "sendPage") this.#handedOver(effect.stretch);
    if (effect.type !== "send" || effect.message.flag !== "refuse") return;
    if (this.#goesOn?.page === effect.message.page) this.#goesOn = undefined;
    this.#answered(effect.message.page);
  }

  says(flag: "pong"): void {
    this.#visitor.says({ flag });
  }

  #handedOver(stretch: PageStretch): void {
    const { page, offset, bytes } = stretch;
    expect({ page, offset }).toEqual(this.#goesOn ?? { page, offset: 0 });
    const end = offset + bytes;
    this.#goesOn = end < this.#puzzle.book.pageBytes(page) ? { page, offset: end } : undefined;
    this.#unsent.push(stretch);
  }

  #answered(page: number): void {
    expect(this.#open.delete(page)).toBe(true);
  }
}

/** The askers of one engine, which holds every page, and everything that happens to them. */
class Askers {
  readonly #puzzle = new Puzzle(fullPages(PAGES), { holds: upTo(PAGES) });
  readonly #askers: readonly Asker[];

  /** @param complete - whether another reader holds every page, so that nothing is passed on */
  constructor(complete: boolean) {
    this.#puzzle.tell({ type: "listed", readers: [], others: 9, othersComplete: complete ? 1 : 0 });
    this.#askers = [1, 2, 3].map((number) => new Asker(this.#puzzle, number));
  }

  get open(): number {
    return this.#askers.reduce((sum, { open }) => sum + open, 0);
  }

  does(number: number, act: (asker: Asker) => void): void {
    const asker = this.#askers[number];
    if (asker !== undefined) act(asker);
    this.#look();
  }

  passes(ms: number): void {
    this.#puzzle.pass(ms);
    this.#look();
  }

  /** Everything leaves, and time goes by. */
  settles(): void {
    for (let piece = 0; piece < 4 * PAGES; piece++) for (const asker of this.#askers) this.#leaves(asker);
    this.passes(ARRIVAL_MS_MIN);
    for (const asker of this.#askers) asker.says("pong");
  }

  #leaves(asker: Asker): void {
    asker.leaves();
    this.#look();
  }

  #look(): void {
    for (const effect of this.#puzzle.take()) for (const asker of this.#askers) asker.sees(effect);
  }
}

const does = fc.constantFrom("asks", "asks", "asks", "leaves", "cancels", "has", "loses", "returns", "fails", "leaves");
const step = fc.record({
  number: fc.nat(2),
  does,
  page: fc.nat(PAGES - 1),
  passMs: fc.constantFrom(0, 0, 1, 30, 300, 1_500),
});

describe("Every ask", () => {
  it("has exactly one final answer, whatever is asked, taken back, received, lost or unreadable, in whatever order", () => {
    always(
      fc.property(fc.array(step, { maxLength: 120 }), fc.boolean(), (steps, complete) => {
        const askers = new Askers(complete);
        for (const { number, does, page, passMs } of steps) {
          askers.does(number, (asker) => asker[does](page));
          askers.passes(passMs);
        }
        for (let round = 0; round < 40 && askers.open > 0; round++) askers.settles();
        expect(askers.open).toBe(0);
      }),
    );
  });
});
