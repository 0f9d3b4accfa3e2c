import { describe, expect, it } from "vitest";
import { pageCountOf } from "../../shared/book.ts";
import { HOLDINGS, IMAGES, PAGES } from "./holdings.ts";

describe("The original's example", () => {
  const owners = Array.from({ length: PAGES }, (_, page) => HOLDINGS.filter((held) => held.includes(page)).length);

  it("has ten readers that hold 37, 16, 10, 14, 12, 16, 5, 14, 9 and 12 pages", () => {
    expect(HOLDINGS.map((held) => new Set(held).size)).toEqual([37, 16, 10, 14, 12, 16, 5, 14, 9, 12]);
  });

  it("has 145 copies of 49 pages, at most 9 of one, and 17 pages at one reader only", () => {
    expect(owners.reduce((sum, count) => sum + count, 0)).toBe(145);
    expect(Math.max(...owners)).toBe(9);
    expect(owners.filter((count) => count === 1).length).toBe(17);
    expect(Math.min(...owners)).toBe(1);
  });

  it("has the size of the original's book", () => {
    expect(IMAGES.reduce((sum, [, bytes]) => sum + bytes, 0)).toBe(4_383_060);
    expect(IMAGES.reduce((sum, [, bytes]) => sum + pageCountOf(bytes), 0)).toBe(PAGES);
  });
});
