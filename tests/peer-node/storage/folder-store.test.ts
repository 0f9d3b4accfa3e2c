import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FolderStore } from "../../../peer-node/storage/folder-store.ts";
import { type Hasher, nodeHasher } from "../../../peer-node/storage/hasher.ts";
import type { FolderStoreOptions } from "../../../peer-node/storage/opening.ts";
import { PagesLost } from "../../../peer-node/storage/page-store.ts";
import { putAll, readPage } from "../../contracts/page-store.ts";
import { readerId } from "../core/puzzle.ts";
import { type InventedBook, inSharedMemory, inventBook } from "../invented-book.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const SIZES = { "a.png": 1000, "b.png": 600_000, "c/empty.png": 0, "c/full.png": 256_000, "c/over.png": 256_001 };
const invented = inventBook(SIZES);
const page = (number: number) => invented.book.page(number);

/** How the kinds of opening are told apart here: by what they hashed. */
function countingHasher(): Hasher & { count: number } {
  const counting = {
    count: 0,
    sha1(bytes: Uint8Array) {
      counting.count++;
      return nodeHasher.sha1(bytes);
    },
    sha256: nodeHasher.sha256,
    runningSha256: nodeHasher.runningSha256,
  };
  return counting;
}

function open(folder: string, options: Partial<FolderStoreOptions> = {}): Promise<FolderStore> {
  return FolderStore.open({ book: invented.book, folder, purpose: "fetch", makeDurable: async () => true, ...options });
}

function bookState(folder: string): string {
  return join(folder, ".bookswarm", invented.book.id.slice(0, 16));
}

function expectWhole(folder: string, book: InventedBook = invented): void {
  for (const image of book.book.images()) {
    expect(readFileSync(join(folder, image.path)).equals(book.images[image.index] ?? Buffer.alloc(1)), image.path).toBe(
      true,
    );
  }
}

/** As a careful editor saves: a new file, under the old name. */
function replaceFile(file: string): void {
  writeFileSync(`${file}.new`, "x");
  renameSync(`${file}.new`, file);
}

async function fetchAll(folder: string): Promise<void> {
  const store = await open(folder);
  await putAll(store, invented);
  await store.close();
}

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
});

describe("FolderStore, started again", () => {
  test("holds everything and hashes nothing after a close in order, finished or not", async () => {
    const folder = temporaryFolder();
    for (const last of [2, invented.book.pageCount]) {
      const store = await open(folder);
      for (const each of invented.pages.slice(0, last)) await store.put(each, invented.pageBytes(each));
      await store.close();
      const hasher = countingHasher();
      const again = await open(folder, { hasher });
      expect(again.held.count).toBe(last);
      expect(hasher.count).toBe(0);
      await again.close();
    }
  });

  test("holds what a record cut at any byte still says, finds the rest on the disk, and fetches nothing twice", async () => {
    const origin = temporaryFolder();
    await fetchAll(origin);
    const record = join(bookState(origin), "record");
    const whole = readFileSync(record);
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(record, whole.subarray(0, length));
      const store = await open(origin);
      expect(store.held.isFull, `cut to ${length} bytes`).toBe(true);
      expect(store.inTheWay).toEqual([]);
      await store.close();
    }
  });

  test("never trusts a record with a flipped bit", async () => {
    const folder = temporaryFolder();
    const store = await open(folder);
    for (const each of [1, 2]) await store.put(page(each), invented.pageBytes(page(each)));
    await store.close();
    const record = join(bookState(folder), "record");
    const whole = readFileSync(record);
    for (let at = 0; at < whole.length; at += 3) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0x10;
      writeFileSync(record, bytes);
      const again = await open(folder);
      for (const held of again.held) expect((await readPage(again, held)).equals(invented.pageBytes(held))).toBe(true);
      expect([...again.held].every((each) => each === 1 || each === 2)).toBe(true);
      await again.close();
    }
  });

  test("finds a page that was written and not yet recorded, if nothing of its image was", async () => {
    const folder = temporaryFolder();
    await (await open(folder)).close();
    writeFileSync(join(bookState(folder), "parts", "1"), invented.pageBytes(page(1)));
    const store = await open(folder);
    expect([...store.held]).toEqual([1]);
    await store.close();
  });

  test("finishes an image whose process died between writing it down and putting it in place", async () => {
    const folder = temporaryFolder();
    await fetchAll(folder);
    renameSync(join(folder, "b.png"), join(bookState(folder), "parts", "1"));
    const hasher = countingHasher();
    const store = await open(folder, { hasher });
    expect(store.held.isFull).toBe(true);
    expect(hasher.count).toBe(0);
    await store.close();
    expectWhole(folder);
  });

  test("wants the pages of an image that was deleted", async () => {
    const folder = temporaryFolder();
    await fetchAll(folder);
    rmSync(join(folder, "b.png"));
    const store = await open(folder);
    expect([...store.held]).toEqual([0, 4, 5, 6]);
    await putAll(store, invented);
    await store.close();
    expectWhole(folder);
  });

  test("hashes only a file that was touched, and goes on holding it", async () => {
    const folder = temporaryFolder();
    await fetchAll(folder);
    utimesSync(join(folder, "b.png"), 1, 1);
    for (const expected of [3, 0]) {
      const hasher = countingHasher();
      const store = await open(folder, { hasher });
      expect(store.held.isFull).toBe(true);
      expect(hasher.count).toBe(expected);
      await store.close();
    }
  });

  test("mends a file of its own that was damaged, and fetches only the damaged page", async () => {
    const folder = temporaryFolder();
    await fetchAll(folder);
    const bytes = readFileSync(join(folder, "b.png"));
    bytes[300_000] = (bytes[300_000] ?? 0) ^ 1;
    writeFileSync(join(folder, "b.png"), bytes);
    appendFileSync(join(folder, "c/over.png"), "more");
    truncateSync(join(folder, "a.png"), 999);
    const store = await open(folder);
    expect(store.damaged).toEqual([0, 1, 4]);
    expect(invented.pages.filter((each) => !store.held.has(each))).toEqual([0, 2]);
    expect(existsSync(join(folder, "b.png"))).toBe(false);
    await putAll(store, invented);
    await store.close();
    expectWhole(folder);
  });

  test("leaves a file alone that somebody put in place of its own", async () => {
    const folder = temporaryFolder();
    await fetchAll(folder);
    writeFileSync(join(folder, "edited"), "somebody's work");
    renameSync(join(folder, "edited"), join(folder, "b.png"));
    const store = await open(folder);
    expect(store.inTheWay).toEqual(["b.png"]);
    await store.close();
    expect(readFileSync(join(folder, "b.png"), "utf8")).toBe("somebody's work");
  });

  test("hashes what was not synced when the system went down, and mends what was lost", async () => {
    const folder = temporaryFolder();
    const first = await open(folder, { boot: "one" });
    await first.put(page(0), invented.pageBytes(page(0)));
    await first.close();
    const second = await open(folder, { boot: "one", makeDurable: async () => false });
    for (const each of [1, 2, 3, 4]) await second.put(page(each), invented.pageBytes(page(each)));
    await second.close();
    const stamp = statSync(join(folder, "b.png"));
    const bytes = readFileSync(join(folder, "b.png"));
    bytes.fill(0, 256_000, 512_000);
    writeFileSync(join(folder, "b.png"), bytes);
    utimesSync(join(folder, "b.png"), stamp.atime, stamp.mtime);
    const hasher = countingHasher();
    const third = await open(folder, { boot: "two", hasher });
    expect(hasher.count).toBe(4);
    expect([...third.held]).toEqual([0, 1, 3, 4]);
    await third.close();
    const later = countingHasher();
    await (await open(folder, { boot: "three", hasher: later })).close();
    expect(later.count).toBe(0);
  });

  test("hashes everything when it is told to trust nothing", async () => {
    const folder = temporaryFolder();
    await fetchAll(folder);
    const bytes = readFileSync(join(folder, "b.png"));
    const stamp = statSync(join(folder, "b.png"), { bigint: true });
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    writeFileSync(join(folder, "b.png"), bytes);
    utimesSync(join(folder, "b.png"), Number(stamp.mtimeMs) / 1000, Number(stamp.mtimeMs) / 1000);
    const checked: number[] = [];
    const store = await open(folder, { trust: "nothing", onChecking: (done, of) => checked.push(done, of) });
    expect(store.damaged).toEqual([1]);
    expect(checked.slice(-2)).toEqual([invented.book.bytes, invented.book.bytes]);
    await store.close();
  });

  test("changes no image while it only serves, and still mends the damage at the next fetch", async () => {
    const folder = temporaryFolder();
    await fetchAll(folder);
    const bytes = readFileSync(join(folder, "b.png"));
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    writeFileSync(join(folder, "b.png"), bytes);
    const serving = await open(folder, { purpose: "serve" });
    expect(serving.damaged).toEqual([1]);
    expect([1, 2, 3].some((each) => serving.held.has(page(each)))).toBe(false);
    await serving.close();
    expect(readFileSync(join(folder, "b.png"))).toEqual(bytes);
    const mending = await open(folder);
    expect(invented.pages.filter((each) => !mending.held.has(each))).toEqual([1]);
    await putAll(mending, invented);
    await mending.close();
    expectWhole(folder);
  });

  test("regains an image that was lost while it was served, when its file is back, and hashes it only then", async () => {
    const folder = temporaryFolder();
    await fetchAll(folder);
    const hasher = countingHasher();
    const store = await open(folder, { purpose: "serve", hasher });
    renameSync(join(folder, "b.png"), join(folder, "away"));
    await expect(readPage(store, page(2))).rejects.toBeInstanceOf(PagesLost);
    expect(await store.regain()).toEqual([]);
    expect(hasher.count).toBe(0);
    writeFileSync(join(folder, "b.png"), "half of it");
    expect(await store.regain()).toEqual([]);
    renameSync(join(folder, "away"), join(folder, "b.png"));
    expect(await store.regain()).toEqual([1, 2, 3]);
    expect(await store.regain()).toEqual([]);
    expect((await readPage(store, page(2))).equals(invented.pageBytes(page(2)))).toBe(true);
    await store.close();
  });

  test("remembers that an image was refused", async () => {
    const bad = inventBook(SIZES, ["b.png"]);
    const folder = temporaryFolder();
    const store = await open(folder, { book: bad.book });
    await putAll(store, bad);
    await store.close();
    const again = await open(folder, { book: bad.book });
    expect(again.refused).toEqual([1]);
    expect([...again.unwanted]).toEqual([1, 2, 3]);
    await again.close();
    expect(existsSync(join(folder, "b.png"))).toBe(false);
  });

  test("tells a disk that rots from a book that is bad, and fetches only the rotten page again", async () => {
    const folder = temporaryFolder();
    const store = await open(folder);
    for (const each of [2, 3]) await store.put(page(each), invented.pageBytes(page(each)));
    const part = join(bookState(folder), "parts", "1");
    const bytes = readFileSync(part);
    bytes[256_005] = (bytes[256_005] ?? 0) ^ 1;
    writeFileSync(part, bytes, { flag: "r+" });
    await expect(store.put(page(1), invented.pageBytes(page(1)))).rejects.toMatchObject({
      name: "PagesLost",
      pages: [2],
    });
    expect([...store.held]).toEqual([1, 3]);
    expect(await store.put(page(2), invented.pageBytes(page(2)))).toMatchObject({ image: { path: "b.png" } });
    expect(readFileSync(join(folder, "b.png")).equals(invented.images[1] ?? Buffer.alloc(0))).toBe(true);
    await store.close();
  });
});

describe("FolderStore, in a folder with files of its own", () => {
  test("adopts what matches, and fetches the rest", async () => {
    const folder = temporaryFolder();
    invented.writeTo(folder);
    rmSync(join(folder, "a.png"));
    const store = await open(folder);
    expect(store.held.count).toBe(invented.book.pageCount - 1);
    expect(store.inTheWay).toEqual([]);
    await putAll(store, invented);
    await store.close();
    expectWhole(folder);
  });

  test("never takes back a file that it adopted, though it was edited in place, now or after the record is rewritten", async () => {
    const folder = temporaryFolder();
    invented.writeTo(folder);
    await (await open(folder)).close();
    const mine = join(folder, "b.png");
    appendFileSync(mine, "my own words");
    const edited = readFileSync(mine);
    for (let opening = 0; opening < 3; opening++) {
      const store = await open(folder);
      expect(store.inTheWay).toEqual(["b.png"]);
      await store.close();
      expect(readFileSync(mine).equals(edited)).toBe(true);
    }
  });

  test("never takes back a file that it served as its publisher's", async () => {
    const folder = temporaryFolder();
    invented.writeTo(folder);
    await (await open(folder, { purpose: "serve" })).close();
    const mine = join(folder, "a.png");
    writeFileSync(mine, "x".repeat(1000));
    const store = await open(folder);
    expect(store.inTheWay).toEqual(["a.png"]);
    await store.close();
    expect(readFileSync(mine, "latin1")).toBe("x".repeat(1000));
  });

  test("keeps what is equal when a folder gets a newer book", async () => {
    const folder = temporaryFolder();
    await fetchAll(folder);
    const newer = inventBook({ "a.png": 1000, "b.png": 600_000, "c/new.png": 300 });
    const store = await open(folder, { book: newer.book });
    expect(store.held.count).toBe(4);
    await putAll(store, newer);
    await store.close();
    expectWhole(folder);
    expectWhole(folder, newer);
  });

  test("touches nothing that differs, wants none of its pages, and goes on with the rest", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "c"));
    writeFileSync(join(folder, "a.png"), Buffer.alloc(1000));
    writeFileSync(join(folder, "b.png"), "of another size");
    writeFileSync(join(folder, "c/empty.png"), "not empty");
    const hasher = countingHasher();
    const store = await open(folder, { hasher });
    expect(store.inTheWay).toEqual(["a.png", "b.png", "c/empty.png"]);
    expect([...store.unwanted]).toEqual([0, 1, 2, 3]);
    expect(hasher.count).toBe(1);
    for (const each of [4, 5, 6]) await store.put(page(each), invented.pageBytes(page(each)));
    await store.close();
    expect(readFileSync(join(folder, "b.png"), "utf8")).toBe("of another size");
    expect(existsSync(join(folder, "c/over.png"))).toBe(true);
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

  test("refuses a state folder that is a symbolic link", async () => {
    const folder = temporaryFolder();
    symlinkSync(temporaryFolder(), join(folder, ".bookswarm"));
    await expect(open(folder)).rejects.toMatchObject({ name: "DiskFault", code: "in-the-way" });
  });
});

describe("FolderStore, in trouble", () => {
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

  test("goes on holding a file that was only touched while it was open", async () => {
    const folder = temporaryFolder();
    const store = await open(folder);
    await putAll(store, invented);
    utimesSync(join(folder, "b.png"), 1, 1);
    expect((await readPage(store, page(2))).equals(invented.pageBytes(page(2)))).toBe(true);
    await store.close();
  });

  test.each([
    ["truncated", (file: string) => truncateSync(file, 300_000), [2, 3]],
    ["replaced", replaceFile, [1, 2, 3]],
    ["overwritten", (file: string) => writeFileSync(file, Buffer.alloc(600_000)), [1, 2, 3]],
    ["removed", (file: string) => rmSync(file), [1, 2, 3]],
  ])("loses the pages of a file that is %s while it is open", async (_, harm, pages) => {
    const folder = temporaryFolder();
    const store = await open(folder);
    await putAll(store, invented);
    await readPage(store, page(3));
    harm(join(folder, "b.png"));
    await expect(readPage(store, page(3))).rejects.toMatchObject({ name: "PagesLost", pages });
    expect(store.held.count).toBe(invented.book.pageCount - pages.length);
    await store.close();
    const again = await open(folder);
    expect(again.held.count).toBe(invented.book.pageCount - pages.length);
    await again.close();
  });
});

describe("FolderStore, serving", () => {
  const serve = (folder: string, options: Partial<FolderStoreOptions> = {}) =>
    open(folder, { purpose: "serve", ...options });

  test("holds what is there, changes nothing of it, and hashes it once", async () => {
    const folder = temporaryFolder();
    invented.writeTo(folder);
    rmSync(join(folder, "a.png"));
    writeFileSync(join(folder, "c/full.png"), Buffer.alloc(256_000));
    for (const expected of [6, 1]) {
      const hasher = countingHasher();
      const store = await serve(folder, { hasher });
      expect([...store.held]).toEqual([1, 2, 3, 5, 6]);
      expect(hasher.count).toBe(expected);
      expect(store.inTheWay).toEqual([]);
      await store.close();
    }
    expect(existsSync(join(folder, "a.png"))).toBe(false);
  });

  test("hashes nothing that its caller has just hashed", async () => {
    const folder = temporaryFolder();
    invented.writeTo(folder);
    const vouched = Array.from(invented.book.images(), ({ path }) => {
      const { size, mtimeNs, ino } = lstatSync(join(folder, path), { bigint: true });
      return { bytes: Number(size), mtimeNs, ino };
    });
    const hasher = countingHasher();
    const store = await serve(folder, { hasher, vouched });
    expect(store.held.isFull).toBe(true);
    expect(hasher.count).toBe(0);
    await store.close();
  });

  test("finds files under the publisher's own spelling", async () => {
    const accented = inventBook({ "\u00e9t\u00e9/\u00e9.png": 100 });
    const folder = temporaryFolder();
    mkdirSync(join(folder, "e\u0301te\u0301"));
    writeFileSync(join(folder, "e\u0301te\u0301/e\u0301.png"), accented.images[0] ?? "");
    const store = await serve(folder, { book: accented.book });
    expect(store.held.isFull).toBe(true);
    await store.close();
  });

  test("serves what a fetch that was left off had, whole images and parts, under their local names", async () => {
    const odd = inventBook({ "a\n.png": 600_000, "b\n.png": 10 });
    const folder = temporaryFolder();
    const fetched = await open(folder, { book: odd.book });
    for (const each of [0, 1, 3]) await fetched.put(odd.book.page(each), odd.pageBytes(odd.book.page(each)));
    await fetched.close();
    const hasher = countingHasher();
    const store = await serve(folder, { book: odd.book, hasher });
    expect([...store.held]).toEqual([0, 1, 3]);
    expect(hasher.count).toBe(0);
    for (const held of store.held) expect((await readPage(store, held)).equals(odd.pageBytes(held))).toBe(true);
    await store.close();
  });

  test("drops an image that its publisher changed, and leaves the file alone", async () => {
    const folder = temporaryFolder();
    invented.writeTo(folder);
    const store = await serve(folder);
    copyFileSync(join(folder, "a.png"), join(folder, "b.png"));
    await expect(readPage(store, page(1))).rejects.toMatchObject({ pages: [1, 2, 3] });
    expect(statSync(join(folder, "b.png")).size).toBe(1000);
    await store.close();
  });
});
