// A file system hands an inode that became free to the next file. When that is, nobody can know, so here the record
// names the inode of somebody's file as that of the file which we wrote.

import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FolderStore } from "../../../peer-node/storage/folder-store.ts";
import { BookRecord } from "../../../peer-node/storage/record.ts";
import { bookStateFolder, stateFolderOf } from "../../../peer-node/storage/state-folder.ts";
import { putAll } from "../../contracts/page-store.ts";
import { inventBook } from "../invented-book.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const invented = inventBook({ "a.png": 600_000 });
const { book } = invented;
const theirs = Buffer.alloc(book.bytes, "their own picture ");

function open(folder: string): Promise<FolderStore> {
  return FolderStore.open({ book, folder, purpose: "fetch", makeDurable: async () => true });
}

/** The file of an image that we fetched is gone, and somebody's has its inode, born so long after our last write. */
async function inherit(folder: string, afterNs: bigint): Promise<string> {
  const store = await open(folder);
  await putAll(store, invented);
  await store.close();
  const file = join(folder, "a.png");
  rmSync(file);
  writeFileSync(file, theirs);
  const { size, ino, birthtimeNs } = statSync(file, { bigint: true });
  const record = BookRecord.open(join(bookStateFolder(stateFolderOf(folder, true), book.id), "record"), book);
  const stamp = { bytes: Number(size), mtimeNs: birthtimeNs - afterNs, ino };
  record.commit({ kind: "written", image: invented.image(0), stamp });
  record.close();
  return file;
}

const knowsBirths = statSync(temporaryFolder(), { bigint: true }).birthtimeNs > 0n;

describe.skipIf(!knowsBirths)("A damaged file with the inode of the one that we wrote", () => {
  test("is somebody's and left alone, when it was born after our last write", async () => {
    const folder = temporaryFolder();
    const file = await inherit(folder, 1n);
    const store = await open(folder);
    expect(store.inTheWay).toEqual(["a.png"]);
    await store.close();
    expect(readFileSync(file).equals(theirs)).toBe(true);
  });

  test("is ours and mended, when it was born before our last write", async () => {
    const folder = temporaryFolder();
    const file = await inherit(folder, -1n);
    const store = await open(folder);
    expect(store.inTheWay).toEqual([]);
    await putAll(store, invented);
    await store.close();
    expect(readFileSync(file).equals(invented.images[0] ?? theirs)).toBe(true);
  });
});
