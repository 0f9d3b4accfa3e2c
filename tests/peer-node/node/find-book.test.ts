import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findBook } from "../../../peer-node/node/find-book.ts";
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
