// Who is dialled back, and how often. Nobody answers here, so only the object's own notes tell.

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { PATHS } from "../../shared/tracker-api/http.ts";
import { attachmentOf } from "../../tracker-worker/repository/attachment.ts";
import type { TestBook } from "./support/books.ts";
import {
  dialBack,
  fireAlarm,
  newSecret,
  passTime,
  publish,
  register,
  repositoryOf,
  request,
} from "./support/tracker.ts";

/** Loopback: its refusals come at once, and leave no dial behind when the test is over. */
const NOBODY = { address: "127.0.0.1", port: 1 };

/** A book whose tracker dials so many readers a minute. */
async function bookWithDials(perMinute: number): Promise<TestBook> {
  Reflect.set(env, "DIALS_PER_MINUTE", String(perMinute));
  return publish();
}

/** When each registered reader was last dialled, in the order of their sockets; undefined for one that was not. */
function dialsOf({ bookId }: TestBook): Promise<readonly (number | undefined)[]> {
  return runInDurableObject(repositoryOf(bookId), (_, ctx) =>
    ctx
      .getWebSockets()
      .map(attachmentOf)
      .flatMap((seat) => (seat?.state === "registered" ? [seat.reader.reach?.dialledAt] : [])),
  );
}

const dialledIn = async (book: TestBook) => (await dialsOf(book)).filter((at) => at !== undefined).length;

afterEach(() => {
  Reflect.set(env, "DIALS_PER_MINUTE", "0");
});

describe("a reader", () => {
  it("is dialled when it registers, unless it does not listen", async () => {
    const book = await bookWithDials(9);
    await register(book, { ...NOBODY, port: 0 });
    expect(await dialledIn(book)).toBe(0);
    await register(book, NOBODY);
    expect(await dialledIn(book)).toBe(1);
  });

  it("is not dialled again when it registers again within a minute at the same address and port", async () => {
    const book = await bookWithDials(9);
    const secret = newSecret();
    await register(book, { ...NOBODY, secret });
    const [first] = await dialsOf(book);
    await register(book, { ...NOBODY, secret });
    expect(await dialsOf(book)).toEqual([first]);
    await register(book, { ...NOBODY, secret, port: 2 });
    expect(await dialsOf(book)).not.toEqual([first]);
  });

  it("is dialled where it shows itself over its other family, and in another place there once a minute at most", async () => {
    const book = await bookWithDials(9);
    const secret = newSecret();
    await register(book, { ...NOBODY, secret });
    const show = (address: string) => {
      const init = { method: "POST", headers: { "CF-Connecting-IP": address }, body: JSON.stringify({ secret }) };
      return request(PATHS.addresses(book.bookId), init);
    };
    await passTime(book, 1_000);
    const [first] = await dialsOf(book);
    await show("::1");
    const [second] = await dialsOf(book);
    expect(second).toBeGreaterThan(first ?? Number.NaN);
    for (const address of ["2001:db8::1", "2001:db8::2", "2001:db8::1"]) await show(address);
    expect(await dialsOf(book)).toEqual([second]);
    await passTime(book, 60_000);
    await show("2001:db8::1");
    expect((await dialsOf(book))[0]).toBeGreaterThanOrEqual(second ?? Number.NaN);
  });

  it("is dialled in the next round when there was no room for it", async () => {
    const book = await bookWithDials(1);
    await register(book, NOBODY);
    await register(book, NOBODY);
    expect(await dialledIn(book)).toBe(1);
    await passTime(book, 60_000);
    await fireAlarm(book);
    expect(await dialledIn(book)).toBe(2);
  });

  it("that shows another address while there is no room is dialled there later, though it was reached before", async () => {
    const book = await bookWithDials(1);
    const secret = newSecret();
    const { readerId } = await register(book, { ...NOBODY, secret });
    await dialBack(book, { readerId, port: NOBODY.port }, NOBODY.address);
    const init = { method: "POST", headers: { "CF-Connecting-IP": "::1" }, body: JSON.stringify({ secret }) };
    await request(PATHS.addresses(book.bookId), init);
    await passTime(book, 60_000);
    const [before] = await dialsOf(book);
    await fireAlarm(book);
    expect((await dialsOf(book))[0]).toBeGreaterThan(before ?? Number.POSITIVE_INFINITY);
  });

  it("is dialled whatever a stranger at one address registers, who has a quarter of the dials", async () => {
    const book = await bookWithDials(60);
    for (let times = 0; times < 20; times++) await register(book, NOBODY);
    expect(await dialledIn(book)).toBe(15);
    await register(book, { ...NOBODY, address: "127.0.0.2" });
    expect(await dialledIn(book)).toBe(16);
  });

  it("that was reached stays dialable while the object hibernates", async () => {
    const book = await bookWithDials(0);
    const { readerId } = await register(book);
    await dialBack(book, { readerId }, "192.0.2.1");
    await passTime(book, 5_000);
    const { sublist } = await register(book);
    expect(sublist).toMatchObject([{ readerId, dialable: true }]);
  });
});

describe("a report", () => {
  it("has the accused dialled, whenever that was done before", async () => {
    const book = await bookWithDials(9);
    const accused = await register(book, NOBODY);
    await passTime(book, 5_000);
    const [before] = await dialsOf(book);
    const { reader } = await register(book);
    reader.say({ flag: "ERR", readerId: accused.readerId, reason: "no-connection" });
    await reader.next("RCV");
    expect((await dialsOf(book))[0]).toBeGreaterThan(before ?? Number.POSITIVE_INFINITY);
  });
});
