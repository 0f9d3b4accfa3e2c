import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { FolderStoreOptions } from "../../../peer-node/storage/opening.ts";
import { putAll, readPage } from "../../contracts/page-store.ts";
import { inventBook } from "../invented-book.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { bookState, countingHasher, expectWhole, fetchAll, invented, open, page, SIZES } from "./invented-folder.ts";

/** What this process has open below a folder, where the system tells. */
function openFilesBelow(folder: string): readonly string[] {
  if (process.platform !== "linux") return [];
  // What listed them is in the list, and closed by now.
  const open = readdirSync("/proc/self/fd", "utf8")
    .map((each) => `/proc/self/fd/${each}`)
    .filter(existsSync);
  return open.map((each) => readlinkSync(each)).filter((path) => path.startsWith(folder));
}

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

  test("ends within a breath when it is told to, lets go of the folder, and looks only at the rest the next time", async () => {
    const folder = temporaryFolder();
    const large = inventBook(Object.fromEntries(Array.from({ length: 40 }, (_, row) => [`${row}.png`, 300_000])));
    for (const image of large.book.images())
      writeFileSync(join(folder, image.path), large.images[image.index] ?? Buffer.alloc(0));
    const leaving = new AbortController();
    let readSince = 0;
    const onChecking = (bytes: number) => {
      if (leaving.signal.aborted) readSince++;
      else if (bytes > 3_000_000) leaving.abort(new Error("told to"));
    };
    const opening = open(folder, { book: large.book, onChecking, signal: leaving.signal });
    await expect(opening).rejects.toThrow("told to");
    expect(readSince).toBe(0);
    expect(openFilesBelow(folder)).toEqual([]);

    const hasher = countingHasher();
    const store = await open(folder, { book: large.book, hasher });
    expect(store.held.isFull).toBe(true);
    expect(hasher.count).toBeLessThan(2 * 35);
    await store.close();
  });

  test("hashes after a power cut what was not synced, and only the rest when that was interrupted", async () => {
    const folder = temporaryFolder();
    const large = inventBook(Object.fromEntries(Array.from({ length: 40 }, (_, row) => [`${row}.png`, 300_000])));
    const unsynced = { book: large.book, makeDurable: async () => false };
    const first = await open(folder, { ...unsynced, boot: "one" });
    for (const each of large.pages.slice(0, -1)) await first.put(each, large.pageBytes(each));
    await first.close();
    const counts: number[] = [];
    for (const bytesMax of [4_000_000, 4_000_000, Number.POSITIVE_INFINITY, 0]) {
      const leaving = new AbortController();
      const onChecking = (bytes: number) => bytes > bytesMax && leaving.abort(new Error("told to"));
      const hasher = countingHasher();
      const opening = open(folder, { ...unsynced, boot: "two", onChecking, signal: leaving.signal, hasher });
      const count = await opening.then(
        async (store) => {
          const { held } = store;
          await store.close();
          return held.count;
        },
        () => 0,
      );
      counts.push(count, hasher.count);
    }
    const [, once = 0, , again = 0, heldThen, rest = 0, heldLater, later] = counts;
    expect([heldThen, heldLater, later]).toEqual([79, 79, 0]);
    // What was under way when it was interrupted is hashed twice.
    expect(once + again + rest).toBeLessThan(79 + 20);
    expect(rest).toBeLessThan(79 - 20);
  });

  test("looks at nothing when it was told to end before, and lets go of the folder", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a.png"), invented.images[0] ?? Buffer.alloc(0));
    const hasher = countingHasher();
    const signal = AbortSignal.abort(new Error("told to"));
    await expect(open(folder, { signal, hasher })).rejects.toThrow("told to");
    expect(hasher.count).toBe(0);
    await (await open(folder)).close();
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
});

describe("FolderStore, opened in a folder with files of its own", () => {
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

  test("refuses a state folder that is a symbolic link", async () => {
    const folder = temporaryFolder();
    symlinkSync(temporaryFolder(), join(folder, ".bookswarm"));
    await expect(open(folder)).rejects.toMatchObject({ name: "DiskFault", code: "in-the-way" });
  });
});

describe("FolderStore, opened to serve", () => {
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
});
