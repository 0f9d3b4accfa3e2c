// Everything from outside has a limit and a plain refusal.

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { PATHS } from "../../shared/tracker-api/http.ts";
import { MESSAGE_BYTES_MAX } from "../../shared/tracker-api/limits.ts";
import { LIMITS, limitsOf } from "../../tracker-worker/limits.ts";
import { attachmentOf } from "../../tracker-worker/repository/attachment.ts";
import { makeBook, type TestBook } from "./support/books.ts";
import {
  alarmOf,
  begin,
  connect,
  fireAlarm,
  newSecret,
  passTime,
  publish,
  putSlice,
  register,
  repositoryOf,
  request,
  type TestReader,
  type Variables,
} from "./support/tracker.ts";

const changed = new Set<string>();

/** Sets a variable of the Worker for objects that start from now on. */
function setVariable(name: keyof Env, value: string): void {
  Reflect.set(env, name, value);
  changed.add(name);
}

afterEach(() => {
  for (const name of changed) Reflect.deleteProperty(env, name);
  Reflect.set(env, "DIALS_PER_MINUTE", "0");
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

  it("that only wait to register are bounded with them, from however many addresses they come", async () => {
    setVariable("READERS_PER_BOOK", "1");
    const book = await publish();
    // One, and the spare ones with which a known reader may come back.
    for (let socket = 0; socket < 101; socket++) await connect(book, `198.51.100.${socket}`);
    await expect(connect(book, "203.0.113.1")).rejects.toThrow("book-full");
  });

  it("that were told to go and hold on are bounded, too, in hibernation as well, and make room as they go", async () => {
    setVariable("READERS_PER_ADDRESS", "1");
    const book = await publish();
    const open = async () => {
      const headers = { Upgrade: "websocket", "CF-Connecting-IP": "198.51.100.9" };
      const response = await request(PATHS.readers(book.bookId), { headers });
      // Half open: it does not close when it is closed.
      response.webSocket?.accept({ allowHalfOpen: true });
      return response.webSocket ?? codeOf(response);
    };
    const opened: (WebSocket | string)[] = [];
    for (let times = 0; times < 2; times++) {
      for (let socket = 0; socket < 101; socket++) opened.push(await open());
      await passTime(book, 30_000);
      await fireAlarm(book);
    }
    expect(opened).not.toContain("book-full");
    expect(await open()).toBe("book-full");
    await passTime(book, 1_000);
    expect(await open()).toBe("book-full");
    expect(await alarmOf(book)).toBeNull();
    const [first] = opened;
    if (typeof first === "object") first.close();
    await vi.waitFor(async () => expect(await open()).toBeTypeOf("object"), 20_000);
  });

  it("that leave in order are held no longer, however many come and go", async () => {
    setVariable("READERS_PER_ADDRESS", "1");
    const book = await publish();
    for (let times = 0; times < 210; times++) {
      const { reader } = await register(book);
      reader.say({ flag: "DRG" });
      await reader.end();
    }
    expect((await register(book)).readers).toBe(1);
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
  it("with an opening longer than two lines can be are refused", async () => {
    const { bookId } = makeBook();
    const body = new Uint8Array(300_000);
    expect((await request(PATHS.book(bookId), { method: "PUT", body })).status).toBe(413);
  });
});

/** Meets a limit that is set to `least`, and gives the refusal's code, or says what came of it instead. */
interface Meeting {
  readonly least: number;
  readonly meet: (owner: Variables) => Promise<string>;
}

/** What the tracker says as a socket ends. */
async function lastWordsOf(reader: TestReader): Promise<string> {
  const { code } = await reader.next("NAY");
  expect((await reader.end()).reason).toBe(code);
  return code;
}

async function codeOf(response: Response): Promise<string> {
  return (await response.json<{ code: string }>()).code;
}

async function secondReaderOf(book: TestBook): Promise<string> {
  await register(book);
  return register(book).then(
    () => "taken",
    (error: Error) => (error.message.includes("4503") ? "book-full" : error.message),
  );
}

/** How often an accused reader hears a heartbeat of its own while others report it. */
async function challengesAfter(reporters: number, reportsEach: number): Promise<number> {
  const book = await publish();
  const accused = [await register(book), await register(book)];
  for (let at = 0; at < reporters; at++) {
    const { reader } = await register(book);
    for (let report = 0; report < reportsEach; report++) {
      const { readerId } = accused[report % accused.length] ?? accused[0] ?? { readerId: "" as never };
      reader.say({ flag: "ERR", readerId, reason: "no-answer" });
      await reader.next("RCV");
    }
  }
  for (const { reader } of accused) {
    reader.say({ flag: "LST" });
    await reader.next("LST");
  }
  return accused.flatMap(({ reader }) => reader.heard).filter(({ flag }) => flag === "HBT").length;
}

/** One for each row of the table: a limit without its test does not compile. */
const MEETINGS: Readonly<Record<keyof typeof LIMITS, Meeting>> = {
  MESSAGE_BYTES: {
    least: 512,
    meet: async () => {
      const { reader } = await register(await publish());
      reader.say(JSON.stringify({ flag: "LST", pad: "x".repeat(500) }));
      return lastWordsOf(reader);
    },
  },
  MESSAGES_PER_SECOND: {
    least: 1,
    meet: async () => {
      const { reader } = await register(await publish());
      for (let message = 0; message < 30; message++) reader.say({ flag: "LST" });
      return lastWordsOf(reader);
    },
  },
  REQUESTS_PER_MINUTE: {
    least: 1,
    meet: async (owner) => {
      const ask = () => request("/health", { headers: { "CF-Connecting-IP": "203.0.113.1" } }, owner);
      expect((await ask()).status).toBe(200);
      return codeOf(await ask());
    },
  },
  REGISTRATIONS_PER_MINUTE: {
    least: 1,
    meet: async (owner) => {
      const { bookId } = await publish();
      const headers = { Upgrade: "websocket", "CF-Connecting-IP": "203.0.113.2" };
      expect((await request(PATHS.readers(bookId), { headers }, owner)).status).toBe(101);
      return codeOf(await request(PATHS.readers(bookId), { headers }, owner));
    },
  },
  SEARCHES_PER_MINUTE: {
    least: 1,
    meet: async (owner) => {
      const ask = (path: string) => request(path, { headers: { "CF-Connecting-IP": "203.0.113.3" } }, owner);
      expect((await ask("/books?query=birds")).status).toBe(200);
      expect((await ask("/books")).status).toBe(200);
      return codeOf(await ask("/books?query=maps"));
    },
  },
  READERS_PER_BOOK: { least: 1, meet: async () => secondReaderOf(await publish()) },
  READERS_PER_ADDRESS: { least: 1, meet: async () => secondReaderOf(await publish()) },
  REPORTS_PER_MINUTE: {
    least: 1,
    // One report each is heeded, so the second one of the two readers is not.
    meet: async () => ((await challengesAfter(1, 2)) === 1 ? LIMITS.REPORTS_PER_MINUTE.refusal : "heeded"),
  },
  CHALLENGES_PER_MINUTE: {
    least: 1,
    meet: async () => ((await challengesAfter(3, 2)) === 2 ? LIMITS.CHALLENGES_PER_MINUTE.refusal : "heeded"),
  },
  DIALS_PER_MINUTE: {
    least: 0,
    meet: async () => {
      const book = await publish();
      await register(book, { address: "127.0.0.1", port: 1 });
      const dialled = await runInDurableObject(repositoryOf(book.bookId), (_, ctx) =>
        ctx
          .getWebSockets()
          .map(attachmentOf)
          .some((seat) => seat?.state === "registered" && seat.reader.reach),
      );
      return dialled ? "dialled" : LIMITS.DIALS_PER_MINUTE.refusal;
    },
  },
  BOOKS: {
    least: 1,
    meet: async () => {
      await begin(makeBook()).catch(() => undefined);
      const book = makeBook();
      return codeOf(await request(PATHS.book(book.bookId), { method: "PUT", body: book.opening }));
    },
  },
  DESCRIPTOR_BYTES: {
    least: 1_024,
    meet: async (owner) => {
      const book = makeBook({ pages: 14_000 });
      return codeOf(await request(PATHS.book(book.bookId), { method: "PUT", body: book.opening }, owner));
    },
  },
};

describe("the limit", () => {
  for (const [name, { least, meet }] of Object.entries(MEETINGS) as [keyof typeof LIMITS, Meeting][]) {
    it(`${name} is met as the table says: ${LIMITS[name].refusal}`, async () => {
      setVariable(name, String(least));
      expect(await meet({ OPEN_PUBLISHING: "1", [name]: String(least) })).toBe(LIMITS[name].refusal);
    });
  }

  it("REPORTS_PER_MINUTE holds for an address, too, which has ten times as many, whatever ids it makes up", async () => {
    setVariable("REPORTS_PER_MINUTE", "1");
    const book = await publish();
    const accused: Awaited<ReturnType<typeof register>>[] = [];
    for (let at = 0; at < 13; at++) accused.push(await register(book, { address: `192.0.2.${at + 10}` }));
    for (const { readerId } of accused) {
      const { reader } = await register(book, { address: "198.51.100.66" });
      reader.say({ flag: "ERR", readerId, reason: "no-answer" });
      await reader.next("RCV");
    }
    const honest = await register(book, { address: "192.0.2.9" });
    honest.reader.say({ flag: "ERR", readerId: accused[12]?.readerId ?? honest.readerId, reason: "no-answer" });
    await honest.reader.next("RCV");
    await accused[12]?.reader.next("HBT");
    const beaten = accused.map(({ reader }) => reader.heard.some(({ flag }) => flag === "HBT"));
    expect(beaten).toEqual(accused.map((_, at) => at < 10));
  });

  it("SEARCHES_PER_MINUTE holds for lists without words, too, of which there may be five times as many", async () => {
    const owner = { SEARCHES_PER_MINUTE: "1" };
    const ask = (path: string) => request(path, { headers: { "CF-Connecting-IP": "203.0.113.4" } }, owner);
    for (const path of ["/books", "/", "/books?query=%20", "/books?sort=name", "/live?sort=size"]) {
      expect([path, (await ask(path)).status]).toEqual([path, 200]);
    }
    expect(await codeOf(await ask("/books"))).toBe("too-many");
    expect((await ask("/books?query=birds")).status).toBe(200);
    expect((await request("/books", {}, owner)).status).toBe(200);
  });

  it("BOOKS counts no upload that has expired, also when its book never said so", async () => {
    setVariable("BOOKS", "1");
    const catalog = env.CATALOG.getByName("a catalog of one book");
    const entry = () => {
      const { bookId, name, pages } = makeBook();
      return { bookId, name, images: 1, pages, bytes: 700 };
    };
    const [first, second] = [entry(), entry()];
    expect([await catalog.reserve(first), await catalog.reserve(second)]).toEqual([true, false]);
    expect(await catalog.reserve(first)).toBe(true);
    await runInDurableObject(catalog, (_, { storage }) => void storage.sql.exec("UPDATE books SET begunAt = 0"));
    expect(await catalog.reserve(second)).toBe(true);
    expect((await catalog.totals()).uploads).toBe(1);
  });

  it("DESCRIPTOR_BYTES counts every byte: what only the last slice shows is refused with it", async () => {
    const book = makeBook({ pages: 100, name: "Every byte" });
    setVariable("DESCRIPTOR_BYTES", String(book.descriptor.length - 1));
    await begin(book);
    expect(await codeOf(await putSlice(book, 0))).toBe("too-large");
    setVariable("DESCRIPTOR_BYTES", String(book.descriptor.length));
    const other = makeBook({ pages: 100, name: "Every bite" });
    expect(other.descriptor.length).toBe(book.descriptor.length);
    await begin(other);
    expect((await putSlice(other, 0)).status).toBe(200);
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
