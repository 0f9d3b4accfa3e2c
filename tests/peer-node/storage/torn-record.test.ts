// The record of a folder, damaged at every single byte, or followed by zeros after it: what is left is never believed
// wrongly. (That it may end after any byte is shown beside the folder store's other promises.)

import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { FolderStore } from "../../../peer-node/storage/folder-store.ts";
import { bookStateFolder, stateFolderOf } from "../../../peer-node/storage/state-folder.ts";
import { readPage } from "../../contracts/page-store.ts";
import { inventBook } from "../invented-book.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const invented = inventBook({ "a.png": 5, "b/empty.png": 0, "b/two.png": 256_007, "d.png": 400 });
const { book, pages } = invented;
/** Stored before the record is torn; of "b/two.png" one page of two, and of "d.png" nothing. */
const STORED = pages.filter((page) => page !== 2 && page !== 3);

let whole: string;
let record: Buffer;
const recordIn = (folder: string) => join(bookStateFolder(stateFolderOf(folder, true), book.id), "record");

function open(folder: string): Promise<FolderStore> {
  return FolderStore.open({ book, folder, purpose: "fetch", makeDurable: async () => true });
}

beforeAll(async () => {
  whole = temporaryFolder();
  const store = await open(whole);
  for (const page of STORED) await store.put(page, invented.pageBytes(page));
  await store.close();
  record = readFileSync(recordIn(whole));
});

/** Opens a copy of the folder with another record: what is held must be right, and the rest must arrive. */
async function survives(bytes: Uint8Array): Promise<void> {
  const folder = temporaryFolder();
  cpSync(whole, folder, { recursive: true, preserveTimestamps: true });
  writeFileSync(recordIn(folder), bytes);
  const store = await open(folder);
  for (const page of store.held) expect((await readPage(store, page)).equals(invented.pageBytes(page))).toBe(true);
  for (const page of pages) await store.put(page, invented.pageBytes(page));
  expect(store.held.isFull).toBe(true);
  await store.close();
  for (const { index, path } of book.images()) {
    expect(readFileSync(join(folder, path)).equals(invented.images[index] ?? Buffer.alloc(0))).toBe(true);
  }
  rmSync(folder, { recursive: true });
}

describe("A record", () => {
  test("that goes on with zeros after any of its bytes, as after a power cut, costs hashing at most", {
    timeout: 300_000,
  }, async () => {
    for (let length = 0; length < record.length; length++) {
      await survives(Buffer.concat([record.subarray(0, length), Buffer.alloc(record.length - length)]));
    }
  });

  test("in which any byte is damaged costs hashing at most", { timeout: 300_000 }, async () => {
    for (let at = 0; at < record.length; at++) {
      const damaged = Buffer.from(record);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      await survives(damaged);
    }
  });
});
