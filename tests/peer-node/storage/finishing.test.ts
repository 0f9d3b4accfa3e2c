// Images are chosen while a book is open. Some of them have all their pages already, and so none that would bring them.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FolderStore } from "../../../peer-node/storage/folder-store.ts";
import { bookStateFolder, stateFolderOf } from "../../../peer-node/storage/state-folder.ts";
import { inventBook } from "../invented-book.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const invented = inventBook({ "a.png": 1000, "b.png": 600_000, "empty.png": 0 });
const { book } = invented;
const [a, b, empty] = [0, 1, 2].map((number) => invented.image(number)) as [never, never, never];

/** A store of which only "a.png" was wanted, though all of "b.png" was left in its part by an earlier run. */
function openWithPart(folder: string): Promise<FolderStore> {
  const parts = join(bookStateFolder(stateFolderOf(folder, true), book.id), "parts");
  mkdirSync(parts, { recursive: true });
  writeFileSync(join(parts, "1"), invented.images[1] ?? "");
  const wants = ({ path }: { path: string }) => path === "a.png";
  return FolderStore.open({ book, folder, purpose: "fetch", wants, makeDurable: async () => true });
}

describe("FolderStore, asked to finish images that were not wanted before", () => {
  test("puts those in place of which it holds every page, and the empty ones", async () => {
    const folder = temporaryFolder();
    const store = await openWithPart(folder);
    expect([a, b, empty].map((image) => store.isWhole(image))).toEqual([false, false, false]);
    await store.finish(() => true);
    expect([a, b, empty].map((image) => store.isWhole(image))).toEqual([false, true, true]);
    expect(readFileSync(join(folder, "b.png")).equals(invented.images[1] ?? Buffer.alloc(0))).toBe(true);
    await store.close();
  });

  test("twice at once puts each in place once, and finds nothing in the way", async () => {
    const store = await openWithPart(temporaryFolder());
    await Promise.all([store.finish(() => true), store.finish(() => true)]);
    expect([store.inTheWay, store.wholeCount]).toEqual([[], 2]);
    await store.close();
  });
});
