// A user gives an image that was fetched a further name, or moves it, and works on it there: it is the same file.

import { linkSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { putAll } from "../../contracts/page-store.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { bookState, expectWhole, fetchAll, invented, open } from "./invented-folder.ts";

const theirs = Buffer.alloc(600_000, "my own picture ");

/** Fetches what is missing. @returns pages that were missing */
async function fetchRest(folder: string): Promise<number[]> {
  const store = await open(folder);
  const missing = invented.pages.filter((each) => !store.held.has(each));
  expect(store.inTheWay).toEqual([]);
  await putAll(store, invented);
  await store.close();
  expectWhole(folder);
  return missing;
}

describe("A file that somebody has edited under a name of their own", () => {
  test.each([
    ["which it has besides the image's", linkSync],
    ["to which they moved it, while its second name was still there", renameSync],
  ])("%s, stays as it is, and the image is fetched into another", async (_, name) => {
    const folder = temporaryFolder();
    const [image, mine] = [join(folder, "b.png"), join(folder, "mine.png")];
    await fetchAll(folder);
    if (name === renameSync) linkSync(image, join(bookState(folder), "parts", "1"));
    name(image, mine);
    writeFileSync(mine, theirs, { flag: "r+" });
    expect(await fetchRest(folder)).toEqual([1, 2, 3]);
    expect(readFileSync(mine).equals(theirs)).toBe(true);
    expect(statSync(mine).nlink).toBe(1);
  });

  test("that had two names of ours, too, loses both", async () => {
    const folder = temporaryFolder();
    const [image, mine] = [join(folder, "b.png"), join(folder, "mine.png")];
    await fetchAll(folder);
    linkSync(image, join(bookState(folder), "parts", "1"));
    linkSync(image, mine);
    writeFileSync(mine, theirs, { flag: "r+" });
    expect(await fetchRest(folder)).toEqual([1, 2, 3]);
    expect(statSync(mine).nlink).toBe(1);
  });
});

test("A file that somebody moved away, while its second name was still there, is not shared with them", async () => {
  const folder = temporaryFolder();
  const mine = join(folder, "mine.png");
  await fetchAll(folder);
  linkSync(join(folder, "b.png"), join(bookState(folder), "parts", "1"));
  renameSync(join(folder, "b.png"), mine);
  expect(await fetchRest(folder)).toEqual([1, 2, 3]);
  expect(statSync(mine).nlink).toBe(1);
});
