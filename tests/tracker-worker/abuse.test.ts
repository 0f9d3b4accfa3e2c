// What strangers may try on a tracker in the open internet, each in one test: it is refused with a code and a sentence,
// and a reader that was there before notices nothing. What is tried on the command line is tests/end-to-end/abuse.test.ts.

import { listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { PAGE_BYTES, SLICE_BYTES } from "../../shared/limits.ts";
import { PATHS } from "../../shared/tracker-api/http.ts";
import { LIMITS } from "../../tracker-worker/limits.ts";
import { bindBook, makeBook, type TestBook } from "./support/books.ts";
import {
  begin,
  connect,
  dialBack,
  fireAlarm,
  newSecret,
  passTime,
  publish,
  putSlice,
  register,
  repositoryOf,
  request,
  type TestReader,
} from "./support/tracker.ts";

const STRANGER = "198.51.100.66";
const UPGRADE = { Upgrade: "websocket", "CF-Connecting-IP": STRANGER };

/** A published book with an honest reader on it. */
async function bookWithReader(): Promise<{ book: TestBook; bystander: TestReader; readerId: string }> {
  const book = await publish();
  const { reader, readerId } = await register(book, { address: "192.0.2.7", port: 7000 });
  await dialBack(book, { readerId, port: 7000 }, "192.0.2.7");
  return { book, bystander: reader, readerId };
}

/** Still registered, undisturbed, and among so many readers. */
async function noticesNothing(bystander: TestReader, readers: number): Promise<void> {
  bystander.say({ flag: "LST" });
  expect((await bystander.next("LST")).readers).toBe(readers);
  expect(bystander.closed).toBeUndefined();
  expect(bystander.heard.filter(({ flag }) => flag !== "HBT" && flag !== "ALV")).toEqual([]);
}

/** A refusal over HTTP, which is a code and a sentence. */
async function refusalIn(response: Response): Promise<[number, string]> {
  const { code, message } = await response.json<{ code: string; message: string }>();
  expect(message).toMatch(/^[A-Z].{10,}$/);
  return [response.status, code];
}

/** The refusal with which a socket ends. */
async function refusalOn(reader: TestReader): Promise<[number, string]> {
  const { code, message } = await reader.next("NAY");
  expect(message).toMatch(/^[A-Z].{10,}$/);
  const closed = await reader.end();
  expect(closed.reason).toBe(code);
  return [closed.code, code];
}

afterEach(() => {
  for (const name of Object.keys(LIMITS)) if (name !== "DIALS_PER_MINUTE") Reflect.deleteProperty(env, name);
});

describe("A stranger who registers", () => {
  it("a victim's address lists nobody there: the host is the one that was observed, and strangers hear no other", async () => {
    const { book, bystander } = await bookWithReader();
    const { reader } = await register(book, {
      address: STRANGER,
      privateHosts: ["203.0.113.80", "10.0.0.1"],
      port: 80,
    });
    bystander.say({ flag: "LST" });
    const { sublist } = await bystander.next("LST");
    expect(sublist.flatMap(({ addresses }) => addresses)).toEqual([{ host: STRANGER, port: 80 }]);
    expect(sublist.map(({ dialable }) => dialable)).toEqual([false]);
    reader.say(JSON.stringify({ flag: "CON", version: 1, host: "203.0.113.80", secret: newSecret() }));
    expect(await refusalOn(reader)).toEqual([4400, "bad-message"]);
    await noticesNothing(bystander, 1);
  });

  it("under a victim's id gets another one: an id is the hash of a secret", async () => {
    const { book, bystander, readerId } = await bookWithReader();
    const stranger = await register(book, { address: STRANGER, secret: readerId });
    expect(stranger.readerId).not.toBe(readerId);
    await noticesNothing(bystander, 2);
  });

  it("10,000 times from one address wakes the object no oftener than the limit", async () => {
    const { book, bystander } = await bookWithReader();
    const owner = { REGISTRATIONS_PER_MINUTE: "20", REQUESTS_PER_MINUTE: "100000" };
    const headers = { ...UPGRADE, "CF-Connecting-IP": "198.51.100.99" };
    const answers = new Map<number, number>();
    const began = Date.now();
    for (let attempt = 0; attempt < 10_000; attempt++) {
      const { status } = await request(PATHS.readers(book.bookId), { headers }, owner);
      answers.set(status, (answers.get(status) ?? 0) + 1);
    }
    const taken = answers.get(101) ?? 0;
    expect([...answers.keys()].sort()).toEqual([101, 429]);
    // Twenty at once, and one in three seconds for as long as this takes.
    expect(taken).toBeLessThanOrEqual(21 + (Date.now() - began) / 3_000);
    const refused = await request(PATHS.readers(book.bookId), { headers }, owner);
    expect(refused.headers.get("Retry-After")).toMatch(/^\d+$/);
    expect(await refusalIn(refused)).toEqual([429, "too-many"]);
    const other = { ...UPGRADE, "CF-Connecting-IP": "198.51.100.67" };
    expect((await request(PATHS.readers(book.bookId), { headers: other }, owner)).status).toBe(101);
    await noticesNothing(bystander, 1);
  });

  it("never, and only opens sockets, does not fill the book for others, and is gone after a round", async () => {
    Reflect.set(env, "READERS_PER_ADDRESS", "1");
    const { book, bystander } = await bookWithReader();
    // One, and the spare ones with which a known reader may come back.
    for (let socket = 0; socket < 101; socket++) await connect(book, "2001:db8:bad::1");
    await expect(connect(book, "2001:db8:bad::2")).rejects.toThrow("book-full");
    await register(book, { address: "192.0.2.8" });
    await passTime(book, 30_000);
    await fireAlarm(book);
    await noticesNothing(bystander, 2);
    expect((await register(book, { address: "2001:db8:bad::1" })).readers).toBe(3);
  });

  it("for a book that nobody published, or that is half uploaded, is refused, and nothing is written", async () => {
    const [unknown, half] = [makeBook(), makeBook({ pages: 14_000 })];
    await begin(half);
    await putSlice(half, 0);
    for (const { bookId } of [unknown, half]) {
      const answer = await request(PATHS.readers(bookId), { headers: UPGRADE });
      expect(await refusalIn(answer)).toEqual([404, "unknown-book"]);
    }
    const kept = await runInDurableObject(repositoryOf(unknown.bookId), (_, ctx) => [...ctx.storage.kv.list()]);
    expect(kept).toEqual([]);
    expect((await begin(half)).missing).not.toContain(0);
  });
});

describe("A stranger's message", () => {
  it("with private addresses that go on and on is refused, and heartbeats reach whoever comes behind it", async () => {
    const { book, bystander } = await bookWithReader();
    const zone = `fe80::%${"a".repeat(2_000)}`;
    await expect(register(book, { address: STRANGER, privateHosts: [zone] })).rejects.toThrow("4400");
    await passTime(book, 30_000);
    await fireAlarm(book);
    await bystander.next("HBT");
    await noticesNothing(bystander, 1);
  });

  for (const [what, message, refusal] of [
    ["of 1 MB", JSON.stringify({ flag: "LST", pad: "x".repeat(1_000_000) }), [4413, "too-large"]],
    ["in binary", new ArrayBuffer(14), [4400, "bad-message"]],
    ["that is nested 16,000 deep", "[".repeat(16_000), [4400, "bad-message"]],
    ["that reaches for a prototype", '{"flag":"__proto__"}', [4400, "bad-message"]],
    ["whose flag cannot be made a text", '{"flag":{"toString":1}}', [4400, "bad-message"]],
  ] as const) {
    it(`${what} ends the stranger's socket alone`, async () => {
      const { book, bystander } = await bookWithReader();
      const { reader } = await register(book, { address: STRANGER });
      reader.say(message);
      expect(await refusalOn(reader)).toEqual(refusal);
      await noticesNothing(bystander, 1);
    });
  }

  it("LST in a flood ends the stranger's socket, and what is still on its way is not answered", async () => {
    const { book, bystander } = await bookWithReader();
    const { reader } = await register(book, { address: STRANGER });
    for (let message = 0; message < 5_000; message++) reader.say({ flag: "LST" });
    expect(await refusalOn(reader)).toEqual([4429, "too-many"]);
    expect(reader.heard.length).toBeLessThan(100);
    await noticesNothing(bystander, 1);
  });

  it("ERR about a reader that lives changes nothing, however many send it", async () => {
    const { book, bystander, readerId } = await bookWithReader();
    for (let liar = 0; liar < 5; liar++) {
      const { reader } = await register(book, { address: STRANGER });
      for (let report = 0; report < 10; report++)
        reader.say({ flag: "ERR", readerId: readerId as never, reason: "no-answer" });
      await reader.next("RCV");
      reader.say({ flag: "DRG" });
      await reader.end();
    }
    await bystander.next("HBT");
    await bystander.next("ALV");
    expect(bystander.heard).toEqual([]);
    await passTime(book, 10_000);
    await fireAlarm(book);
    const { sublist } = await register(book);
    expect(sublist).toMatchObject([{ readerId, dialable: true }]);
    await noticesNothing(bystander, 2);
  });
});

describe("A publisher's lie", () => {
  it("about the size of the descriptor is refused at the last slice, and the book is forgotten", async () => {
    const lies: Partial<{ pages: number; bytes: number }>[] = [
      { pages: 4, bytes: 4 * PAGE_BYTES },
      { pages: 2, bytes: 2 * PAGE_BYTES },
      { bytes: 3 * PAGE_BYTES - 1 },
    ];
    for (const [at, lie] of lies.entries()) {
      const honest = makeBook({ name: `Lie ${at}` });
      const body = new TextDecoder().decode(honest.slices[0]);
      const truth = { name: honest.name, pages: 3, bytes: 3 * PAGE_BYTES, trackers: [], body };
      const book = bindBook({ ...truth, ...lie });
      await begin(book);
      expect(await refusalIn(await putSlice(book, 0))).toEqual([422, "bad-descriptor"]);
      expect((await putSlice(book, 0)).status).toBe(404);
    }
  });

  it("about the number of its slices leaves it uploading for ever, listed nowhere", async () => {
    const book = makeBook({ pages: 14_000 });
    await begin(book);
    for (const ordinal of book.slices.keys()) if (ordinal > 0) await putSlice(book, ordinal);
    expect((await begin(book)).missing).toEqual([0]);
    const found = await request(`/books?query=${encodeURIComponent(book.name)}`);
    expect((await found.json<{ books: unknown[] }>()).books).toEqual([]);
  });

  it("in a slice is refused, whether it is another one, too long, or none of the book's", async () => {
    const book = makeBook({ pages: 14_000 });
    await begin(book);
    expect(await refusalIn(await putSlice(book, 0, book.slices[1]))).toEqual([422, "wrong-slice"]);
    expect(await refusalIn(await putSlice(book, 0, new Uint8Array(SLICE_BYTES)))).toEqual([422, "wrong-slice"]);
    expect(await refusalIn(await putSlice(book, 0, new Uint8Array(SLICE_BYTES + 1)))).toEqual([413, "too-large"]);
    expect(await refusalIn(await putSlice(book, 99, book.slices[0]))).toEqual([404, "not-found"]);
    expect((await begin(book)).missing).toEqual([...book.slices.keys()]);
  });
});

describe("Without the owner's token", () => {
  const owner = { PUBLISH_TOKEN: "right", READ_TOKEN: "read", ADMIN_TOKEN: "admin" };

  it("or with a wrong one, nobody publishes, removes, reads or registers", async () => {
    const { book, bystander } = await bookWithReader();
    const fresh = makeBook();
    for (const token of [undefined, "wrong", "righ", "rightt", "rea", "read-admin"]) {
      const headers = { ...UPGRADE, ...(token !== undefined && { Authorization: `Bearer ${token}` }) };
      const ask = async (path: string, init: RequestInit = {}) =>
        refusalIn(await request(path, { headers, ...init }, owner));
      const no = [401, "not-authorised"];
      expect(await ask(PATHS.book(fresh.bookId), { method: "PUT", body: fresh.opening })).toEqual(no);
      expect(await ask(PATHS.slice(book.bookId, 0), { method: "PUT", body: "x" })).toEqual(no);
      expect(await ask(PATHS.book(book.bookId), { method: "DELETE" })).toEqual(no);
      for (const path of [PATHS.books, PATHS.descriptor(book.bookId), PATHS.readers(book.bookId)]) {
        expect(await ask(path)).toEqual(no);
      }
    }
    await noticesNothing(bystander, 1);
  });

  it("a tracker without any token set takes no book at all", async () => {
    const fresh = makeBook();
    const answer = await request(PATHS.book(fresh.bookId), { method: "PUT", body: fresh.opening }, {});
    expect(await refusalIn(answer)).toEqual([403, "publishing-closed"]);
  });
});

describe("A page of another origin", () => {
  const foreign = { ...UPGRADE, Origin: "https://evil.example" };

  it("cannot have its visitors' browsers register as readers", async () => {
    const { book, bystander } = await bookWithReader();
    const answer = await request(PATHS.readers(book.bookId), { headers: foreign });
    expect(await refusalIn(answer)).toEqual([403, "foreign-origin"]);
    const opaque = await request(PATHS.readers(book.bookId), { headers: { ...foreign, Origin: "null" } });
    expect(opaque.status).toBe(403);
    await noticesNothing(bystander, 1);
  });

  it("cannot have them publish or remove on a tracker that is open to them", async () => {
    const { book } = await bookWithReader();
    const fresh = makeBook();
    const headers = { Origin: "https://evil.example", Authorization: "Bearer x" };
    for (const [method, path, body] of [
      ["PUT", PATHS.book(fresh.bookId), fresh.opening],
      ["DELETE", PATHS.book(book.bookId), null],
      ["POST", PATHS.addresses(book.bookId), "{}"],
    ] as const) {
      expect(await refusalIn(await request(path, { method, body, headers }))).toEqual([403, "foreign-origin"]);
    }
  });

  it("is told apart from a page of the tracker's own", async () => {
    const { book } = await bookWithReader();
    const own = { ...UPGRADE, Origin: "https://tracker.test" };
    expect((await request(PATHS.readers(book.bookId), { headers: own })).status).toBe(101);
    expect((await request(PATHS.books, { headers: { Origin: "https://evil.example" } })).status).toBe(200);
  });
});

describe("A flood of requests from one address", () => {
  it("is refused before any object wakes, and other addresses are answered", async () => {
    const { bookId } = makeBook();
    const owner = { REQUESTS_PER_MINUTE: "5" };
    const from = (address: string) => request(PATHS.book(bookId), { headers: { "CF-Connecting-IP": address } }, owner);
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 50; attempt++) statuses.push((await from("203.0.113.50")).status);
    expect(statuses.slice(0, 5)).toEqual([404, 404, 404, 404, 404]);
    expect(statuses.filter((status) => status === 404).length).toBeLessThan(10);
    expect((await from("203.0.113.50")).status).toBe(429);
    expect((await from("203.0.113.51")).status).toBe(404);
  });

  it("for books that nobody published makes no object on a machine where each is a file, and books are there", async () => {
    const owner = { ASK_CATALOG_FIRST: "1", OPEN_PUBLISHING: "1" };
    const { bookId } = makeBook();
    for (const [method, path] of [
      ["GET", PATHS.book(bookId)],
      ["GET", PATHS.descriptor(bookId)],
      ["GET", PATHS.readers(bookId)],
      ["GET", `/live/${bookId}`],
      ["PUT", PATHS.slice(bookId, 0)],
      ["DELETE", PATHS.book(bookId)],
      ["POST", PATHS.addresses(bookId)],
    ] as const) {
      const answer = await request(path, { method, headers: { ...UPGRADE, Authorization: "Bearer x" } }, owner);
      expect([path, await refusalIn(answer)]).toEqual([path, [404, "unknown-book"]]);
    }
    const made = (await listDurableObjectIds(env.REPOSITORY)).map(String);
    expect(made).not.toContain(String(env.REPOSITORY.idFromName(bookId)));

    const book = makeBook();
    expect((await request(PATHS.book(book.bookId), { method: "PUT", body: book.opening }, owner)).status).toBe(201);
    const slice = { method: "PUT", body: book.slices[0] ?? null };
    expect((await request(PATHS.slice(book.bookId, 0), slice, owner)).status).toBe(200);
    expect((await request(PATHS.readers(book.bookId), { headers: UPGRADE }, owner)).status).toBe(101);
  });

  it("is refused with a page that is as safe as all others", async () => {
    const owner = { REQUESTS_PER_MINUTE: "1" };
    const headers = { "CF-Connecting-IP": "203.0.113.52", Accept: "text/html" };
    const answers = [await request("/", { headers }, owner), await request("/", { headers }, owner)];
    expect(answers.map(({ status }) => status)).toEqual([200, 429]);
    const [page, refusal] = answers.map((answer) => answer.headers.get("Content-Security-Policy"));
    expect(page).toContain("default-src 'none'");
    expect(refusal).toBe(page);
  });

  it("leaves a school of 200 readers behind one address alone, who all come at once", async () => {
    const { book, bystander } = await bookWithReader();
    const address = "203.0.113.200";
    const ask = (path: string) => request(path, { headers: { "CF-Connecting-IP": address } });
    for (let reader = 0; reader < 200; reader++) {
      expect((await ask(PATHS.book(book.bookId))).status).toBe(200);
      expect((await ask(PATHS.descriptor(book.bookId))).status).toBe(200);
      await register(book, { address, port: 6000 + reader });
    }
    await noticesNothing(bystander, 201);
  });
});
