import fs from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { glanceAt } from "../../../peer-node/node/look-into.ts";
import { DiskFault } from "../../../peer-node/storage/page-store.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const SMALL = { name: "Sea", bytes: 1_000 };
const HUGE = { name: "Sea", bytes: Number.MAX_SAFE_INTEGER };

function faultOf(folder: string, book: typeof SMALL): Pick<DiskFault, "code" | "message"> {
  try {
    glanceAt(folder, book);
  } catch (error) {
    if (error instanceof DiskFault) return error;
    throw error;
  }
  throw new Error(`${folder} would do`);
}

describe("A glance at a folder", () => {
  it("finds room for a book in one that is not there yet, and makes nothing", async () => {
    const folder = temporaryFolder();
    glanceAt(join(folder, "not", "there"), SMALL);
    glanceAt(folder, SMALL);
    expect(await readdir(folder)).toEqual([]);
  });

  it("says in a sentence that a book is larger than the disk, where nothing of it can be there already", async () => {
    const folder = temporaryFolder();
    for (const place of [folder, join(folder, "not", "there")]) {
      expect(faultOf(place, HUGE)).toMatchObject({
        code: "full",
        message: expect.stringMatching(/^Cannot fetch Sea into .+ are missing and the disk has room for .+/),
      });
    }
    await writeFile(join(folder, "a.jpg"), "perhaps a part of it");
    glanceAt(folder, HUGE);
  });

  it("refuses what is no folder", async () => {
    const folder = temporaryFolder();
    await mkdir(join(folder, "sub"));
    await writeFile(join(folder, "file"), "");
    for (const place of ["file", "file/below"]) expect(faultOf(join(folder, place), SMALL).code).toBe("in-the-way");
  });

  it("refuses what lies on a drive that is not there", () => {
    const folder = temporaryFolder();
    const looking = vi.spyOn(fs, "existsSync").mockReturnValue(false);
    syncBuiltinESMExports();
    onTestFinished(() => {
      looking.mockRestore();
      syncBuiltinESMExports();
    });
    expect(faultOf(folder, SMALL)).toMatchObject({
      code: "gone",
      message: expect.stringMatching(/^There is no \S+ here/),
    });
  });
});
