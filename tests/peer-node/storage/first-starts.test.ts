// Two first starts at once in one folder: each finds that there is no state folder, and one of them makes it first.

import * as fs from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { bookStateFolder, stateFolderOf } from "../../../peer-node/storage/state-folder.ts";
import { inventBook } from "../invented-book.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** What the other one does to a name just before we make a folder of it. */
const other = vi.hoisted(() => ({ isFirst: (_path: string): void => undefined }));

vi.mock("node:fs", async (importActual) => {
  const actual = await importActual<typeof fs>();
  return {
    ...actual,
    mkdirSync: (path: string, options?: fs.MakeDirectoryOptions) => {
      other.isFirst(path);
      return actual.mkdirSync(path, options);
    },
  };
});

beforeEach(() => {
  other.isFirst = () => undefined;
});

describe("A state folder that another process makes first", () => {
  test("is taken as it is, and so are those in it", async () => {
    const folder = temporaryFolder();
    const actual = await vi.importActual<typeof fs>("node:fs");
    other.isFirst = (path) => void actual.mkdirSync(path);
    const state = stateFolderOf(folder, true);
    const ofBook = bookStateFolder(state, inventBook({ a: 1 }).book.id);
    expect([state, join(ofBook, "parts")].map((path) => fs.statSync(path).isDirectory())).toEqual([true, true]);
  });

  test("is refused when it is a link", () => {
    const elsewhere = temporaryFolder();
    other.isFirst = (path) => fs.symlinkSync(elsewhere, path);
    expect(() => stateFolderOf(temporaryFolder(), true)).toThrow(
      /is a symbolic link, and nothing is written through one/,
    );
  });
});
