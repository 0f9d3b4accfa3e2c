// A folder may come from anybody with its state in it. What somebody has put under the names that we use ourselves is
// not written through, not waited for, and costs nothing that lies elsewhere.

import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FolderStore } from "../../../peer-node/storage/folder-store.ts";
import { bookStateFolder, stateFolderOf } from "../../../peer-node/storage/state-folder.ts";
import { inventBook } from "../invented-book.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const invented = inventBook({ "a.png": 600_000 });
const { book } = invented;
const PRECIOUS = "somebody's own";

const stateOf = (folder: string) => bookStateFolder(stateFolderOf(folder, true), book.id);

const pipe = (path: string) => void execFileSync("mkfifo", [path]);

/** A file that nothing in a book's folder is to touch. */
function preciousFile(): string {
  const file = join(temporaryFolder(), "precious");
  writeFileSync(file, PRECIOUS);
  return file;
}

/** Opens the book, and asks for all that is kept with its state. */
async function use(folder: string, purpose: "fetch" | "serve"): Promise<void> {
  const store = await FolderStore.open({ book, folder, purpose, makeDurable: async () => true });
  try {
    store.readerSecret();
  } finally {
    await store.close();
  }
}

describe.skipIf(process.platform === "win32")("What has one of our own names", () => {
  test.each(["fetch", "serve"] as const)("is never written through when it is a link (%s)", async (how) => {
    const folder = temporaryFolder();
    const precious = preciousFile();
    for (const name of ["record.new", "reader.new"]) symlinkSync(precious, join(stateOf(folder), name));
    symlinkSync(precious, join(stateFolderOf(folder, true), "lock"));
    await use(folder, how);
    expect(readFileSync(precious, "utf8")).toBe(PRECIOUS);
  });

  test.each([
    ["record", "a link", (path: string) => symlinkSync(preciousFile(), path)],
    ["record", "a pipe", pipe],
    ["record", "a folder", (path: string) => void mkdirSync(path)],
    ["record.new", "a folder", (path: string) => void mkdirSync(path)],
    ["reader", "a link", (path: string) => symlinkSync(preciousFile(), path)],
    ["reader", "a pipe", pipe],
    ["reader", "longer than a secret", (path: string) => writeFileSync(path, Buffer.alloc(1_000_000))],
  ])("is refused, and nobody waits for it: %s as %s", async (name, _, make) => {
    const folder = temporaryFolder();
    make(join(stateOf(folder), name));
    await expect(use(folder, "fetch")).rejects.toMatchObject({ name: "DiskFault", code: "in-the-way" });
  });

  test("is taken for a dead process's lock when it is a pipe", async () => {
    const folder = temporaryFolder();
    pipe(join(stateFolderOf(folder, true), "lock"));
    await use(folder, "fetch");
  });

  test.each(["the book's folder", "the folder of its parts"])("leads to no folder elsewhere: %s", async (which) => {
    const folder = temporaryFolder();
    const elsewhere = temporaryFolder();
    const ours = stateOf(folder);
    const link = which === "the book's folder" ? ours : join(ours, "parts");
    rmSync(link, { recursive: true });
    symlinkSync(elsewhere, link);
    await expect(use(folder, "fetch")).rejects.toMatchObject({ name: "DiskFault", code: "in-the-way" });
    expect(readdirSync(elsewhere)).toEqual([]);
  });
});
