import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Outbox } from "../../../peer-node/core/outbox.ts";
import { PagePicker } from "../../../peer-node/core/page-picker.ts";
import type { Session } from "../../../peer-node/core/session.ts";
import { Spread } from "../../../peer-node/core/spread.ts";
import type { PageIndex } from "../../../shared/ids.ts";
import { PageSet } from "../../../shared/page-set.ts";
import { always } from "../../shared/property.ts";
import { randomFrom, sent, sessionWith } from "./puzzle.ts";

const PAGES = 8;
const page = (number: number) => number as PageIndex;

/** We hold every page, and others hold pages 0 and 1. */
class Bench {
  readonly held = PageSet.full(PAGES);
  readonly picker = new PagePicker(PAGES, randomFrom(1));
  readonly out = new Outbox();
  othersComplete = false;
  readonly spread = new Spread(this.held, this.picker, this.out, () => this.othersComplete);

  constructor() {
    this.picker.gained(page(0));
    this.picker.gained(page(1));
  }

  /** Pages that a reader hears of now. */
  told(session: Session): readonly number[] {
    return sent(this.out.take(), "have", session.link).flatMap(({ pages }) => pages);
  }
}

describe("The spread of a page", () => {
  it("is how many others hold it or are being sent it", () => {
    const { spread, picker } = new Bench();
    expect([0, 2].map((number) => spread.copies(page(number)))).toEqual([1, 0]);
    picker.completeOwnerJoined();
    spread.leaves(page(2));
    spread.leaves(page(2));
    expect([0, 2].map((number) => spread.copies(page(number)))).toEqual([2, 3]);
    spread.left(page(2));
    expect(spread.copies(page(2))).toBe(2);
    spread.left(page(2));
    expect(spread.copies(page(2))).toBe(1);
  });
});

describe("The only complete reader", () => {
  it("passes on what others hold or are being sent, and nothing else", () => {
    const { spread } = new Bench();
    const session = sessionWith(1, PAGES);
    spread.leaves(page(2));
    const passedOn = Array.from({ length: PAGES }, (_, number) => spread.passesOn(session, page(number)));
    expect(passedOn).toEqual([true, true, true, false, false, false, false, false]);
  });

  it("passes on each page once to each reader", () => {
    const { spread } = new Bench();
    const [one, other] = [sessionWith(1, PAGES), sessionWith(2, PAGES)];
    expect(spread.passesOn(one, page(0))).toBe(true);
    expect(spread.passesOn(one, page(0))).toBe(false);
    expect(spread.passesOn(other, page(0))).toBe(true);
    spread.recall();
    expect(spread.passesOn(one, page(0))).toBe(false);
  });

  it("passes nothing on while another reader is complete, nor while it lacks a page itself", () => {
    const bench = new Bench();
    const session = sessionWith(1, PAGES);
    bench.othersComplete = true;
    expect(bench.spread.passesOn(session, page(0))).toBe(false);
    bench.othersComplete = false;
    bench.held.delete(page(7));
    expect(bench.spread.passesOn(session, page(0))).toBe(false);
    bench.held.add(page(7));
    expect(bench.spread.passesOn(session, page(0))).toBe(true);
  });

  it("passes nothing on once every page that nobody else has is on its way to somebody", () => {
    const { spread } = new Bench();
    const session = sessionWith(1, PAGES);
    for (let number = 2; number < PAGES; number++) spread.leaves(page(number));
    expect(spread.passesOn(session, page(0))).toBe(false);
    spread.left(page(2));
    expect(spread.passesOn(session, page(0))).toBe(true);
  });

  it("says have again to whom it passed pages on, once, and only for pages that it still holds", () => {
    const bench = new Bench();
    const [one, other, gone] = [sessionWith(1, PAGES), sessionWith(2, PAGES), sessionWith(3, PAGES)];
    for (const session of [one, gone]) for (const number of [0, 1]) bench.spread.passesOn(session, page(number));
    bench.spread.ended(gone);
    bench.held.delete(page(1));
    bench.spread.recall();
    const effects = bench.out.take();
    expect(effects).toEqual([{ type: "send", link: one.link, message: { flag: "have", pages: [0] } }]);
    bench.spread.recall();
    expect(bench.told(one)).toEqual([]);
    expect(bench.told(other)).toEqual([]);
  });

  it("keeps no page from a reader for good, whatever was passed on and whatever spreads meanwhile", () => {
    const step = fc.record({
      does: fc.constantFrom("asks" as const, "leaves" as const, "left" as const, "gained" as const, "recall" as const),
      number: fc.nat(2),
      page: fc.nat(PAGES - 1),
    });
    always(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const { spread, picker, out } = new Bench();
        const sessions = [1, 2, 3].map((number) => sessionWith(number, PAGES));
        const passedOn: [number, number][] = [];
        for (const { does, number, page: asked } of steps) {
          const session = sessions[number];
          if (does === "recall") spread.recall();
          else if (does === "gained") picker.gained(page(asked));
          else if (does !== "asks") spread[does](page(asked));
          else if (session !== undefined && spread.passesOn(session, page(asked))) passedOn.push([session.link, asked]);
        }
        spread.recall();
        const told = out
          .take()
          .flatMap((effect) =>
            effect.type === "send" && effect.message.flag === "have"
              ? effect.message.pages.map((number): [number, number] => [effect.link, number])
              : [],
          );
        expect(told.map(String).toSorted()).toEqual(passedOn.map(String).toSorted());
        expect(new Set(passedOn.map(String)).size).toBe(passedOn.length);
      }),
    );
  });
});
