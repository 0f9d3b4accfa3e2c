import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PageIndex } from "../../shared/ids.ts";
import { PageSet } from "../../shared/page-set.ts";
import { always } from "./property.ts";

const page = (number: number) => number as PageIndex;

/** A size and pages below it; around the borders of bytes and words as often as elsewhere. */
const sizeAndPages = fc
  .oneof(fc.constantFrom(1, 7, 8, 9, 31, 32, 33, 63, 64, 65, 256), fc.integer({ min: 1, max: 300 }))
  .chain((size) => fc.tuple(fc.constant(size), fc.array(fc.integer({ min: 0, max: size - 1 }), { maxLength: 400 })));

function setOf(size: number, pages: Iterable<number>): PageSet {
  const set = new PageSet(size);
  for (const number of pages) set.add(page(number));
  return set;
}

const ascending = (pages: Iterable<number>) => [...pages].sort((a, b) => a - b);

describe("PageSet", () => {
  test("behaves as a plain set of numbers does, whatever is added and deleted", () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat({ max: 70 })), { maxLength: 300 });
    always(
      fc.property(steps, (moves) => {
        const set = new PageSet(71);
        const model = new Set<number>();
        for (const [adds, number] of moves) {
          const had = model.has(number);
          expect(set.has(page(number))).toBe(had);
          expect(adds ? set.add(page(number)) : set.delete(page(number))).toBe(adds ? !had : had);
          if (adds) model.add(number);
          else model.delete(number);
          expect(set.count).toBe(model.size);
        }
        expect([...set]).toEqual(ascending(model));
        expect(set.isEmpty).toBe(model.size === 0);
        expect(set.isFull).toBe(model.size === 71);
      }),
    );
  });

  test("reads back from its bytes as the same set", () => {
    always(
      fc.property(sizeAndPages, ([size, pages]) => {
        const set = setOf(size, pages);
        const bytes = set.toBytes();
        expect(bytes).toHaveLength(PageSet.byteLength(size));
        const read = PageSet.fromBytes(bytes, size);
        expect(read && [...read]).toEqual([...set]);
        expect(read?.count).toBe(set.count);
      }),
    );
  });

  test("shares with another set exactly the pages that both have", () => {
    const two = fc
      .integer({ min: 1, max: 200 })
      .chain((size) => fc.tuple(fc.constant(size), fc.array(fc.nat(size - 1)), fc.array(fc.nat(size - 1))));
    always(
      fc.property(two, ([size, a, b]) => {
        const both = new Set(a.filter((number) => b.includes(number)));
        expect([...setOf(size, a).common(setOf(size, b))]).toEqual(ascending(both));
      }),
    );
  });

  test("puts page 0 into the highest bit of the first byte", () => {
    expect(setOf(16, [0, 1, 9]).toBytes()).toEqual(Uint8Array.of(0xc0, 0x40));
  });

  test.each([1, 7, 8, 9, 31, 32, 33, 64, 1_000])("of all %i pages is full, and its spare bits are zero", (size) => {
    const full = PageSet.full(size);
    expect(full.isFull).toBe(true);
    expect([...full]).toEqual(Array.from({ length: size }, (_, number) => number));
    expect(full.toBytes()).toEqual(setOf(size, full).toBytes());
    expect(PageSet.fromBytes(full.toBytes(), size)?.count).toBe(size);
  });

  test("of a book without pages is empty and full at once", () => {
    for (const set of [new PageSet(0), PageSet.full(0), PageSet.fromBytes(new Uint8Array(), 0)]) {
      expect(set).toMatchObject({ size: 0, count: 0, isEmpty: true, isFull: true });
      expect(set?.toBytes()).toEqual(new Uint8Array());
    }
  });

  test("refuses bytes in which any spare bit is set", () => {
    for (let size = 1; size < 8; size++) {
      for (let bit = 0; bit < 8 - size; bit++) {
        expect(PageSet.fromBytes(Uint8Array.of(1 << bit), size)).toBeUndefined();
      }
      expect(PageSet.fromBytes(Uint8Array.of(1 << (8 - size)), size)?.count).toBe(1);
    }
  });

  test("refuses bytes that are too few or too many", () => {
    expect(PageSet.fromBytes(new Uint8Array(1), 9)).toBeUndefined();
    expect(PageSet.fromBytes(new Uint8Array(3), 9)).toBeUndefined();
    expect(PageSet.fromBytes(new Uint8Array(1), 0)).toBeUndefined();
  });

  test("takes in no page beyond its size, where spare bits would be", () => {
    const set = new PageSet(9);
    expect(set.add(page(9))).toBe(false);
    expect(set.has(page(9))).toBe(false);
    expect(set.toBytes()).toEqual(new Uint8Array(2));
  });

  test("has a clone that shares no memory with it", () => {
    const set = setOf(20, [3]);
    const clone = set.clone();
    clone.add(page(4));
    set.delete(page(3));
    expect([...clone]).toEqual([3, 4]);
    expect([...set]).toEqual([]);
    expect([set.count, clone.count]).toEqual([0, 2]);
  });

  test("gives and takes bytes as copies", () => {
    const bytes = Uint8Array.of(0x80);
    const set = PageSet.fromBytes(bytes, 8);
    bytes[0] = 0;
    const given = set?.toBytes();
    given?.fill(0);
    expect(set && [...set]).toEqual([0]);
  });
});
