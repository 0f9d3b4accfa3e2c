// One invented book in folders of their own: what the tests of FolderStore stand on.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { FolderStore } from "../../../peer-node/storage/folder-store.ts";
import { type Hasher, nodeHasher } from "../../../peer-node/storage/hasher.ts";
import type { FolderStoreOptions } from "../../../peer-node/storage/opening.ts";
import { putAll } from "../../contracts/page-store.ts";
import { type InventedBook, inventBook } from "../invented-book.ts";

export const SIZES = {
  "a.png": 1000,
  "b.png": 600_000,
  "c/empty.png": 0,
  "c/full.png": 256_000,
  "c/over.png": 256_001,
};
export const invented = inventBook(SIZES);
export const page = (number: number) => invented.book.page(number);

/** How the kinds of opening are told apart here: by what they hashed. */
export function countingHasher(): Hasher & { count: number } {
  const counting = {
    count: 0,
    sha1(bytes: Uint8Array) {
      counting.count++;
      return nodeHasher.sha1(bytes);
    },
    sha256: nodeHasher.sha256,
    runningSha256: nodeHasher.runningSha256,
  };
  return counting;
}

/** Opens the book in a folder, to fetch it when nothing else is said. */
export function open(folder: string, options: Partial<FolderStoreOptions> = {}): Promise<FolderStore> {
  return FolderStore.open({ book: invented.book, folder, purpose: "fetch", makeDurable: async () => true, ...options });
}

/** Where the state of the book lies. */
export function bookState(folder: string): string {
  return join(folder, ".bookswarm", invented.book.id.slice(0, 16));
}

/** Sets when a file was changed, to the nanosecond, which takes Linux. */
export function touch(file: string, mtimeNs: bigint): void {
  const date = `@${mtimeNs / 1_000_000_000n}.${String(mtimeNs % 1_000_000_000n).padStart(9, "0")}`;
  execFileSync("touch", ["-m", "-d", date, file]);
}

/** Expects every image of a book, byte for byte. */
export function expectWhole(folder: string, book: InventedBook = invented): void {
  for (const image of book.book.images()) {
    expect(readFileSync(join(folder, image.path)).equals(book.images[image.index] ?? Buffer.alloc(1)), image.path).toBe(
      true,
    );
  }
}

/** Fetches the whole book into a folder, and lets go of it in order. */
export async function fetchAll(folder: string): Promise<void> {
  const store = await open(folder);
  await putAll(store, invented);
  await store.close();
}
