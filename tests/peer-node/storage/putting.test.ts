import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { putAll, readPage } from "../../contracts/page-store.ts";
import { readerId } from "../core/puzzle.ts";
import { inSharedMemory, inventBook } from "../invented-book.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { bookState, countingHasher, expectWhole, invented, open, page } from "./invented-folder.ts";

describe("FolderStore, fetching", () => {
  test("whose pages another thread writes leaves each image as it is once it is whole, however often its pages come", async () => {
    const folder = temporaryFolder();
    const store = await open(folder, { spellBytes: 0 });
    const often = [...invented.pages, ...invented.pages, ...invented.pages];
    await Promise.all(often.map((each) => store.put(each, inSharedMemory(invented.pageBytes(each)))));
    await store.close();
    expectWhole(folder);
    const hasher = countingHasher();
    const again = await open(folder, { hasher });
    expect([again.held.isFull, hasher.count]).toEqual([true, 0]);
    await again.close();
  });

  test("makes the folder and its empty images, and shows an image only when it is whole", async () => {
    const folder = join(temporaryFolder(), "deep", "down");
    const store = await open(folder);
    expect(statSync(join(folder, "c/empty.png")).size).toBe(0);
    await store.put(page(1), invented.pageBytes(page(1)));
    await store.put(page(2), invented.pageBytes(page(2)));
    expect(readdirSync(folder).sort()).toEqual([".bookswarm", "c"]);
    const result = await store.put(page(3), invented.pageBytes(page(3)));
    expect(result).toMatchObject({ image: { file: join(folder, "b.png") } });
    await putAll(store, invented);
    await store.close();
    expectWhole(folder);
    expect(readdirSync(join(bookState(folder), "parts"))).toEqual([]);
  });

  test("loses the pages of a part that vanished, and leaves no hole where they were", async () => {
    const folder = temporaryFolder();
    const many = inventBook(Object.fromEntries(Array.from({ length: 34 }, (_, row) => [`${row}.png`, 300_000])));
    const store = await open(folder, { book: many.book });
    const put = (each: number) => store.put(many.book.page(each), many.pageBytes(many.book.page(each)));
    await put(0);
    rmSync(join(folder, ".bookswarm", many.book.id.slice(0, 16), "parts", "0"));
    // So many other parts are written to that this one is not open any more.
    for (let each = 2; each < many.book.pageCount; each += 2) await put(each);
    await expect(put(1)).rejects.toMatchObject({ name: "PagesLost", pages: [0] });
    expect([0, 1, 2].map((each) => store.held.has(many.book.page(each)))).toEqual([false, false, true]);
    await putAll(store, many);
    await store.close();
    expectWhole(folder, many);
  });

  test("loses the pages of a part that vanished while it was open", async () => {
    const folder = temporaryFolder();
    const store = await open(folder);
    await store.put(page(1), invented.pageBytes(page(1)));
    rmSync(join(bookState(folder), "parts", "1"));
    await store.put(page(2), invented.pageBytes(page(2)));
    const putting = store.put(page(3), invented.pageBytes(page(3)));
    await expect(putting).rejects.toMatchObject({ name: "PagesLost", pages: [1, 2] });
    await putAll(store, invented);
    await store.close();
    expectWhole(folder);
  });

  test("keeps a secret of 64 digits, for its owner's eyes, from its first start on", async () => {
    const folder = temporaryFolder();
    const store = await open(folder);
    const secret = store.readerSecret();
    await store.close();
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(statSync(join(bookState(folder), "reader")).mode & 0o777).toBe(0o600);
    const again = await open(folder);
    expect(again.readerSecret()).toBe(secret);
    await again.close();
  });

  test("remembers where readers were reached, for its owner's eyes; a file that is damaged is nobody", async () => {
    const folder = temporaryFolder();
    const file = join(bookState(folder), "readers");
    const reached = [
      { reader: readerId(1), host: "192.0.2.7", port: 4_000 },
      { reader: readerId(2), host: "2001:db8::1", port: 65_535 },
    ];
    const store = await open(folder);
    expect(store.rememberedReaders()).toEqual([]);
    store.rememberReaders(reached);
    await store.close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = await open(folder);
    expect(again.rememberedReaders()).toEqual(reached);
    const spoilt = [
      "",
      "x",
      `${readerId(3)} 80 192.0.2.7`,
      `${readerId(3)} 4000 example.org`,
      `${readerId(3)} 70000 ::1`,
      `${readerId(3)} 0x1000 ::1`,
      `${readerId(3)} 4000 ::ffff:192.0.2.7`,
    ];
    writeFileSync(file, [...spoilt, `${readerId(4)} 4000 ::1`].join("\n"));
    expect(again.rememberedReaders()).toEqual([{ reader: readerId(4), host: "::1", port: 4_000 }]);
    writeFileSync(file, "\n".repeat(1_000_000));
    expect(again.rememberedReaders()).toEqual([]);
    await again.close();
  });

  test.skipIf(process.platform === "win32")(
    "takes no pipe, folder or link for where readers were reached, and writes through no link beside it",
    async () => {
      const folder = temporaryFolder();
      const reached = [{ reader: readerId(1), host: "192.0.2.7", port: 4_000 }];
      const store = await open(folder);
      store.rememberReaders(reached);
      const [file, kept] = ["readers", "kept"].map((name) => join(bookState(folder), name)) as [string, string];
      renameSync(file, kept);
      for (const make of [
        () => void execFileSync("mkfifo", [file]),
        () => void mkdirSync(file),
        () => symlinkSync(kept, file),
        () => symlinkSync("/dev/zero", file),
      ]) {
        make();
        expect(store.rememberedReaders()).toEqual([]);
        rmSync(file, { recursive: true });
      }
      symlinkSync(kept, `${file}.new`);
      store.rememberReaders([]);
      expect(readFileSync(file, "utf8")).toBe("");
      expect(readFileSync(kept, "utf8")).toContain("192.0.2.7");
      await store.close();
    },
  );

  test("makes no empty file of an image that is not wanted", async () => {
    const folder = temporaryFolder();
    await (await open(folder, { wants: ({ path }) => path === "a.png" })).close();
    expect(existsSync(join(folder, "c"))).toBe(false);
  });

  test("gives images local names and lists them", async () => {
    const odd = inventBook({ "a\nb.png": 10 });
    const folder = temporaryFolder();
    const store = await open(folder, { book: odd.book });
    await putAll(store, odd);
    expect(store.renamed).toEqual([{ path: "a\nb.png", local: "a%0Ab.png" }]);
    expect(existsSync(join(folder, "a%0Ab.png"))).toBe(true);
    await store.close();
  });

  test("writes over nothing that appears while an image is fetched", async () => {
    const folder = temporaryFolder();
    const store = await open(folder);
    writeFileSync(join(folder, "a.png"), "quick");
    const put = store.put(page(0), invented.pageBytes(page(0)));
    await expect(put).rejects.toMatchObject({ name: "DiskFault", code: "in-the-way" });
    expect(store.inTheWay).toEqual(["a.png"]);
    expect(store.held.has(page(0))).toBe(false);
    await store.close();
    const again = await open(folder);
    expect(again.inTheWay).toEqual(["a.png"]);
    await again.close();
    expect(readFileSync(join(folder, "a.png"), "utf8")).toBe("quick");
    rmSync(join(folder, "a.png"));
    const last = await open(folder);
    expect(last.isWhole(invented.image(0))).toBe(true);
    await last.close();
  });

  test("writes through no symbolic link, be it a folder, an image or a part", async () => {
    const folder = temporaryFolder();
    const outside = temporaryFolder();
    symlinkSync(outside, join(folder, "c"));
    symlinkSync(join(outside, "a.png"), join(folder, "a.png"));
    const store = await open(folder);
    await expect(store.put(page(4), invented.pageBytes(page(4)))).rejects.toMatchObject({ code: "in-the-way" });
    symlinkSync(join(outside, "b.png"), join(bookState(folder), "parts", "1"));
    await expect(store.put(page(1), invented.pageBytes(page(1)))).rejects.toMatchObject({ code: "in-the-way" });
    expect(store.inTheWay).toEqual(["a.png", "c/empty.png", "c/full.png"]);
    await store.close();
    expect(readdirSync(outside)).toEqual([]);
  });

  test("says that the folder is gone, and goes on when it is back", async () => {
    const folder = join(temporaryFolder(), "drive");
    const store = await open(folder);
    await store.put(page(0), invented.pageBytes(page(0)));
    renameSync(folder, `${folder}.away`);
    await expect(store.put(page(4), invented.pageBytes(page(4)))).rejects.toMatchObject({ code: "gone" });
    await expect(readPage(store, page(0))).rejects.toMatchObject({ code: "gone" });
    renameSync(`${folder}.away`, folder);
    await putAll(store, invented);
    expect(store.held.isFull).toBe(true);
    await store.close();
    expectWhole(folder);
  });
});
