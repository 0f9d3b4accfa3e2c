import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PagePicker } from "../../../peer-node/core/page-picker.ts";
import type { PageIndex } from "../../../shared/ids.ts";
import { PageSet } from "../../../shared/page-set.ts";
import { always } from "../../shared/property.ts";
import { randomFrom } from "./puzzle.ts";

const any = () => true;
const page = (number: number) => number as PageIndex;

function pickerOf(pages: number, seed = 1): PagePicker {
  const picker = new PagePicker(pages, randomFrom(seed));
  for (let number = 0; number < pages; number++) picker.add(page(number));
  return picker;
}

function setOf(size: number, pages: Iterable<number>): PageSet {
  const set = new PageSet(size);
  for (const number of pages) set.add(page(number));
  return set;
}

describe("PagePicker", () => {
  it("picks the page that the fewest readers hold", () => {
    const picker = pickerOf(4);
    picker.ownerJoined(setOf(4, [0, 1, 3]));
    picker.ownerJoined(setOf(4, [0, 1, 2]));
    picker.ownerJoined(setOf(4, [0, 2]));
    expect(picker.pickRarest(setOf(4, [0, 1, 2, 3]), any)).toBe(3);
    expect(picker.pickRarest(setOf(4, [0, 1]), any)).toBe(1);
  });

  it("picks one page after the other when asked to, comes back to those that were passed over, and never to others", () => {
    const picker = pickerOf(100);
    const held = setOf(100, [3, 40, 70, 99]);
    const next = (allowed: (page: PageIndex) => boolean = any) => {
      const picked = picker.pickInOrder(held, allowed);
      if (picked !== undefined) picker.remove(picked);
      return picked;
    };
    expect([next(), next((each) => each !== 40), next()]).toEqual([3, 70, 99]);
    picker.add(page(3));
    expect([next(), next(), next()].sort()).toEqual([3, 40, undefined]);
  });

  it("never picks a page that the reader does not hold, or that was removed", () => {
    const picker = pickerOf(3);
    const held = setOf(3, [1, 2]);
    picker.ownerJoined(held);
    picker.remove(page(1));
    expect(picker.pickRarest(held, any)).toBe(2);
    picker.remove(page(2));
    expect(picker.pickRarest(held, any)).toBeUndefined();
  });

  it("breaks ties by chance, every equal page with the same frequency", () => {
    const picks = new Map<number, number>();
    const held = PageSet.full(10);
    for (let seed = 0; seed < 2_000; seed++) {
      const picker = pickerOf(10, seed);
      picker.completeOwnerJoined();
      const picked = picker.pickRarest(held, any) ?? -1;
      picks.set(picked, (picks.get(picked) ?? 0) + 1);
    }
    expect(picks.size).toBe(10);
    for (const count of picks.values()) expect(Math.abs(count - 200)).toBeLessThan(80);
  });

  it("finds a page at the far end of the order, behind thousands of rarer ones", () => {
    const size = 5_000;
    const picker = pickerOf(size);
    picker.ownerJoined(PageSet.full(size));
    const common = setOf(size, [4_321]);
    for (let owners = 0; owners < 3; owners++) picker.ownerJoined(common);
    expect(picker.pickRarest(common, any)).toBe(4_321);
  });

  it("looks at no more than a few hundred pages of a reader that holds only common ones, each time at others", () => {
    const size = 100_000;
    const picker = pickerOf(size);
    picker.ownerJoined(PageSet.full(size));
    const common = setOf(
      size,
      Array.from({ length: size / 2 }, (_, at) => 2 * at),
    );
    picker.ownerJoined(common);
    const picked = new Set<number | undefined>();
    for (let turn = 0; turn < 20; turn++) {
      let looked = 0;
      picked.add(picker.pickRarest(common, () => ++looked > 0));
      expect(looked).toBeLessThan(1_000);
    }
    expect(picked.has(undefined)).toBe(false);
    expect(picked.size).toBeGreaterThan(15);
  });

  it("agrees with a plain count of owners after any sequence of changes", () => {
    const size = 12;
    const change = fc.record({
      kind: fc.constantFrom("add" as const, "remove" as const, "gained" as const, "lost" as const),
      page: fc.nat(size - 1),
    });
    always(
      fc.property(fc.array(change, { maxLength: 200 }), fc.nat(), (changes, seed) => {
        const picker = new PagePicker(size, randomFrom(seed));
        const owners = new Array<number>(size).fill(0);
        const candidates = new Set<number>();
        const step = {
          add: (number: number) => candidates.add(number),
          remove: (number: number) => candidates.delete(number),
          gained: (number: number) => owners.splice(number, 1, (owners[number] ?? 0) + 1),
          lost: (number: number) => owners.splice(number, 1, Math.max(0, (owners[number] ?? 0) - 1)),
        };
        for (const { kind, page: number } of changes) {
          picker[kind](page(number));
          step[kind](number);
        }
        expect(picker.count).toBe(candidates.size);
        const rarest = Math.min(...[...candidates].map((number) => owners[number] ?? 0));
        const picked = picker.pickRarest(PageSet.full(size), any);
        if (candidates.size === 0) expect(picked).toBeUndefined();
        else expect(owners[picked ?? -1]).toBe(rarest);
      }),
    );
  });
});
