// Connect-back: a reader that can be dialled calls one that cannot, and the tracker passes that on.

import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { ReaderId } from "../../shared/ids.ts";
import { CALL_RATE } from "../../tracker-worker/domain/call.ts";
import { CallTraffic } from "../../tracker-worker/repository/call-traffic.ts";
import type { TestBook } from "./support/books.ts";
import { dialBack, publish, register, repositoryOf, type TestReader } from "./support/tracker.ts";

/** Registers a reader whose port answers. */
async function dialable(book: TestBook, address: string) {
  const registered = await register(book, { address });
  await dialBack(book, registered, address);
  return registered;
}

/** Everything that was said to a reader up to now, by a message behind which nothing else can still come. */
async function callsHeard(reader: TestReader): Promise<readonly ReaderId[]> {
  reader.say({ flag: "LST" });
  await reader.next("LST");
  return reader.heard.flatMap((message) => (message.flag === "CAL" ? [message.readerId] : []));
}

describe("a reader that cannot be dialled", () => {
  it("is listed as callable to a reader that can be, and not to another that cannot", async () => {
    const book = await publish();
    const hidden = await register(book, { address: "198.51.100.7" });
    const open = await dialable(book, "192.0.2.1");
    const alsoHidden = await register(book, { address: "203.0.113.5" });
    const seenBy = async ({ reader }: { reader: TestReader }) => {
      reader.say({ flag: "LST" });
      return (await reader.next("LST")).sublist.find(({ readerId }) => readerId === hidden.readerId);
    };
    expect(await seenBy(open)).toMatchObject({ dialable: false, callable: true });
    expect(await seenBy(alsoHidden)).toMatchObject({ dialable: false, callable: false });
  });

  it("is told to dial whoever calls it, at the address where the tracker has reached the caller", async () => {
    const book = await publish();
    const hidden = await register(book, { address: "198.51.100.7", port: 0 });
    const open = await dialable(book, "192.0.2.1");
    open.reader.say({ flag: "CAL", readerId: hidden.readerId });
    expect(await hidden.reader.next("CAL")).toEqual({
      flag: "CAL",
      readerId: open.readerId,
      addresses: [{ host: "192.0.2.1", port: 6000 }],
    });
  });

  it("hears of calls although the object has slept since everybody registered", async () => {
    const book = await publish();
    const hidden = await register(book, { address: "198.51.100.7" });
    const open = await dialable(book, "192.0.2.1");
    await evictDurableObject(repositoryOf(book.bookId));
    open.reader.say({ flag: "CAL", readerId: hidden.readerId });
    expect((await hidden.reader.next("CAL")).readerId).toBe(open.readerId);
  });
});

describe("a call", () => {
  it("of a reader whose own port has not answered is not passed on", async () => {
    const book = await publish();
    const hidden = await register(book, { address: "198.51.100.7" });
    const alsoHidden = await register(book, { address: "203.0.113.5" });
    alsoHidden.reader.say({ flag: "CAL", readerId: hidden.readerId });
    await callsHeard(alsoHidden.reader);
    expect(await callsHeard(hidden.reader)).toEqual([]);
  });

  it("for a reader of another book is not passed on, and ends nothing", async () => {
    const [book, other] = [await publish(), await publish()];
    const stranger = await register(other, { address: "198.51.100.7" });
    const open = await dialable(book, "192.0.2.1");
    open.reader.say({ flag: "CAL", readerId: stranger.readerId });
    expect(await callsHeard(open.reader)).toEqual([]);
    expect(await callsHeard(stranger.reader)).toEqual([]);
  });

  it("is one of a few at a time, for who calls and for who is called, and a second later of one more", () => {
    const [one, two, three, four] = [0, 1, 2, 3].map(() => new WebSocketPair()[0]);
    if (!one || !two || !three || !four) throw new Error("There are four");
    const traffic = new CallTraffic();
    const mayPass = (caller: WebSocket, called: WebSocket, now: number) =>
      traffic.mayPass({ caller, from: "192.0.2.1", called }, now);
    for (let call = 0; call < CALL_RATE.burst; call++) expect(mayPass(one, two, 0)).toBe(true);
    expect(mayPass(one, three, 0)).toBe(false);
    expect(mayPass(four, two, 0)).toBe(false);
    expect(mayPass(four, three, 0)).toBe(true);
    expect(mayPass(one, two, 1_000)).toBe(true);
    expect(mayPass(one, two, 1_000)).toBe(false);
  });

  it("is one of a hundred at a time from one address, on however many sockets", () => {
    const traffic = new CallTraffic();
    const callsOf = (from: string) =>
      Array.from({ length: 150 }, () => {
        const { 0: caller, 1: called } = new WebSocketPair();
        return traffic.mayPass({ caller, from, called }, 0);
      }).filter((passes) => passes).length;
    expect([callsOf("192.0.2.1"), callsOf("192.0.2.2")]).toEqual([100, 100]);
  });
});
