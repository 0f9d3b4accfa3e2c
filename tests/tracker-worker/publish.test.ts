// How a book comes into the catalog, and leaves it.

import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { PAGE_BYTES, SLICE_BYTES } from "../../shared/limits.ts";
import { type BookAnswer, type BookList, PATHS, type UploadAnswer } from "../../shared/tracker-api/http.ts";
import { UPLOAD_LIFETIME_MS } from "../../tracker-worker/domain/upload.ts";
import type { CatalogStub } from "../../tracker-worker/objects.ts";
import { BookStore } from "../../tracker-worker/repository/book-store.ts";
import { Upload } from "../../tracker-worker/repository/upload.ts";
import { bindBook, makeBook } from "./support/books.ts";
import {
  alarmOf,
  answerOf,
  begin,
  catalogWithout,
  fireAlarm,
  publish,
  putSlice,
  register,
  repositoryOf,
  request,
} from "./support/tracker.ts";

const JSON_PLEASE = { headers: { Accept: "application/json" } };
const LARGE = { pages: 14_000 };

async function listed(query: string): Promise<BookList> {
  return answerOf(await request(`/books?query=${encodeURIComponent(query)}`));
}

async function upload(response: Response): Promise<UploadAnswer> {
  return answerOf(response);
}

describe("an upload", () => {
  it("begins with every slice missing, and names the removal secret once", async () => {
    const book = makeBook(LARGE);
    const first = await begin(book);
    expect(first).toMatchObject({ state: "uploading", missing: [0, 1, 2] });
    expect(first.removalSecret).toMatch(/^[0-9a-f]{64}$/);
    expect(await begin(book)).toEqual({ state: "uploading", missing: [0, 1, 2] });
  });

  it("takes slices in any order, and the book is listed only when the last has come", async () => {
    const book = makeBook(LARGE);
    await begin(book);
    expect(await upload(await putSlice(book, 2))).toEqual({ state: "uploading", missing: [0, 1] });
    expect(await upload(await putSlice(book, 0))).toEqual({ state: "uploading", missing: [1] });
    expect((await listed(book.name)).books.length).toBe(0);
    expect((await request(PATHS.book(book.bookId), JSON_PLEASE)).status).toBe(404);
    expect(await upload(await putSlice(book, 1))).toEqual({ state: "complete", missing: [] });
    expect((await listed(book.name)).books.length).toBe(1);
  });

  it("goes on where it was after the object hibernated", async () => {
    const book = makeBook(LARGE);
    await begin(book);
    await putSlice(book, 1);
    await evictDurableObject(repositoryOf(book.bookId));
    expect((await begin(book)).missing).toEqual([0, 2]);
  });

  it("keeps each slice in a row well below the platform's limit", async () => {
    const book = await publish(makeBook(LARGE));
    await runInDurableObject(repositoryOf(book.bookId), (_, ctx) => {
      const sizes = ctx.storage.sql.exec<{ bytes: number }>("SELECT length(bytes) AS bytes FROM slices").toArray();
      expect(sizes.map(({ bytes }) => bytes)).toEqual(book.slices.map((slice) => slice.length));
      expect(Math.max(...sizes.map(({ bytes }) => bytes))).toBe(SLICE_BYTES);
    });
  });

  it("expires a day after it was last begun, and nothing of it remains", async () => {
    const book = makeBook();
    await begin(book);
    expect(await alarmOf(book)).toBeGreaterThan(Date.now() + 23 * 60 * 60 * 1000);
    await runInDurableObject(repositoryOf(book.bookId), (_, ctx) => {
      const record = ctx.storage.kv.get<{ upload: object }>("book");
      ctx.storage.kv.put("book", { ...record, upload: { state: "uploading", expiresAt: Date.now() } });
    });
    await evictDurableObject(repositoryOf(book.bookId));
    await fireAlarm(book);
    expect((await putSlice(book, 0)).status).toBe(404);
    await runInDurableObject(repositoryOf(book.bookId), (_, ctx) => {
      expect([...ctx.storage.kv.list()]).toEqual([]);
    });
  });

  it("is spared by an alarm that comes before its time, and the alarm is set again", async () => {
    const book = makeBook();
    await begin(book);
    await fireAlarm(book);
    expect(await alarmOf(book)).toBeGreaterThan(Date.now());
    expect(await upload(await putSlice(book, 0))).toMatchObject({ state: "complete" });
  });
});

describe("an upload that is resumed while the catalog is told to forget it", () => {
  it("goes on, with its place in the catalog and a day of time", async () => {
    const book = makeBook();
    const [bookLine = "", trackersLine = ""] = book.opening.split("\n");
    const opening = { bookId: book.bookId, bookLine, trackersLine };
    const entry = { bookId: book.bookId, name: book.name, images: 1, pages: book.pages, bytes: 700 };
    await runInDurableObject(repositoryOf(book.bookId), async (_, { storage }) => {
      const told: string[] = [];
      const catalog = {
        reserve: async () => told.push("reserve") > 0,
        forget: async () => {
          await upload.begin(opening, entry, later);
          // What was asked last need not be what arrives last.
          told.push("forget");
        },
      };
      const store = new BookStore(storage);
      const upload = new Upload(store, storage, catalog as unknown as CatalogStub, 1_000_000);
      const { removalSecret } = await upload.begin(opening, entry, Date.now());
      const later = Date.now() + UPLOAD_LIFETIME_MS;
      await upload.expire(later);
      expect(removalSecret).toBeDefined();
      expect(store.record?.upload).toEqual({ state: "uploading", expiresAt: later + UPLOAD_LIFETIME_MS });
      expect(await storage.getAlarm()).toBe(later + UPLOAD_LIFETIME_MS);
      expect(told).toEqual(["reserve", "reserve", "forget", "reserve"]);
    });
  });
});

describe("a slice is refused", () => {
  it("when its bytes are not what the book line says, and it stays missing", async () => {
    const book = makeBook();
    await begin(book);
    const response = await putSlice(book, 0, new Uint8Array(book.slices[0]?.length ?? 0));
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code: "wrong-slice" });
    expect((await begin(book)).missing).toEqual([0]);
  });

  it("when it is short but not the last, even if the book line agrees with it", async () => {
    const { name, pages, descriptor, opening } = makeBook(LARGE);
    const body = new TextDecoder().decode(descriptor.subarray(opening.length));
    const facts = { name, pages, bytes: pages * PAGE_BYTES, trackers: ["https://tracker.example"], body };
    const book = bindBook({ ...facts, sliceBytes: SLICE_BYTES - 1 });
    await begin(book);
    expect((await putSlice(book, 0)).status).toBe(422);
  });

  it("when it is longer than a slice", async () => {
    const book = makeBook();
    await begin(book);
    expect((await putSlice(book, 0, new Uint8Array(SLICE_BYTES + 1))).status).toBe(413);
  });

  it("when the book has no such slice, or no upload has begun", async () => {
    const book = makeBook();
    expect((await putSlice(book, 0)).status).toBe(404);
    await begin(book);
    expect((await putSlice(book, 7, book.slices[0])).status).toBe(404);
  });
});

describe("a descriptor is refused", () => {
  it("at once when its first line has another id, or is no book line", async () => {
    const [book, other] = [makeBook(), makeBook()];
    for (const body of [other.opening, "hello\nworld\n", book.opening.trimEnd(), `${book.opening}\n`]) {
      const response = await request(PATHS.book(book.bookId), { method: "PUT", body });
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ code: "bad-descriptor" });
    }
  });

  it("at the last slice when its lines are not what the book line promises, and it is forgotten", async () => {
    const book = bindBook({ name: "nonsense", pages: 1, bytes: 1, trackers: [], body: "not an image line\n" });
    await begin(book);
    const response = await putSlice(book, 0);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code: "bad-descriptor" });
    expect((await putSlice(book, 0)).status).toBe(404);
    expect((await listed("nonsense")).books.length).toBe(0);
  });
});

describe("a book that is there", () => {
  it("answers with its line, its id and its health", async () => {
    const book = await publish();
    await register(book, { pagesHeld: 3 });
    const answer: BookAnswer = await answerOf(await request(PATHS.book(book.bookId), JSON_PLEASE));
    const { bookId, ...line } = answer;
    expect(bookId).toBe(book.bookId);
    expect(line).toEqual({ ...JSON.parse(book.opening.split("\n")[0] ?? ""), readers: 1, complete: 1 });
  });

  it("is published again with success, changing nothing", async () => {
    const book = await publish();
    expect(await begin(book)).toEqual({ state: "complete", missing: [] });
    expect(await upload(await putSlice(book, 0, new Uint8Array(5)))).toEqual({ state: "complete", missing: [] });
  });

  it("is removed with its removal secret: its readers are told, and it is unknown from then on", async () => {
    const book = await publish();
    const { reader } = await register(book);
    const headers = { Authorization: `Bearer ${book.removalSecret}` };
    expect((await request(PATHS.book(book.bookId), { method: "DELETE", headers })).status).toBe(204);
    expect(await reader.end()).toEqual({ code: 4410, reason: "book-removed" });
    expect((await request(PATHS.book(book.bookId), JSON_PLEASE)).status).toBe(404);
    expect((await listed(book.name)).books.length).toBe(0);
    expect(await alarmOf(book)).toBeNull();
  });

  it("tells its readers of the removal also when the object had hibernated", async () => {
    const book = await publish();
    const { reader } = await register(book);
    await evictDurableObject(repositoryOf(book.bookId));
    const headers = { Authorization: `Bearer ${book.removalSecret}` };
    await request(PATHS.book(book.bookId), { method: "DELETE", headers });
    expect((await reader.end()).reason).toBe("book-removed");
  });

  it("stays when the catalog cannot be told that it goes, and goes when it is tried again", async () => {
    const book = await publish();
    const { reader } = await register(book);
    const headers = { Authorization: `Bearer ${book.removalSecret}` };
    const remove = () => request(PATHS.book(book.bookId), { method: "DELETE", headers });
    await catalogWithout("forget", async () => expect((await remove()).status).toBe(500));
    expect(reader.closed).toBeUndefined();
    expect((await listed(book.name)).books.length).toBe(1);
    expect((await remove()).status).toBe(204);
    expect((await listed(book.name)).books.length).toBe(0);
    expect((await reader.end()).reason).toBe("book-removed");
  });

  it("is listed by a slice that comes again, when the catalog could not be told that it was complete", async () => {
    const book = makeBook();
    await begin(book);
    await catalogWithout("list", async () => expect((await putSlice(book, 0)).status).toBe(500));
    expect((await listed(book.name)).books.length).toBe(0);
    expect(await upload(await putSlice(book, 0))).toEqual({ state: "complete", missing: [] });
    expect((await listed(book.name)).books.length).toBe(1);
  });

  it("can be published anew after it was removed", async () => {
    const book = await publish();
    const headers = { Authorization: `Bearer ${book.removalSecret}` };
    await request(PATHS.book(book.bookId), { method: "DELETE", headers });
    expect((await publish(book)).removalSecret).not.toBe(book.removalSecret);
    expect((await register(book)).readers).toBe(1);
  });
});
