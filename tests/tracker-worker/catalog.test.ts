// The catalog: lists, searches, and hears from the repositories how their books fare.

import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { BOOK_SORTS, type BookList, type BookSort } from "../../shared/tracker-api/http.ts";
import type { Catalog } from "../../tracker-worker/catalog/catalog.ts";
import { parsePlace } from "../../tracker-worker/domain/catalog-search.ts";
import { wishOf } from "../../tracker-worker/routes/search.ts";
import { makeBook, type TestBook } from "./support/books.ts";
import {
  alarmOf,
  answerOf,
  catalogWithout,
  fireAlarm,
  passTime,
  publish,
  register,
  repositoryOf,
  request,
} from "./support/tracker.ts";

async function find(query: string, order: { sort?: BookSort } = {}): Promise<BookList> {
  return answerOf(await request(`/books?${new URLSearchParams({ query, ...order })}`));
}

function idsOf({ books }: BookList): readonly string[] {
  return books.map(({ bookId }) => bookId);
}

function inCatalog<Value>(look: (catalog: Catalog, storage: DurableObjectStorage) => Value): Promise<Value> {
  return runInDurableObject<Catalog, Value>(env.CATALOG.getByName("catalog"), (catalog, { storage }) =>
    look(catalog, storage),
  );
}

/** Until what happens next is newer. */
async function aMomentLater(): Promise<void> {
  const now = Date.now();
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(now));
}

async function healthOf(book: TestBook): Promise<unknown> {
  const { books } = await find(book.name);
  return books.map(({ readers, complete }) => ({ readers, complete }))[0];
}

/** A health that no book here has: as long as the catalog shows it, nobody has told it anything. */
const MARK = { readers: 77, complete: 7 };

async function mark({ bookId }: TestBook): Promise<void> {
  await runInDurableObject<Catalog, void>(env.CATALOG.getByName("catalog"), (catalog) => catalog.report(bookId, MARK));
}

describe("the catalog", () => {
  it("lists what a reader must know to choose", async () => {
    const book = await publish(makeBook({ name: "Herbarium" }));
    expect(await find("Herbarium")).toEqual({
      books: [{ bookId: book.bookId, name: "Herbarium", images: 1, pages: 3, bytes: 768_000, readers: 0, complete: 0 }],
    });
  });

  it("finds a name by its words in any order, whatever case and accents, and takes no letter as a pattern", async () => {
    await publish(makeBook({ name: "Été 100% à Ålesund, große Straße" }));
    for (const query of ["été", "ETE", "e\u0301te\u0301", "100%", "aLE  été", "GROSSE strasse", "straße"]) {
      expect((await find(query)).books.length, query).toBe(1);
    }
    for (const query of ["100_", "%lesund", "été oslo"]) expect((await find(query)).books.length, query).toBe(0);
  });

  it("lists the books with most readers first, and of those with as many the newest", async () => {
    const old = await publish(makeBook({ name: "Order A" }));
    const busy = await publish(makeBook({ name: "Order B" }));
    await aMomentLater();
    const fresh = await publish(makeBook({ name: "Order C" }));
    await register(busy);
    expect(idsOf(await find("Order"))).toEqual([busy, fresh, old].map(({ bookId }) => bookId));
  });

  it("sorts by age, name and size, as it is asked", async () => {
    const sizes = { "Sorted b": 3, "Sorted Á": 9, "Sorted c": 5 };
    for (const [name, pages] of Object.entries(sizes)) {
      await publish(makeBook({ name, pages }));
      await aMomentLater();
    }
    const namesBy = async (sort: BookSort) => (await find("sorted", { sort })).books.map(({ name }) => name.at(-1));
    expect(await namesBy("newest")).toEqual(["c", "Á", "b"]);
    expect(await namesBy("name")).toEqual(["Á", "b", "c"]);
    expect(await namesBy("size")).toEqual(["Á", "c", "b"]);
  });

  it.each(BOOK_SORTS)("goes on by %s where the last answer ended, and shows each book once", async (sort) => {
    const word = `paged-${sort}`;
    const published: string[] = [];
    for (const name of ["d.1", "b", "a", "c"])
      published.push((await publish(makeBook({ name: `${word} ${name}` }))).bookId);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const list = await inCatalog((catalog) => catalog.books(wishOf({ query: word, sort, after }, 2)));
      expect(list.books.length).toBe(2);
      seen.push(...idsOf(list));
      after = list.next;
    } while (after !== undefined);
    expect(seen.toSorted()).toEqual(published.toSorted());
    expect(seen).toEqual(idsOf(await find(word, { sort })));
  });

  it("reads two rows more for a part of the list than it shows, wherever in the list that is", async () => {
    for (let at = 0; at < 12; at++) await publish(makeBook({ name: `Row ${at}` }));
    for (const sort of BOOK_SORTS) {
      const read = await inCatalog((catalog, { sql }) => {
        const { next = "" } = catalog.books({ words: [], sort, limit: 4 });
        const exec = vi.spyOn(sql, "exec");
        catalog.books({ words: [], sort, limit: 2, after: parsePlace(next, sort) });
        const [cursor] = exec.mock.results;
        exec.mockRestore();
        return cursor?.value.rowsRead;
      });
      expect(read, sort).toBeLessThanOrEqual(4);
    }
  });

  it("refuses an order that it does not have, and to go on from where no answer ended", async () => {
    for (const fields of ["sort=colour", "after=x", `after=${"b0".repeat(32)}.1`, "sort=name&after=.a"]) {
      expect((await request(`/books?${fields}`)).status, fields).toBe(400);
    }
  });
});

describe("a book's health in the catalog", () => {
  it("is told when the first reader comes, in a round when it changed, and when the last reader goes", async () => {
    const book = await publish();
    const { reader } = await register(book);
    expect(await healthOf(book)).toEqual({ readers: 1, complete: 0 });
    const other = await register(book, { pagesHeld: 3 });
    expect(await healthOf(book)).toEqual({ readers: 1, complete: 0 });
    await passTime(book, 30_000);
    await fireAlarm(book);
    expect(await healthOf(book)).toEqual({ readers: 2, complete: 1 });
    await passTime(book, 30_000);
    for (const leaving of [reader, other.reader]) {
      leaving.say({ flag: "DRG" });
      await leaving.end();
    }
    await vi.waitFor(async () => expect(await healthOf(book)).toEqual({ readers: 0, complete: 0 }));
  });

  it("is told again in the next round when the catalog could not hear, also when the object hibernates meanwhile", async () => {
    const book = await publish();
    await catalogWithout("report", () => register(book));
    expect(await healthOf(book)).toEqual({ readers: 0, complete: 0 });
    expect(await alarmOf(book)).toBeLessThanOrEqual(Date.now() + 30_000);
    await evictDurableObject(repositoryOf(book.bookId));
    await fireAlarm(book);
    expect(await healthOf(book)).toEqual({ readers: 1, complete: 0 });
  });

  it("is told at most once a round, however often readers come and go", async () => {
    const book = await publish();
    const visit = async () => {
      const { reader } = await register(book);
      reader.say({ flag: "DRG" });
      await reader.end();
    };
    await visit();
    expect(await healthOf(book)).toEqual({ readers: 1, complete: 0 });
    await mark(book);
    for (let again = 0; again < 10; again++) await visit();
    expect(await healthOf(book)).toEqual(MARK);
    // Nobody is here, and one alarm is left to say so; then none.
    await evictDurableObject(repositoryOf(book.bookId));
    await fireAlarm(book);
    expect(await healthOf(book)).toEqual({ readers: 0, complete: 0 });
    expect(await alarmOf(book)).toBeNull();
  });

  it("is told of the first reader once, though the object hibernates before the first round", async () => {
    const book = await publish();
    const { reader } = await register(book);
    await mark(book);
    await passTime(book, 30_000);
    await fireAlarm(book);
    await reader.next("HBT");
    expect(await healthOf(book)).toEqual(MARK);
  });

  it("is told no more while rounds change nothing, even if the object hibernates between them", async () => {
    const book = await publish();
    const { reader } = await register(book);
    await fireAlarm(book);
    await reader.next("ALV");
    await mark(book);
    for (let round = 0; round < 3; round++) {
      await passTime(book, 30_000);
      await fireAlarm(book);
      await reader.next("ALV");
    }
    expect(await healthOf(book)).toEqual(MARK);
  });
});
