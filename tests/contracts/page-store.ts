// What every PageStore promises, whatever it is made of.

import { describe, expect, test } from "vitest";
import { DiskFault, type PageStore, PagesLost, type PutResult } from "../../peer-node/storage/page-store.ts";
import type { Book } from "../../shared/book.ts";
import type { ImageIndex, PageIndex } from "../../shared/ids.ts";
import { type InventedBook, inventBook } from "../peer-node/invented-book.ts";

/** A store of one kind, and how to do it harm. */
export interface StoreUnderTest {
  readonly store: PageStore;
  /** Makes the bytes of an image vanish behind the store's back; what `read` then throws, or the pages lost at once. */
  loseImage(image: ImageIndex): void;
}

const SIZES = { "a.png": 1000, "b.png": 600_000, "c/empty.png": 0, "c/full.png": 256_000, "c/over.png": 256_001 };

/** Runs the contract against stores that `make` makes. */
export function pageStoreContract(kind: string, make: (book: Book) => Promise<StoreUnderTest>): void {
  const invented = inventBook(SIZES);
  const open = async () => (await make(invented.book)).store;
  const page = (number: number) => invented.book.page(number);

  describe(`${kind} as a PageStore`, () => {
    test("holds nothing at first", async () => {
      const store = await open();
      expect(store.book).toBe(invented.book);
      expect(store.held.size).toBe(invented.book.pageCount);
      expect(store.held.isEmpty).toBe(true);
      await store.close();
    });

    test("holds a page from the moment its put settles, and reads it back", async () => {
      const store = await open();
      expect(await store.put(page(2), invented.pageBytes(page(2)))).toEqual({ outcome: "stored" });
      expect([...store.held]).toEqual([2]);
      expect((await readPage(store, page(2))).equals(invented.pageBytes(page(2)))).toBe(true);
      await store.close();
    });

    test("reads any stretch of a page into several targets", async () => {
      const store = await open();
      await store.put(page(1), invented.pageBytes(page(1)));
      const targets = [Buffer.alloc(1), Buffer.alloc(64_000), Buffer.alloc(0), Buffer.alloc(7)];
      await store.read(page(1), 100_000, targets);
      expect(Buffer.concat(targets).equals(invented.pageBytes(page(1)).subarray(100_000, 164_008))).toBe(true);
      await store.close();
    });

    test("names an image when its last page arrives, and only then", async () => {
      const store = await open();
      const outcomes: PutResult[] = [];
      for (const each of [3, 1, 2]) outcomes.push(await store.put(page(each), invented.pageBytes(page(each))));
      expect(outcomes.map((result) => ("image" in result ? result.image : undefined))).toMatchObject([
        undefined,
        undefined,
        { image: 1, path: "b.png", bytes: 600_000 },
      ]);
      await store.close();
    });

    test("stores every page in any order", async () => {
      const store = await open();
      for (const each of invented.pages.toReversed()) await store.put(each, invented.pageBytes(each));
      expect(store.held.isFull).toBe(true);
      for (const each of invented.pages)
        expect((await readPage(store, each)).equals(invented.pageBytes(each))).toBe(true);
      await store.close();
    });

    test("stores every page when all are put at once", async () => {
      const store = await open();
      const results = await Promise.all(invented.pages.map((each) => store.put(each, invented.pageBytes(each))));
      expect(results.filter((result) => "image" in result)).toHaveLength(4);
      expect(store.held.isFull).toBe(true);
      await store.close();
    });

    test("gives the same answer to a page that is put twice at once", async () => {
      const store = await open();
      for (const each of [1, 2]) await store.put(page(each), invented.pageBytes(page(each)));
      const bytes = invented.pageBytes(page(3));
      const results = await Promise.all([store.put(page(3), bytes), store.put(page(3), bytes)]);
      expect(results.map(({ outcome }) => outcome)).toEqual(["stored", "stored"]);
      expect(store.held.count).toBe(3);
      await store.close();
    });

    test("says stored when a held page is put again", async () => {
      const store = await open();
      await store.put(page(1), invented.pageBytes(page(1)));
      expect(await store.put(page(1), invented.pageBytes(page(1)))).toEqual({ outcome: "stored" });
      expect(store.held.count).toBe(1);
      await store.close();
    });

    test("keeps nothing of a page with one wrong bit, too few or too many bytes", async () => {
      const store = await open();
      const right = invented.pageBytes(page(1));
      const wrong = Buffer.from(right);
      wrong[255_999] = (wrong[255_999] ?? 0) ^ 1;
      for (const bytes of [wrong, right.subarray(1), Buffer.concat([right, Buffer.alloc(1)]), Buffer.alloc(0)]) {
        expect(await store.put(page(1), bytes)).toEqual({ outcome: "corrupt" });
      }
      expect(store.held.isEmpty).toBe(true);
      expect(await store.put(page(1), right)).toEqual({ outcome: "stored" });
      await store.close();
    });

    test.each([
      ["of one page", "a.png", [0]],
      ["of several pages", "b.png", [1, 3, 2]],
    ])("refuses an image %s whose SHA-256 is wrong though its pages are right", async (_, path, numbers) => {
      const bad = inventBook(SIZES, [path]);
      const { store } = await make(bad.book);
      const last = numbers.at(-1) ?? 0;
      for (const each of numbers.slice(0, -1)) {
        expect(await store.put(page(each), bad.pageBytes(page(each)))).toEqual({ outcome: "stored" });
      }
      const image = bad.book.imageOf(page(last));
      expect(await store.put(page(last), bad.pageBytes(page(last)))).toEqual({ outcome: "refused", image });
      expect(store.held.isEmpty).toBe(true);
      expect(await store.put(page(last), bad.pageBytes(page(last)))).toEqual({ outcome: "refused", image });
      await store.close();
    });

    test("throws PagesLost for a page that is not held", async () => {
      const store = await open();
      await expect(readPage(store, page(1))).rejects.toMatchObject({ name: "PagesLost", pages: [1] });
      await store.close();
    });

    test("loses every page of an image that vanished, throws PagesLost, and takes them again", async () => {
      const { store, loseImage } = await make(invented.book);
      await putAll(store, invented);
      loseImage(invented.image(1));
      await expect(readPage(store, page(2))).rejects.toBeInstanceOf(PagesLost);
      expect([1, 2, 3].map((each) => store.held.has(page(each)))).toEqual([false, false, false]);
      expect(store.held.count).toBe(invented.pages.length - 3);
      for (const each of [1, 2, 3]) await store.put(page(each), invented.pageBytes(page(each)));
      expect(store.held.isFull).toBe(true);
      expect((await readPage(store, page(2))).equals(invented.pageBytes(page(2)))).toBe(true);
      await store.close();
    });

    test("regains nothing while nothing was lost", async () => {
      const store = await open();
      expect(await store.regain()).toEqual([]);
      await store.close();
    });

    test("may be closed twice, and does nothing afterwards", async () => {
      const store = await open();
      await store.put(page(1), invented.pageBytes(page(1)));
      await Promise.all([store.close(), store.close()]);
      await store.close();
      await expect(store.put(page(2), invented.pageBytes(page(2)))).rejects.toBeInstanceOf(DiskFault);
      await expect(readPage(store, page(1))).rejects.toBeInstanceOf(DiskFault);
    });
  });
}

/** One whole page of a store. */
export async function readPage(store: PageStore, page: PageIndex): Promise<Buffer> {
  const bytes = Buffer.alloc(store.book.pageBytes(page));
  await store.read(page, 0, [bytes]);
  return bytes;
}

/** Puts every page of a book. */
export async function putAll(store: PageStore, invented: InventedBook): Promise<void> {
  for (const page of invented.pages) await store.put(page, invented.pageBytes(page));
}
