import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { BareFolders } from "../../../peer-node/storage/bare-folders.ts";
import { temporaryFolder } from "../temporary-folder.ts";

it("takes a folder for bare that is not there, is empty, or holds what bookswarm keeps there itself", async () => {
  const folder = temporaryFolder();
  const bare = new BareFolders();
  expect(bare.has(join(folder, "missing", "below"))).toBe(true);
  await mkdir(join(folder, ".bookswarm", "empty"), { recursive: true });
  expect(bare.has(join(folder, ".bookswarm", "empty"))).toBe(true);
  await writeFile(join(folder, "Summer.desc"), "");
  expect(bare.has(folder)).toBe(true);
});

it("takes no folder for bare with anything else in it, and no file", async () => {
  const folder = temporaryFolder();
  await writeFile(join(folder, "picture.png"), "");
  const bare = new BareFolders();
  expect(bare.has(folder)).toBe(false);
  expect(bare.has(join(folder, "picture.png"))).toBe(false);
  await mkdir(join(folder, "pictures", "below"), { recursive: true });
  expect(bare.has(join(folder, "pictures"))).toBe(false);
});

it("looks at each folder once", async () => {
  const folder = temporaryFolder();
  const bare = new BareFolders();
  expect(bare.has(folder)).toBe(true);
  await writeFile(join(folder, "picture.png"), "");
  expect(bare.has(folder)).toBe(true);
});
