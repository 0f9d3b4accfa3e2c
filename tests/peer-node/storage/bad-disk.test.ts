// A disk with a bad spot in one file, one that does not count the names of a file, and a folder in which another disk is
// mounted.

import * as fs from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { diskFault } from "../../../peer-node/storage/disk-fault.ts";
import { FolderStore } from "../../../peer-node/storage/folder-store.ts";
import type { FolderStoreOptions } from "../../../peer-node/storage/opening.ts";
import { putAll, readPage } from "../../contracts/page-store.ts";
import { inventBook } from "../invented-book.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** The inode of the file that cannot be read, the folder that is on another disk, and whether names are counted. */
const bad = vi.hoisted(() => ({ inode: undefined as number | undefined, mount: "", countsNames: true }));

vi.mock("node:fs", async (importActual) => {
  const actual = await importActual<typeof fs>();
  const fail = (code: string): never => {
    throw Object.assign(new Error("low"), { code });
  };
  const counted = (stats: fs.BigIntStats) => {
    if (!bad.countsNames && stats !== undefined) stats.nlink = 1n;
    return stats;
  };
  return {
    ...actual,
    fstatSync: (...args: [number, { bigint: true }]) => counted(actual.fstatSync(...args)),
    lstatSync: (...args: [string, { bigint: true }]) => counted(actual.lstatSync(...args)),
    readSync: (file: number, ...rest: [Uint8Array, number, number, number]) =>
      actual.fstatSync(file).ino === bad.inode ? fail("EIO") : actual.readSync(file, ...rest),
    linkSync: (from: string, to: string) =>
      bad.mount !== "" && to.startsWith(bad.mount) ? fail("EXDEV") : actual.linkSync(from, to),
  };
});

const invented = inventBook({ "a.png": 1000, "b.png": 600_000, "mount/c.png": 1000 });
const { book } = invented;

function open(folder: string, options: Partial<FolderStoreOptions> = {}): Promise<FolderStore> {
  return FolderStore.open({ book, folder, purpose: "fetch", makeDurable: async () => true, ...options });
}

beforeEach(() => Object.assign(bad, { inode: undefined, mount: "", countsNames: true }));

describe("An image on a bad spot of the disk", () => {
  test("is damaged, and the others are verified and served", async () => {
    const folder = temporaryFolder();
    invented.writeTo(folder);
    await (await open(folder, { purpose: "serve" })).close();
    bad.inode = fs.statSync(join(folder, "b.png")).ino;
    const store = await open(folder, { purpose: "serve", trust: "nothing" });
    expect([store.damaged, [...store.held]]).toEqual([[1], [0, 4]]);
    await store.close();
  });

  test("is in the way of whoever fetches it, and the others arrive", async () => {
    const folder = temporaryFolder();
    fs.writeFileSync(join(folder, "b.png"), invented.images[1] ?? "");
    bad.inode = fs.statSync(join(folder, "b.png")).ino;
    const store = await open(folder);
    expect(store.inTheWay).toEqual(["b.png"]);
    for (const page of [0, 4].map((number) => book.page(number))) await store.put(page, invented.pageBytes(page));
    expect(store.wholeCount).toBe(2);
    await store.close();
  });
});

test("A placed image is read also where a file has one name, whatever its names are", async () => {
  const folder = temporaryFolder();
  bad.countsNames = false;
  const store = await open(folder, { makeDurable: async () => false });
  await putAll(store, invented);
  for (const page of invented.pages)
    expect((await readPage(store, page)).equals(invented.pageBytes(page)), `page ${page}`).toBe(true);
  await store.close();
});

test("An image whose folder is on another disk is given up in a sentence, and the others arrive", async () => {
  const folder = temporaryFolder();
  bad.mount = join(folder, "mount");
  const store = await open(folder);
  const { message } = (await putAll(store, invented).catch((error: unknown) => error)) as Error;
  expect(message).toMatch(/^Cannot put in place .*c\.png: it lies on another disk than the rest of the book; choose/);
  expect([store.inTheWay, store.wholeCount]).toEqual([["mount/c.png"], 2]);
  await store.close();
});

test("What is not there may be a name that was mistyped, or a drive that was pulled out", () => {
  const fault = diskFault(Object.assign(new Error("low"), { code: "ENOENT" }), "read", "typo.desc");
  expect(fault).toMatchObject({
    code: "gone",
    message: "Cannot read typo.desc: it is not there; look whether its name is right, or bring its drive back",
  });
});
