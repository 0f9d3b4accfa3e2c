// Who is told of whom.

import { describe, expect, it } from "vitest";
import { parseReaderId, type ReaderId } from "../../../shared/ids.ts";
import { firstPulse } from "../../../tracker-worker/domain/heartbeat.ts";
import type { Reader } from "../../../tracker-worker/domain/reader.ts";
import { ReaderList } from "../../../tracker-worker/domain/reader-list.ts";
import { drawSublist, type Random } from "../../../tracker-worker/domain/sublist.ts";

function idOf(n: number): ReaderId {
  return parseReaderId(n.toString(16).padStart(64, "0"));
}

function makeReader(n: number, pagesHeld = 0): Reader {
  const hosts = [`192.0.2.${n}`] as const;
  const pulse = firstPulse(pagesHeld, 0);
  return { readerId: idOf(n), hosts, privateHosts: [], port: 6000, pagesHeld, silent: false, pulse };
}

function listOf(size: number): ReaderList {
  const readers = new ReaderList(10);
  for (let n = 0; n < size; n++) readers.put(makeReader(n));
  return readers;
}

/** mulberry32: small, seeded, and good enough for a test of uniformity. */
function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function draw(readers: ReaderList, asker: number, random = seeded(1)): ReaderId[] {
  return drawSublist(readers, idOf(asker), random).map(({ readerId }) => readerId);
}

describe("a sublist", () => {
  it("of five readers or fewer names all others", () => {
    for (let size = 1; size <= 5; size++) {
      for (let asker = 0; asker < size; asker++) {
        const others = Array.from({ length: size }, (_, n) => n).filter((n) => n !== asker);
        expect(draw(listOf(size), asker)).toEqual(others.map(idOf));
      }
    }
  });

  it("of six readers names five others, which are all", () => {
    expect(new Set(draw(listOf(6), 2))).toEqual(new Set([0, 1, 3, 4, 5].map(idOf)));
  });

  it("of more than six readers names five different others", () => {
    const random = seeded(2);
    for (let round = 0; round < 500; round++) {
      const drawn = draw(listOf(9), round % 9, random);
      expect(new Set(drawn).size).toBe(5);
      expect(drawn).not.toContain(idOf(round % 9));
    }
  });

  it("for somebody who is not in the list may name anybody", () => {
    expect(draw(listOf(5), 99)).toHaveLength(5);
    expect(new Set(draw(listOf(40), 99)).size).toBe(5);
  });

  it("drawn 10,000 times names every other reader and every pair equally often", () => {
    const [size, draws, asker] = [12, 10_000, 4];
    const readers = listOf(size);
    const random = seeded(4127);
    const singles = new Map<string, number>();
    const pairs = new Map<string, number>();
    for (let round = 0; round < draws; round++) {
      const drawn = draw(readers, asker, random).sort();
      for (const [at, one] of drawn.entries()) {
        singles.set(one, (singles.get(one) ?? 0) + 1);
        for (const other of drawn.slice(at + 1)) pairs.set(one + other, (pairs.get(one + other) ?? 0) + 1);
      }
    }
    // 99.9 % quantiles of chi-square with 10 and 54 degrees of freedom. Draws without replacement spread a little
    // less than the distribution assumes, so a uniform drawing stays well below.
    expect(singles.size).toBe(11);
    expect(chiSquare([...singles.values()], (draws * 5) / 11)).toBeLessThan(29.6);
    expect(pairs.size).toBe(55);
    expect(chiSquare([...pairs.values()], (draws * 10) / 55)).toBeLessThan(91.9);
  });
});

function chiSquare(observed: readonly number[], expected: number): number {
  return observed.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe("the reader list", () => {
  it("counts readers and complete readers as they come, change and go", () => {
    const readers = listOf(3);
    readers.put(makeReader(1, 10));
    expect(readers.health).toEqual({ readers: 3, complete: 1 });
    readers.remove(idOf(1));
    readers.remove(idOf(1));
    expect(readers.health).toEqual({ readers: 2, complete: 0 });
  });

  it("finds everybody after removals, at the ordinal where they stand", () => {
    const readers = listOf(8);
    for (const n of [0, 7, 3]) readers.remove(idOf(n));
    for (const n of [1, 2, 4, 5, 6]) {
      expect(readers.get(idOf(n))?.readerId).toBe(idOf(n));
      expect(readers.at(readers.ordinalOf(idOf(n)) ?? -1)?.readerId).toBe(idOf(n));
    }
    expect([...readers]).toHaveLength(5);
  });

  it("counts the readers of one place", () => {
    const readers = listOf(3);
    expect(readers.countAt("192.0.2.1")).toBe(1);
    readers.remove(idOf(1));
    expect(readers.countAt("192.0.2.1")).toBe(0);
  });
});
