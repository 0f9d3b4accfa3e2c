// Everything from outside has a limit and a plain refusal.

import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { PATHS } from "../../shared/tracker-api/http.ts";
import { MESSAGE_BYTES_MAX } from "../../shared/tracker-api/limits.ts";
import { limitsOf } from "../../tracker-worker/limits.ts";
import { makeBook } from "./support/books.ts";
import { begin, connect, newSecret, publish, register, request } from "./support/tracker.ts";

const changed = new Set<string>();

/** Sets a variable of the Worker for objects that start from now on. */
function setVariable(name: keyof Env, value: string): void {
  Reflect.set(env, name, value);
  changed.add(name);
}

afterEach(() => {
  for (const name of changed) Reflect.deleteProperty(env, name);
  changed.clear();
});

describe("a message", () => {
  for (const [what, message, code] of [
    ["that is not JSON", "{", "bad-message"],
    ["that is no object", "[]", "bad-message"],
    ["with an unknown flag", '{"flag":"HEY"}', "bad-message"],
    ["with a field too few", '{"flag":"PRG"}', "bad-message"],
    ["in binary", new ArrayBuffer(3), "bad-message"],
    ["that is too long", JSON.stringify({ flag: "LST", pad: "x".repeat(MESSAGE_BYTES_MAX) }), "too-large"],
  ] as const) {
    it(`${what} ends the socket with the refusal ${code}`, async () => {
      const book = await publish();
      const { reader } = await register(book);
      reader.say(message);
      expect(await reader.next("NAY")).toMatchObject({ code });
      expect((await reader.end()).reason).toBe(code);
      expect((await register(book)).readers).toBe(1);
    });
  }

  it("before registering ends the socket", async () => {
    const reader = await connect(await publish());
    reader.say({ flag: "LST" });
    expect(await reader.end()).toEqual({ code: 4409, reason: "out-of-turn" });
  });

  it("too many, faster than the limit, ends the socket", async () => {
    const { reader } = await register(await publish());
    for (let message = 0; message < 60; message++) reader.say({ flag: "LST" });
    expect(await reader.end()).toEqual({ code: 4429, reason: "too-many" });
  });
});

describe("readers", () => {
  it("above the book's limit are refused, and a reader that is known may come back", async () => {
    setVariable("READERS_PER_BOOK", "2");
    const book = await publish();
    const secret = newSecret();
    await register(book, { secret });
    await register(book);
    await expect(register(book)).rejects.toThrow("4503");
    expect((await register(book, { secret })).readers).toBe(2);
  });

  it("above the limit of one address are refused, and a /64 is one address", async () => {
    setVariable("READERS_PER_ADDRESS", "1");
    const book = await publish();
    await register(book, { address: "2001:db8::1" });
    await expect(register(book, { address: "2001:db8::2" })).rejects.toThrow("4503");
    expect((await register(book, { address: "2001:db8:0:1::1" })).readers).toBe(2);
  });
});

describe("books", () => {
  it("above the catalog's limit are refused before anything is stored", async () => {
    setVariable("BOOKS", "1");
    await begin(makeBook()).catch(() => undefined);
    const book = makeBook();
    const response = await request(PATHS.book(book.bookId), { method: "PUT", body: book.opening });
    expect(response.status).toBe(507);
    expect(await response.json()).toMatchObject({ code: "catalog-full" });
  });

  it("with a descriptor above the limit are refused at their first line", async () => {
    const owner = { OPEN_PUBLISHING: "1", DESCRIPTOR_BYTES: "300000" };
    const [small, large] = [makeBook(), makeBook({ pages: 14_000 })];
    const put = (book: typeof small) => request(PATHS.book(book.bookId), { method: "PUT", body: book.opening }, owner);
    expect((await put(small)).status).toBe(201);
    expect((await put(large)).status).toBe(413);
  });

  it("with an opening longer than two lines can be are refused", async () => {
    const { bookId } = makeBook();
    const body = new Uint8Array(300_000);
    expect((await request(PATHS.book(bookId), { method: "PUT", body })).status).toBe(413);
  });
});

describe("a variable of the owner", () => {
  it("that is no number within its bounds stops the tracker with a sentence", () => {
    expect(() => limitsOf({ READERS_PER_BOOK: "many" })).toThrow(
      'The variable READERS_PER_BOOK is "many", not a number from 1 to 32000',
    );
    expect(() => limitsOf({ HEARTBEAT_SECONDS: "0" })).toThrow("HEARTBEAT_SECONDS");
  });

  it("that is not set leaves the default", () => {
    expect(limitsOf({})).toMatchObject({ READERS_PER_BOOK: 5_000, HEARTBEAT_SECONDS: undefined });
  });
});
