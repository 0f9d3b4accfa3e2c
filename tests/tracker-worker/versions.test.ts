// Old and new code side by side: for minutes after a deploy, sockets carry what the version before wrote, and readers of
// every age register.

import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { attachmentOf } from "../../tracker-worker/repository/attachment.ts";
import type { TestBook } from "./support/books.ts";
import { alarmOf, fireAlarm, publish, register, repositoryOf } from "./support/tracker.ts";

/** Lets another version of the Worker have written what every socket of a book carries, and wakes the object anew. */
async function rewrite({ bookId }: TestBook, as: (attachment: Record<string, unknown>) => unknown): Promise<void> {
  const stub = repositoryOf(bookId);
  await runInDurableObject(stub, (_, ctx) => {
    for (const socket of ctx.getWebSockets()) {
      socket.serializeAttachment(as(socket.deserializeAttachment() as Record<string, unknown>));
    }
  });
  await evictDurableObject(stub);
}

/** What the version before this one wrote. */
const BEFORE = (readerId: string) => ({
  state: "registered",
  host: "192.0.2.1",
  told: { readers: 1, complete: 0 },
  reader: {
    ...{ readerId, hosts: ["192.0.2.1"], port: 6000, privateHosts: [], pagesHeld: 2, silent: false },
    pulse: { heardAt: Date.now(), pagesAtBeat: 0, quietRounds: 0 },
  },
});

describe("A socket's attachment", () => {
  it("is read as the version before wrote it", async () => {
    const book = await publish();
    const { reader, readerId } = await register(book);
    await rewrite(book, () => BEFORE(readerId));
    reader.say({ flag: "PRG", pagesHeld: 3 });
    const { sublist, complete } = await register(book);
    expect(sublist.map((entry) => entry.readerId)).toEqual([readerId]);
    expect(complete).toBe(1);
    await fireAlarm(book);
    expect(await reader.next("HBT")).toMatchObject({ readers: 2 });
  });

  it("of a socket that was told to go is read without the address that the version before did not write", async () => {
    const book = await publish();
    const { reader } = await register(book);
    await rewrite(book, () => ({ state: "evicted" }));
    expect((await register(book)).readers).toBe(1);
    expect(reader.closed).toBeUndefined();
  });

  it("is read with fields that a newer version has added, at every depth", async () => {
    const book = await publish();
    const { readerId } = await register(book);
    const more = (value: unknown): unknown =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? { ...Object.fromEntries(Object.entries(value).map(([key, field]) => [key, more(field)])), more: { x: 1 } }
        : value;
    await rewrite(book, more);
    expect((await register(book)).sublist.map((entry) => entry.readerId)).toEqual([readerId]);
  });

  it("that nobody understands ends its socket with leave to come back, and no other", async () => {
    const book = await publish();
    const { reader, readerId } = await register(book);
    const other = await register(book);
    await rewrite(book, (attachment) =>
      JSON.stringify(attachment).includes(readerId) ? { state: "seated", in: "another way" } : attachment,
    );
    expect((await register(book)).sublist.map((entry) => entry.readerId)).toEqual([other.readerId]);
    expect(await reader.end()).toEqual({ code: 1012, reason: "the tracker was renewed" });
    other.reader.say({ flag: "LST" });
    expect((await other.reader.next("LST")).readers).toBe(2);
  });

  it("of a reader with all that it can have is far below the platform's 16 KiB", async () => {
    const book = await publish();
    const privateHosts = Array.from({ length: 8 }, (_, at) => `fd00:1111:2222:3333:4444:5555:6666:777${at}`);
    const { reader } = await register(book, { privateHosts, address: "2001:db8:1111:2222:3333:4444:5555:6666" });
    reader.say({ flag: "ERR", readerId: "ab".repeat(32) as never, reason: "no-answer" });
    await reader.next("RCV");
    await fireAlarm(book);
    await runInDurableObject(repositoryOf(book.bookId), (_, ctx) => {
      const [bytes] = ctx.getWebSockets().map((socket) => JSON.stringify(attachmentOf(socket)).length);
      expect(bytes).toBeLessThan(4_096);
    });
  });
});

describe("A message", () => {
  it("with a field that a newer reader has added is understood", async () => {
    const { reader } = await register(await publish());
    reader.say('{"flag":"LST","wish":"near"}');
    expect((await reader.next("LST")).readers).toBe(1);
  });
});

describe("An alarm", () => {
  it("that was lost is set again by the next reader that comes or speaks", async () => {
    const book = await publish();
    const { reader } = await register(book);
    const lose = () => runInDurableObject(repositoryOf(book.bookId), (_, ctx) => ctx.storage.deleteAlarm());
    await lose();
    reader.say({ flag: "LST" });
    await reader.next("LST");
    expect(await alarmOf(book)).not.toBeNull();
    await lose();
    await register(book);
    expect(await alarmOf(book)).not.toBeNull();
  });
});
