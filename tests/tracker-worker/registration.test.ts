// How a reader comes to a book and leaves it.

import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { fromHex } from "../../shared/hex.ts";
import type { BookId } from "../../shared/ids.ts";
import { PATHS } from "../../shared/tracker-api/http.ts";
import { makeBook, sha256 } from "./support/books.ts";
import {
  alarmOf,
  begin,
  connect,
  dialBack,
  newSecret,
  passTime,
  publish,
  register,
  repositoryOf,
  request,
} from "./support/tracker.ts";

const UPGRADE = { headers: { Upgrade: "websocket", "CF-Connecting-IP": "192.0.2.1" } };

describe("a reader that registers", () => {
  it("is answered with its id, the address it is seen at, the period and the book's health", async () => {
    const secret = newSecret();
    const { reader: _, ...answer } = await register(await publish(), { secret, address: "203.0.113.9", pagesHeld: 3 });
    expect(answer).toEqual({
      readerId: sha256(fromHex(secret)),
      observed: "203.0.113.9",
      heartbeatSeconds: 30,
      readers: 1,
      complete: 1,
      sublist: [],
    });
  });

  it("is seen at its IPv4 address when a dual-stack listener reports it as IPv6", async () => {
    const { observed } = await register(await publish(), { address: "::ffff:192.0.2.44" });
    expect(observed).toBe("192.0.2.44");
  });

  it("is listed under the address it is seen at and the port it names, and as dialable once that port has answered", async () => {
    const book = await publish();
    const { readerId } = await register(book, { address: "198.51.100.7", port: 6001 });
    const addresses = [{ host: "198.51.100.7", port: 6001 }];
    expect((await register(book)).sublist).toEqual([{ readerId, addresses, dialable: false, callable: false }]);
    await dialBack(book, { readerId, port: 6001 }, "198.51.100.7");
    const { sublist } = await register(book);
    expect(sublist.find((entry) => entry.readerId === readerId)).toEqual({
      readerId,
      addresses,
      dialable: true,
      callable: false,
    });
  });

  it("is listed under the private address that it names to whoever is seen at the same address", async () => {
    const book = await publish();
    const privateHosts = ["192.168.1.4", "198.51.100.9"];
    const { readerId } = await register(book, { address: "203.0.113.1", privateHosts });
    for (const [address, host, dialable] of [
      ["203.0.113.1", "192.168.1.4", true],
      ["203.0.113.2", "203.0.113.1", false],
    ] as const) {
      const { sublist } = await register(book, { address, port: 0 });
      const entry = sublist.find((each) => each.readerId === readerId);
      expect(entry).toEqual({ readerId, addresses: [{ host, port: 6000 }], dialable, callable: false });
    }
  });

  it("is listed without an address, as not dialable, when it does not listen", async () => {
    const book = await publish();
    const { readerId } = await register(book, { port: 0 });
    const { sublist } = await register(book);
    expect(sublist).toEqual([{ readerId, addresses: [], dialable: false, callable: false }]);
  });

  it("sets the alarm for the first round", async () => {
    const book = await publish();
    expect(await alarmOf(book)).toBeNull();
    const before = Date.now();
    await register(book);
    expect(await alarmOf(book)).toBeGreaterThanOrEqual(before + 29_000);
  });

  it("replaces its old entry when it registers again: the latest socket wins", async () => {
    const book = await publish();
    const secret = newSecret();
    const old = await register(book, { secret, port: 6001 });
    const anew = await register(book, { secret, port: 6002 });
    expect(await old.reader.end()).toEqual({ code: 4409, reason: "replaced" });
    expect(anew.readers).toBe(1);
    const { sublist } = await register(book);
    expect(sublist.map(({ addresses }) => addresses[0]?.port)).toEqual([6002]);
  });

  it("is known at one address of each family when it registers over both", async () => {
    const book = await publish();
    const secret = newSecret();
    await register(book, { secret, address: "2001:db8::7" });
    await register(book, { secret, address: "192.0.2.7" });
    const { sublist } = await register(book);
    expect(sublist[0]?.addresses.map(({ host }) => host)).toEqual(["192.0.2.7", "2001:db8::7"]);
  });
});

describe("a reader that shows itself from another address", () => {
  const show = ({ bookId }: { bookId: BookId }, address: string, body: unknown) => {
    const headers = { "CF-Connecting-IP": address };
    return request(PATHS.addresses(bookId), { method: "POST", headers, body: JSON.stringify(body) });
  };

  it("is listed there too when it is of the other family and was reached", async () => {
    const book = await publish();
    const secret = newSecret();
    const { readerId } = await register(book, { secret, address: "192.0.2.7" });
    await dialBack(book, { readerId }, "192.0.2.7");
    expect((await show(book, "2001:db8::7", { secret })).status).toBe(204);
    const hostsNow = async () => {
      const { sublist } = await register(book, { port: 0 });
      return sublist.find((entry) => entry.readerId === readerId)?.addresses.map(({ host }) => host);
    };
    expect(await hostsNow()).toEqual(["192.0.2.7"]);
    await dialBack(book, { readerId }, "2001:db8::7");
    expect(await hostsNow()).toEqual(["192.0.2.7", "2001:db8::7"]);
    expect((await show(book, "198.51.100.7", { secret })).status).toBe(204);
    expect(await hostsNow()).toEqual(["192.0.2.7", "2001:db8::7"]);
  });

  it("is refused without a secret, or for a book that is not here", async () => {
    expect((await show(await publish(), "2001:db8::7", { secret: "no" })).status).toBe(400);
    expect((await show(makeBook(), "2001:db8::7", { secret: newSecret() })).status).toBe(404);
  });
});

describe("a reader that leaves", () => {
  it("is gone at once when it deregisters, and is told so before a normal close", async () => {
    const book = await publish();
    const leaving = await register(book);
    const staying = await register(book);
    leaving.reader.say({ flag: "DRG" });
    await leaving.reader.next("DNE");
    expect(await leaving.reader.end()).toEqual({ code: 1000, reason: "deregistered" });
    staying.reader.say({ flag: "LST" });
    expect(await staying.reader.next("LST")).toEqual({ flag: "LST", readers: 1, complete: 0, sublist: [] });
  });

  it("is gone at once when its socket closes, and its close is answered", async () => {
    const book = await publish();
    const { reader } = await register(book);
    reader.socket.close(1000, "bye");
    expect((await reader.end()).code).toBe(1000);
    expect((await register(book)).readers).toBe(1);
  });

  it("takes the alarm with it when it was the last", async () => {
    const book = await publish();
    const { reader } = await register(book);
    await passTime(book, 30_000);
    reader.say({ flag: "DRG" });
    await reader.end();
    expect(await alarmOf(book)).toBeNull();
  });
});

describe("a reader's entry", () => {
  it("survives the hibernation of the object", async () => {
    const book = await publish();
    const { reader, readerId } = await register(book, { pagesHeld: 3 });
    await evictDurableObject(repositoryOf(book.bookId));
    const other = await register(book);
    expect(other.sublist.map((entry) => entry.readerId)).toEqual([readerId]);
    expect(other.complete).toBe(1);
    reader.say({ flag: "LST" });
    expect((await reader.next("LST")).readers).toBe(2);
  });

  it("counts as complete as soon as the reader says that it holds every page", async () => {
    const book = await publish();
    const { reader } = await register(book);
    reader.say({ flag: "PRG", pagesHeld: 3 });
    reader.say({ flag: "LST" });
    expect((await reader.next("LST")).complete).toBe(1);
  });
});

describe("registration is refused", () => {
  it("for a book that nobody published, and the object writes nothing", async () => {
    const { bookId } = makeBook();
    const response = await request(PATHS.readers(bookId), UPGRADE);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: "unknown-book" });
    await runInDurableObject(repositoryOf(bookId), async (_, ctx) => {
      const tables = ctx.storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf\\_%' ESCAPE '\\'");
      expect(tables.toArray()).toEqual([]);
      expect([...ctx.storage.kv.list()]).toEqual([]);
      expect(await ctx.storage.getAlarm()).toBeNull();
    });
  });

  it("for a book whose upload is unfinished", async () => {
    const book = makeBook();
    await begin(book);
    expect((await request(PATHS.readers(book.bookId), UPGRADE)).status).toBe(404);
  });

  it("without an upgrade", async () => {
    const { bookId } = await publish();
    expect((await request(PATHS.readers(bookId))).status).toBe(426);
  });

  it("for a version that the tracker does not speak", async () => {
    const reader = await connect(await publish());
    reader.say({
      flag: "CON",
      version: 2,
      secret: newSecret(),
      port: 0,
      privateHosts: [],
      pagesHeld: 0,
      silent: false,
    });
    expect(await reader.next("NAY")).toMatchObject({ code: "wrong-version" });
    expect(await reader.end()).toEqual({ code: 4400, reason: "wrong-version" });
  });

  it("a second time on the same socket", async () => {
    const { reader } = await register(await publish());
    reader.say({
      flag: "CON",
      version: 1,
      secret: newSecret(),
      port: 0,
      privateHosts: [],
      pagesHeld: 0,
      silent: false,
    });
    expect(await reader.end()).toEqual({ code: 4409, reason: "out-of-turn" });
  });

  it("to a reader that claims more pages than the book has", async () => {
    const reader = await connect(await publish());
    reader.say({
      flag: "CON",
      version: 1,
      secret: newSecret(),
      port: 0,
      privateHosts: [],
      pagesHeld: 4,
      silent: false,
    });
    expect(await reader.end()).toEqual({ code: 4400, reason: "bad-message" });
  });
});
