import {
  appendFileSync,
  existsSync,
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { FolderStoreOptions } from "../../../peer-node/storage/opening.ts";
import { stampOf } from "../../../peer-node/storage/stamp.ts";
import { putAll } from "../../contracts/page-store.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { bookState, expectWhole, fetchAll, invented, open, page, touch } from "./invented-folder.ts";

describe("FolderStore, damaged", () => {
  test("wants the pages of an image that was deleted", async () => {
    const folder = temporaryFolder();
    await fetchAll(folder);
    rmSync(join(folder, "b.png"));
    const store = await open(folder);
    expect([...store.held]).toEqual([0, 4, 5, 6]);
    await putAll(store, invented);
    await store.close();
    expectWhole(folder);
  });

  test("mends a file of its own that was damaged, and fetches only the damaged page", async () => {
    const folder = temporaryFolder();
    await fetchAll(folder);
    const bytes = readFileSync(join(folder, "b.png"));
    bytes[300_000] = (bytes[300_000] ?? 0) ^ 1;
    writeFileSync(join(folder, "b.png"), bytes);
    appendFileSync(join(folder, "c/over.png"), "more");
    truncateSync(join(folder, "a.png"), 999);
    const store = await open(folder);
    expect(store.damaged).toEqual([0, 1, 4]);
    expect(invented.pages.filter((each) => !store.held.has(each))).toEqual([0, 2]);
    expect(existsSync(join(folder, "b.png"))).toBe(false);
    await putAll(store, invented);
    await store.close();
    expectWhole(folder);
  });

  test("hashes what was found damaged, whoever vouches for it because it looks as it did", async () => {
    const folder = temporaryFolder();
    invented.writeTo(folder);
    const file = join(folder, "a.png");
    const { bytes, mtimeNs, ino } = stampOf(lstatSync(file, { bigint: true }));
    const serve = (options: Partial<FolderStoreOptions> = {}) => open(folder, { purpose: "serve", ...options });
    await (await serve()).close();
    writeFileSync(file, Buffer.alloc(bytes, 1));
    touch(file, mtimeNs);
    await (await serve({ trust: "nothing" })).close();
    const store = await serve({ vouched: [{ bytes, mtimeNs, ino }] });
    expect([store.held.has(page(0)), store.damaged]).toEqual([false, [0]]);
    await store.close();
  });

  test("leaves a file alone that somebody put in place of its own", async () => {
    const folder = temporaryFolder();
    await fetchAll(folder);
    writeFileSync(join(folder, "edited"), "somebody's work");
    renameSync(join(folder, "edited"), join(folder, "b.png"));
    const store = await open(folder);
    expect(store.inTheWay).toEqual(["b.png"]);
    await store.close();
    expect(readFileSync(join(folder, "b.png"), "utf8")).toBe("somebody's work");
  });

  test("changes no image while it only serves, and still mends the damage at the next fetch", async () => {
    const folder = temporaryFolder();
    await fetchAll(folder);
    const bytes = readFileSync(join(folder, "b.png"));
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    writeFileSync(join(folder, "b.png"), bytes);
    const serving = await open(folder, { purpose: "serve" });
    expect(serving.damaged).toEqual([1]);
    expect([1, 2, 3].some((each) => serving.held.has(page(each)))).toBe(false);
    await serving.close();
    expect(readFileSync(join(folder, "b.png"))).toEqual(bytes);
    const mending = await open(folder);
    expect(invented.pages.filter((each) => !mending.held.has(each))).toEqual([1]);
    await putAll(mending, invented);
    await mending.close();
    expectWhole(folder);
  });

  test("tells a disk that rots from a book that is bad, and fetches only the rotten page again", async () => {
    const folder = temporaryFolder();
    const store = await open(folder);
    for (const each of [2, 3]) await store.put(page(each), invented.pageBytes(page(each)));
    const part = join(bookState(folder), "parts", "1");
    const bytes = readFileSync(part);
    bytes[256_005] = (bytes[256_005] ?? 0) ^ 1;
    writeFileSync(part, bytes, { flag: "r+" });
    await expect(store.put(page(1), invented.pageBytes(page(1)))).rejects.toMatchObject({
      name: "PagesLost",
      pages: [2],
    });
    expect([...store.held]).toEqual([1, 3]);
    expect(await store.put(page(2), invented.pageBytes(page(2)))).toMatchObject({ image: { path: "b.png" } });
    expect(readFileSync(join(folder, "b.png")).equals(invented.images[1] ?? Buffer.alloc(0))).toBe(true);
    await store.close();
  });
});
