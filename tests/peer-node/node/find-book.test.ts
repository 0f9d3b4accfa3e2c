import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeFolder } from "../../../peer-node/library/describe.ts";
import { saveDescriptor } from "../../../peer-node/library/descriptor-file.ts";
import { findBook } from "../../../peer-node/node/find-book.ts";
import { FolderStore } from "../../../peer-node/storage/folder-store.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { BOOK_ID, json, serve } from "../tracker/web-server.ts";

const ANSWER = {
  bookswarm: 1,
  pageBytes: 256_000,
  name: "Sea",
  images: 1,
  pages: 1,
  bytes: 9,
  index: ["0".repeat(64)],
  bookId: BOOK_ID,
  readers: 1,
  complete: 1,
};

describe("Finding a book whose descriptor is refused", () => {
  it("takes away all the folders that were made for it, and none that was there", async () => {
    const web = await serve((request, response) =>
      request.url === `/books/${BOOK_ID}` ? json(response, ANSWER) : response.end("rubbish\n"),
    );
    const find = (folder: string) =>
      findBook({ link: { tracker: web.url, bookId: BOOK_ID } }, { folder, onEvent: () => undefined });
    const shelf = temporaryFolder();
    await expect(find(join(shelf, "a", "b", "c"))).rejects.toMatchObject({ name: "DescriptorRefused" });
    expect(readdirSync(shelf)).toEqual([]);
    mkdirSync(join(shelf, "a"));
    writeFileSync(join(shelf, "note"), "");
    await expect(find(join(shelf, "a", "b"))).rejects.toMatchObject({ name: "DescriptorRefused" });
    expect(readdirSync(shelf)).toEqual(["a", "note"]);
    expect(existsSync(join(shelf, "a", "b"))).toBe(false);
  });
});

describe("Finding the next book of a folder", () => {
  it("says how the files looked that both books have, before the old descriptor is written over", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a.png"), "a");
    const old = await describeFolder({ folder, name: "Sea" });
    await saveDescriptor(join(folder, "Sea.desc"), old.lines());
    const { book, stamps: vouched } = old;
    await (await FolderStore.open({ book, folder, purpose: "serve", vouched })).close();
    const source = temporaryFolder();
    writeFileSync(join(source, "a.png"), "a");
    writeFileSync(join(source, "b.png"), "b");
    const descriptor = join(temporaryFolder(), "Sea.desc");
    await saveDescriptor(descriptor, (await describeFolder({ folder: source, name: "Sea" })).lines());
    const found = await findBook({ descriptor }, { folder, onEvent: () => undefined });
    expect(found.book.imageCount).toBe(2);
    expect(found.vouched).toEqual([vouched[0], undefined]);
  });
});
