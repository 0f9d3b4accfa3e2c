// A report makes the tracker prove the accused, and evicts nobody by itself.

import { env } from "cloudflare:workers";
import { afterEach, expect, it } from "vitest";
import type { ReaderId } from "../../shared/ids.ts";
import { alarmOf, fireAlarm, newSecret, passTime, publish, register, type TestReader } from "./support/tracker.ts";

afterEach(() => {
  Reflect.deleteProperty(env, "REPORTS_PER_MINUTE");
});

it("a report is answered, and the accused gets a heartbeat of its own with a deadline", async () => {
  const book = await publish();
  const reporter = await register(book);
  const accused = await register(book);
  reporter.reader.say({ flag: "ERR", readerId: accused.readerId, reason: "no-answer" });
  expect(await reporter.reader.next("RCV")).toEqual({ flag: "RCV", readerId: accused.readerId });
  expect((await accused.reader.next("HBT")).heartbeatSeconds).toBe(10);
  expect(await alarmOf(book)).toBeLessThanOrEqual(Date.now() + 10_000);
});

it("a report never evicts a reader that answers", async () => {
  const book = await publish();
  const reporter = await register(book);
  const accused = await register(book);
  reporter.reader.say({ flag: "ERR", readerId: accused.readerId, reason: "no-connection" });
  await accused.reader.next("ALV");
  await passTime(book, 10_000);
  await fireAlarm(book);
  reporter.reader.say({ flag: "LST" });
  expect((await reporter.reader.next("LST")).readers).toBe(2);
});

it("an accused reader that does not answer is evicted at the deadline", async () => {
  const book = await publish();
  const reporter = await register(book);
  const accused = await register(book);
  accused.reader.answers = false;
  await passTime(book, 1_000);
  reporter.reader.say({ flag: "ERR", readerId: accused.readerId, reason: "no-answer" });
  await accused.reader.next("HBT");
  await passTime(book, 10_000);
  await fireAlarm(book);
  expect(await accused.reader.end()).toEqual({ code: 4408, reason: "evicted" });
});

it("a reader is made to prove itself once a minute, whoever reports it", async () => {
  const book = await publish();
  const [one, other, accused] = [await register(book), await register(book), await register(book)];
  for (const { reader } of [one, other]) {
    reader.say({ flag: "ERR", readerId: accused.readerId, reason: "no-answer" });
    await reader.next("RCV");
  }
  await accused.reader.next("ALV");
  expect(accused.reader.heard.filter(({ flag }) => flag === "HBT")).toHaveLength(1);
});

it("a report of a reader that is not registered is received and leads to nothing", async () => {
  const book = await publish();
  const { reader } = await register(book);
  const readerId = (await register(await publish())).readerId;
  reader.say({ flag: "ERR", readerId, reason: "no-answer" });
  expect(await reader.next("RCV")).toEqual({ flag: "RCV", readerId });
});

it("registering anew buys neither new reports nor another proof of whoever has given one", async () => {
  Reflect.set(env, "REPORTS_PER_MINUTE", "1");
  const book = await publish();
  const [secret, accusedSecret] = [newSecret(), newSecret()];
  const [first, second] = [await register(book, { secret: accusedSecret }), await register(book)];
  const report = async (reporter: TestReader, readerId: ReaderId) => {
    reporter.say({ flag: "ERR", readerId, reason: "no-answer" });
    await reporter.next("RCV");
  };
  await report((await register(book, { secret })).reader, first.readerId);
  await first.reader.next("HBT");
  await report((await register(book, { secret })).reader, second.readerId);
  const again = await register(book, { secret: accusedSecret });
  await report((await register(book)).reader, again.readerId);
  for (const { reader } of [second, again]) expect(reader.heard.filter(({ flag }) => flag === "HBT")).toEqual([]);
});
