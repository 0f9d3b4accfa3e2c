// The demo is run by whoever has just cloned the project; it must tell the truth.

import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { run } from "../processes/bookswarm.ts";
import { compareFolders, isState } from "../processes/compare-folders.ts";
import { AWKWARD, scratchFolder, writePictures } from "../processes/pictures.ts";

const DEMO = fileURLToPath(new URL("../demo/main.ts", import.meta.url));

const demo = (...args: readonly string[]) => run(args, { main: DEMO });

describe("The demo", () => {
  it("brings a folder to ten readers, says so, and leaves the folder as it was", async () => {
    const folder = join(await scratchFolder(), "pictures");
    await writePictures(folder, AWKWARD);
    const before = await readdir(folder);
    const { code, stdout, stderr } = await demo(folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`10 readers have all ${AWKWARD.length} images`);
    expect(stdout).toMatch(/The publisher sent \d+\.\d\d copies/);
    for (let reader = 1; reader <= 10; reader++) expect(stdout).toMatch(new RegExp(`reader ${reader} +\\d+ +\\d+`));
    expect(await readdir(folder)).toEqual(before);
  });

  it("says how it is called when it is given no folder of pictures", async () => {
    expect(await demo("/no/such/folder")).toMatchObject({ code: 2, stderr: expect.stringContaining("Usage") });
  });
});

describe("compareFolders", () => {
  it("names every image that is missing, different or too many, and nothing else", async () => {
    const scratch = await scratchFolder();
    const [original, copy] = [join(scratch, "original"), join(scratch, "copy")];
    await writePictures(original, AWKWARD);
    await writePictures(copy, AWKWARD);
    expect(await compareFolders(original, copy, isState)).toEqual([]);
    await rm(join(copy, "empty.png"));
    expect(await compareFolders(original, copy, isState)).toEqual([{ path: "empty.png", kind: "missing" }]);
    await writeFile(join(copy, "one-byte.png"), "x");
    await writeFile(join(copy, "extra.png"), "x");
    await mkdir(join(copy, ".bookswarm"));
    await writeFile(join(copy, ".bookswarm", "record"), "state does not count");
    expect(await compareFolders(original, copy, isState)).toEqual([
      { path: "empty.png", kind: "missing" },
      { path: "one-byte.png", kind: "different" },
      { path: "extra.png", kind: "extra" },
    ]);
  });
});
