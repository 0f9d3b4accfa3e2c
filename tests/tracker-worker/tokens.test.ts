// Who may publish, read and remove.

import { describe, expect, it } from "vitest";
import { PATHS } from "../../shared/tracker-api/http.ts";
import { makeBook } from "./support/books.ts";
import { publish, request, type Variables } from "./support/tracker.ts";

async function statusOf(method: string, path: string, token: string | undefined, owner: Variables, body?: string) {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return (await request(path, { method, headers, ...(body !== undefined && { body }) }, owner)).status;
}

describe("publishing", () => {
  it("is closed on a tracker whose owner has set nothing", async () => {
    const book = makeBook();
    const response = await request(PATHS.book(book.bookId), { method: "PUT", body: book.opening }, {});
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: "publishing-closed" });
  });

  it("takes the publish token or the admin token, and no other", async () => {
    const owner = { PUBLISH_TOKEN: "p", ADMIN_TOKEN: "a", READ_TOKEN: "r" };
    const book = makeBook();
    const put = (token?: string) => statusOf("PUT", PATHS.book(book.bookId), token, owner, book.opening);
    expect(await put()).toBe(401);
    expect(await put("wrong")).toBe(401);
    expect(await put("r")).toBe(401);
    expect(await put("p")).toBe(201);
    expect(await put("a")).toBe(200);
  });

  it("of slices needs the same token as its beginning", async () => {
    const owner = { PUBLISH_TOKEN: "p" };
    expect(await statusOf("PUT", PATHS.slice(makeBook().bookId, 0), undefined, owner, "x")).toBe(401);
  });

  it("says how to authorise when it is refused", async () => {
    const book = makeBook();
    const owner = { PUBLISH_TOKEN: "p" };
    const response = await request(PATHS.book(book.bookId), { method: "PUT", body: book.opening }, owner);
    expect(response.headers.get("WWW-Authenticate")).toBe('Bearer realm="bookswarm"');
  });
});

describe("reading", () => {
  it("is for everybody unless the owner has set a read token", async () => {
    const { bookId } = await publish();
    for (const path of ["/", "/books", PATHS.book(bookId), PATHS.descriptor(bookId)]) {
      expect(await statusOf("GET", path, undefined, {})).toBe(200);
      expect(await statusOf("GET", path, undefined, { READ_TOKEN: "r" })).toBe(401);
      expect(await statusOf("GET", path, "r", { READ_TOKEN: "r" })).toBe(200);
    }
  });

  it("is open to whoever may publish or administer", async () => {
    const owner = { READ_TOKEN: "r", PUBLISH_TOKEN: "p", ADMIN_TOKEN: "a" };
    expect(await statusOf("GET", "/books", "p", owner)).toBe(200);
    expect(await statusOf("GET", "/books", "a", owner)).toBe(200);
  });

  it("includes registering for a book", async () => {
    const { bookId } = await publish();
    const headers = { Upgrade: "websocket", "CF-Connecting-IP": "192.0.2.1" };
    expect((await request(PATHS.readers(bookId), { headers }, { READ_TOKEN: "r" })).status).toBe(401);
    const authorised = { ...headers, Authorization: "Bearer r" };
    expect((await request(PATHS.readers(bookId), { headers: authorised }, { READ_TOKEN: "r" })).status).toBe(101);
  });

  it("keeps a descriptor that a token protects out of shared caches", async () => {
    const { bookId } = await publish();
    const headers = { Authorization: "Bearer r" };
    const response = await request(PATHS.descriptor(bookId), { headers }, { READ_TOKEN: "r" });
    expect(response.headers.get("Cache-Control")).toMatch(/^private,/);
  });
});

describe("removing", () => {
  it("takes the book's removal secret or the admin token, and no other", async () => {
    const owner = { OPEN_PUBLISHING: "1", PUBLISH_TOKEN: "p", ADMIN_TOKEN: "a" };
    const [one, other] = [await publish(), await publish()];
    const remove = (token?: string) => statusOf("DELETE", PATHS.book(one.bookId), token, owner);
    expect(await remove()).toBe(401);
    expect(await remove("p")).toBe(401);
    expect(await remove(other.removalSecret)).toBe(401);
    expect(await remove("a")).toBe(204);
    expect(await remove("a")).toBe(404);
    expect(await statusOf("DELETE", PATHS.book(other.bookId), other.removalSecret, owner)).toBe(204);
  });
});
