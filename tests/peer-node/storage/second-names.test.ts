// A placed image keeps its part as a second name until the disk itself has it. A process that dies leaves such names behind.

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FolderStore } from "../../../peer-node/storage/folder-store.ts";
import { bookStateFolder, stateFolderOf } from "../../../peer-node/storage/state-folder.ts";
import { putAll } from "../../contracts/page-store.ts";
import { inventBook } from "../invented-book.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const invented = inventBook({ "a.png": 1000, "b.png": 600_000 });
const { book } = invented;

interface Run {
  /** The run of the system. */
  readonly boot: string;
  /** Whether the disk itself takes what is written, before the store is closed. */
  readonly syncs: boolean;
}

function open(folder: string, { boot, syncs }: Run): Promise<FolderStore> {
  return FolderStore.open({ book, folder, purpose: "fetch", boot, makeDurable: async () => syncs });
}

/** A folder with a whole book in it, whose process ended before the disk itself had anything. */
async function unsyncedFolder(): Promise<string> {
  const folder = temporaryFolder();
  const store = await open(folder, { boot: "one", syncs: false });
  await putAll(store, invented);
  await store.close();
  expect(secondNames(folder)).toEqual(["0", "1"]);
  return folder;
}

function secondNames(folder: string): string[] {
  const names = readdirSync(join(bookStateFolder(stateFolderOf(folder, true), book.id), "parts"));
  expect(statSync(join(folder, "b.png")).nlink).toBe(names.includes("1") ? 2 : 1);
  return names;
}

describe("The second names of whole images", () => {
  test("stay while the system that wrote them runs, until the disk itself has the images", async () => {
    const folder = await unsyncedFolder();
    const store = await open(folder, { boot: "one", syncs: false });
    expect(secondNames(folder)).toEqual(["0", "1"]);
    await store.close();
    await (await open(folder, { boot: "one", syncs: true })).close();
    expect(secondNames(folder)).toEqual([]);
  });

  test("are gone once another run of the system has found the images whole", async () => {
    const folder = await unsyncedFolder();
    const store = await open(folder, { boot: "two", syncs: false });
    expect(secondNames(folder)).toEqual([]);
    expect(store.wholeCount).toBe(2);
    await store.close();
  });
});
