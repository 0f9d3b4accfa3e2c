import {
  copyFileSync,
  existsSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nodeHasher } from "../../../peer-node/storage/hasher.ts";
import { PagesLost } from "../../../peer-node/storage/page-store.ts";
import { putAll, readPage } from "../../contracts/page-store.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { bookState, countingHasher, fetchAll, invented, open, page } from "./invented-folder.ts";

/** As a careful editor saves: a new file, under the old name. */
function replaceFile(file: string): void {
  writeFileSync(`${file}.new`, "x");
  renameSync(`${file}.new`, file);
}

describe("FolderStore, reading", () => {
  test("goes on holding a file that was only touched while it was open", async () => {
    const folder = temporaryFolder();
    const store = await open(folder);
    await putAll(store, invented);
    utimesSync(join(folder, "b.png"), 1, 1);
    expect((await readPage(store, page(2))).equals(invented.pageBytes(page(2)))).toBe(true);
    await store.close();
  });

  test.each([
    ["truncated", (file: string) => truncateSync(file, 300_000), [2, 3]],
    ["replaced", replaceFile, [1, 2, 3]],
    ["overwritten", (file: string) => writeFileSync(file, Buffer.alloc(600_000)), [1, 2, 3]],
    ["removed", (file: string) => rmSync(file), [1, 2, 3]],
  ])("loses the pages of a file that is %s while it is open", async (_, harm, pages) => {
    const folder = temporaryFolder();
    const store = await open(folder);
    await putAll(store, invented);
    await readPage(store, page(3));
    harm(join(folder, "b.png"));
    await expect(readPage(store, page(3))).rejects.toMatchObject({ name: "PagesLost", pages });
    expect(store.held.count).toBe(invented.book.pageCount - pages.length);
    await store.close();
    const again = await open(folder);
    expect(again.held.count).toBe(invented.book.pageCount - pages.length);
    await again.close();
  });

  test("goes on reading a placed image that somebody replaced by an equal file, or whose second name they removed", async () => {
    const folder = temporaryFolder();
    const store = await open(folder, { makeDurable: async () => false });
    await putAll(store, invented);
    copyFileSync(join(folder, "b.png"), join(folder, "copy"));
    renameSync(join(folder, "copy"), join(folder, "b.png"));
    rmSync(join(bookState(folder), "parts", "0"));
    for (const each of [0, 1, 2, 2].map(page)) {
      expect((await readPage(store, each)).equals(invented.pageBytes(each))).toBe(true);
    }
    await store.close();
  });

  test("drops an image that its publisher changed, and leaves the file alone", async () => {
    const folder = temporaryFolder();
    invented.writeTo(folder);
    const store = await open(folder, { purpose: "serve" });
    copyFileSync(join(folder, "a.png"), join(folder, "b.png"));
    await expect(readPage(store, page(1))).rejects.toMatchObject({ pages: [1, 2, 3] });
    expect(statSync(join(folder, "b.png")).size).toBe(1000);
    await store.close();
  });

  test("regains an image that was lost while it was served, when its file is back, and hashes it only then", async () => {
    const folder = temporaryFolder();
    await fetchAll(folder);
    const hasher = countingHasher();
    const store = await open(folder, { purpose: "serve", hasher });
    renameSync(join(folder, "b.png"), join(folder, "away"));
    await expect(readPage(store, page(2))).rejects.toBeInstanceOf(PagesLost);
    expect(await store.regain()).toEqual([]);
    expect(hasher.count).toBe(0);
    writeFileSync(join(folder, "b.png"), "half of it");
    expect(await store.regain()).toEqual([]);
    renameSync(join(folder, "away"), join(folder, "b.png"));
    expect(await store.regain()).toEqual([1, 2, 3]);
    expect(await store.regain()).toEqual([]);
    expect((await readPage(store, page(2))).equals(invented.pageBytes(page(2)))).toBe(true);
    await store.close();
  });

  test("regains an image whose file is brought back while the wrong one is hashed", async () => {
    const folder = temporaryFolder();
    await fetchAll(folder);
    const [file, away] = [join(folder, "b.png"), join(folder, "away")];
    let isHashing = (): void => undefined;
    const sha1 = (bytes: Uint8Array) => {
      isHashing();
      return nodeHasher.sha1(bytes);
    };
    const store = await open(folder, { purpose: "serve", hasher: { ...nodeHasher, sha1 } });
    renameSync(file, away);
    writeFileSync(file, Buffer.alloc(600_000));
    isHashing = () => {
      if (existsSync(away)) renameSync(away, file);
    };
    await expect(readPage(store, page(2))).rejects.toBeInstanceOf(PagesLost);
    expect(await store.regain()).toEqual([1, 2, 3]);
    await store.close();
  });
});
