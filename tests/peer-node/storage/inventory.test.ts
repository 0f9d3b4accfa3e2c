import { describe, expect, test } from "vitest";
import { Inventory } from "../../../peer-node/storage/inventory.ts";
import type { Stamp } from "../../../peer-node/storage/stamp.ts";
import { StampTable } from "../../../peer-node/storage/stamp-table.ts";
import type { ImageIndex } from "../../../shared/ids.ts";
import { inventBook } from "../invented-book.ts";

const STAMP: Stamp = { bytes: 0, mtimeNs: -5n, ino: 2n ** 63n };
const image = (number: number) => number as ImageIndex;

describe("Inventory", () => {
  const whole = (number: number) => ({ kind: "image", image: image(number), stamp: STAMP }) as const;

  test("takes for synced what was written before the byte that reached the disk, and nothing after it", () => {
    const inventory = new Inventory(inventBook({ a: 10, b: 10, c: 10 }).book);
    inventory.apply(whole(0), 100);
    inventory.apply(whole(1), 200);
    inventory.apply({ kind: "synced", position: 200 }, 300);
    expect([...inventory.fresh()]).toEqual([1]);
    inventory.apply(whole(0), 400);
    expect([...inventory.fresh()]).toEqual([0, 1]);
  });

  test("takes for fresh what follows a word that all before it is synced", () => {
    const inventory = new Inventory(inventBook({ a: 10, b: 10 }).book);
    inventory.apply(whole(0), 100);
    inventory.apply({ kind: "synced", position: Number.POSITIVE_INFINITY }, 200);
    expect([...inventory.fresh()]).toEqual([]);
    inventory.apply(whole(1), 300);
    expect([...inventory.fresh()]).toEqual([1]);
  });

  test("knows what is fresh after its record was written anew and became shorter", () => {
    const inventory = new Inventory(inventBook({ a: 10, b: 10, c: 10 }).book);
    inventory.apply(whole(0), 1_000);
    inventory.apply({ kind: "synced", position: 1_000_000 }, 1_000_000);
    inventory.apply(whole(1), 1_000_100);
    inventory.wasRetold(500);
    expect([...inventory.fresh()]).toEqual([1]);
    inventory.apply(whole(2), 540);
    expect([...inventory.fresh()]).toEqual([1, 2]);
    inventory.apply({ kind: "synced", position: 541 }, 541);
    expect([...inventory.fresh()]).toEqual([]);
  });
});

describe("StampTable", () => {
  test("gives back the stamps that it was given, of empty files and old times, too", () => {
    const table = new StampTable(3);
    table.set(image(0), STAMP);
    table.set(image(2), { bytes: 2 ** 50, mtimeNs: 7n, ino: 1n });
    expect([table.get(image(0)), table.get(image(1)), table.get(image(2))]).toEqual([
      STAMP,
      undefined,
      { bytes: 2 ** 50, mtimeNs: 7n, ino: 1n },
    ]);
    expect([...table.keys()]).toEqual([0, 2]);
  });

  test("counts each image once", () => {
    const table = new StampTable(2);
    table.set(image(1), STAMP);
    table.set(image(1), { ...STAMP, bytes: 5 });
    expect(table.count).toBe(1);
    table.delete(image(1));
    table.delete(image(1));
    expect(table.count).toBe(0);
    expect(table.has(image(1))).toBe(false);
  });
});
