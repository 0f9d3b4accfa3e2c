// The catalog: lists, searches, and hears from the repositories how their books fare.

import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { BookList } from "../../shared/tracker-api/http.ts";
import type { Catalog } from "../../tracker-worker/catalog/catalog.ts";
import { makeBook, type TestBook } from "./support/books.ts";
import { alarmOf, answerOf, fireAlarm, passTime, publish, register, repositoryOf, request } from "./support/tracker.ts";

async function find(query: string): Promise<BookList> {
  return answerOf(await request(`/books?query=${encodeURIComponent(query)}`));
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
      total: 1,
    });
  });

  it("finds part of a name, whatever its case and accents' spelling, and takes no letter as a pattern", async () => {
    await publish(makeBook({ name: "Été 100% à Ålesund" }));
    for (const query of ["été", "ÉTÉ", "e\u0301te\u0301", "100%", "ÅLE"]) expect((await find(query)).total).toBe(1);
    for (const query of ["100_", "%lesund"]) expect((await find(query)).total).toBe(0);
  });

  it("lists the books with most readers first, and skips those already seen", async () => {
    const [quiet, busy] = [await publish(makeBook({ name: "Order A" })), await publish(makeBook({ name: "Order B" }))];
    await register(busy);
    expect((await find("Order")).books.map(({ bookId }) => bookId)).toEqual([busy.bookId, quiet.bookId]);
    const rest = await answerOf<BookList>(await request("/books?query=Order&from=1"));
    expect(rest.books.map(({ bookId }) => bookId)).toEqual([quiet.bookId]);
    expect(rest.total).toBe(2);
  });

  it("refuses to skip what is no count of books", async () => {
    expect((await request("/books?from=-1")).status).toBe(400);
    expect((await request("/books?from=x")).status).toBe(400);
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
