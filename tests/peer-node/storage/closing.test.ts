// Once a store is closed its folder may be another process's, so whatever it was about then goes no further.

import { existsSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FolderStore } from "../../../peer-node/storage/folder-store.ts";
import { DiskFault, PagesLost } from "../../../peer-node/storage/page-store.ts";
import { BookRecord } from "../../../peer-node/storage/record.ts";
import { bookStateFolder, stateFolderOf } from "../../../peer-node/storage/state-folder.ts";
import { readPage } from "../../contracts/page-store.ts";
import { inventBook } from "../invented-book.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const invented = inventBook({ "a.png": 600_000, "b.png": 600_000, "c.png": 0, "d.png": 0 });
const { book } = invented;
const recordIn = (folder: string) => join(bookStateFolder(stateFolderOf(folder, true), book.id), "record");

function open(folder: string, purpose: "fetch" | "serve", wants: () => boolean = () => true): Promise<FolderStore> {
  return FolderStore.open({ book, folder, purpose, wants, makeDurable: async () => true });
}

describe("A record that was closed", () => {
  test("takes no entry any more, and is not opened again", () => {
    const path = recordIn(temporaryFolder());
    const record = BookRecord.open(path, book);
    record.commit({ kind: "page", page: book.page(0) });
    record.close();
    const { size } = statSync(path);
    expect(() => record.commit({ kind: "page", page: book.page(1) })).toThrow(DiskFault);
    expect(() => record.write({ kind: "page", page: book.page(1) })).toThrow("the book was closed");
    expect([statSync(path).size, [...record.inventory.held]]).toEqual([size, [0]]);
  });
});

describe("A store that is closed", () => {
  test("while lost images are looked at inspects the one at hand, and no other", async () => {
    const folder = temporaryFolder();
    invented.writeTo(folder);
    const store = await open(folder, "serve");
    const files = ["a.png", "b.png"].map((name) => join(folder, name));
    for (const [row, file] of files.entries()) {
      renameSync(file, `${file}.away`);
      await expect(readPage(store, book.page(row * 3))).rejects.toBeInstanceOf(PagesLost);
      renameSync(`${file}.away`, file);
    }
    const regaining = store.regain();
    const closing = store.close();
    await expect(regaining).rejects.toThrow("the book was closed");
    await closing;
    expect([0, 3].map((page) => store.held.has(book.page(page)))).toEqual([true, false]);
  });

  test("while it puts images in place ends with the one at hand", async () => {
    const folder = temporaryFolder();
    const store = await open(folder, "fetch", () => false);
    const begun = Promise.withResolvers<void>();
    const finishing = store.finish(() => {
      begun.resolve();
      return true;
    });
    await begun.promise;
    const closing = store.close();
    await expect(finishing).rejects.toThrow("the book was closed");
    await closing;
    expect(["c.png", "d.png"].map((name) => existsSync(join(folder, name)))).toEqual([true, false]);
  });
});
