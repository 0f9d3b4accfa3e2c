// Rounds of heartbeats on real sockets: alarms are fired by hand, and the object hibernates in between.

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { ALIVE_MESSAGE } from "../../shared/tracker-api/codec.ts";
import { alarmOf, connect, fireAlarm, passTime, publish, register, repositoryOf } from "./support/tracker.ts";

describe("a round", () => {
  it("beats every reader and says when the next round comes and how the book fares", async () => {
    const book = await publish();
    const { reader } = await register(book, { pagesHeld: 3 });
    await register(book);
    await fireAlarm(book);
    expect(await reader.next("HBT")).toEqual({ flag: "HBT", heartbeatSeconds: 30, readers: 2, complete: 1 });
  });

  it("keeps the reader that answers and evicts the one that does not", async () => {
    const book = await publish();
    const alive = await register(book);
    const mute = await register(book);
    mute.reader.answers = false;
    await passTime(book, 1_000);
    await fireAlarm(book);
    await alive.reader.next("ALV");
    await passTime(book, 30_000);
    await fireAlarm(book);
    expect(await mute.reader.next("NAY")).toMatchObject({ code: "evicted" });
    expect(await mute.reader.end()).toEqual({ code: 4408, reason: "evicted" });
    expect((await alive.reader.next("HBT")).readers).toBe(2);
    expect((await alive.reader.next("HBT")).readers).toBe(1);
  });

  it("never judges a beat younger than ten seconds, and never repeats it", async () => {
    const book = await publish();
    const { reader } = await register(book);
    reader.answers = false;
    await fireAlarm(book);
    await passTime(book, 9_000);
    await fireAlarm(book);
    reader.say({ flag: "LST" });
    expect((await reader.next("LST")).readers).toBe(1);
    expect(reader.heard.filter(({ flag }) => flag === "HBT")).toHaveLength(1);
  });

  it("does nothing more when the platform runs it twice", async () => {
    const book = await publish();
    const { reader } = await register(book);
    await fireAlarm(book);
    await reader.next("HBT");
    await reader.next("ALV");
    await fireAlarm(book);
    reader.say({ flag: "LST" });
    await reader.next("LST");
    expect(reader.heard).toEqual([]);
  });

  it("comes again within the shortest period while somebody waits to register, however quiet the others are", async () => {
    const book = await publish();
    const { reader } = await register(book);
    for (let round = 0; round < 4; round++) {
      await fireAlarm(book);
      await reader.next("ALV");
      await passTime(book, 120_000);
    }
    await connect(book);
    await fireAlarm(book);
    await reader.next("ALV");
    expect(await alarmOf(book)).toBeLessThanOrEqual(Date.now() + 30_000);
  });

  it("sets the alarm of the next one, and none once nobody is left", async () => {
    const book = await publish();
    const { reader } = await register(book);
    reader.answers = false;
    await passTime(book, 1_000);
    await fireAlarm(book);
    expect(await alarmOf(book)).not.toBeNull();
    await passTime(book, 30_000);
    await fireAlarm(book);
    await reader.end();
    expect(await alarmOf(book)).toBeNull();
  });

  it("closes a socket that never registers", async () => {
    const book = await publish();
    const stranger = await connect(book);
    await passTime(book, 30_000);
    await fireAlarm(book);
    expect(await stranger.end()).toEqual({ code: 4408, reason: "evicted" });
    expect(await alarmOf(book)).toBeNull();
  });

  it("writes no row besides its alarm", async () => {
    const book = await publish();
    await register(book);
    await fireAlarm(book);
    await passTime(book, 30_000);
    await runInDurableObject(repositoryOf(book.bookId), async (instance, ctx) => {
      const changes = () => ctx.storage.sql.exec<{ n: number }>("SELECT total_changes() AS n").one().n;
      const before = changes();
      await instance.alarm();
      expect(changes() - before).toBe(1);
      ctx.storage.kv.put("probe", 1);
      expect(changes() - before).toBe(2);
    });
  });
});

describe("sockets that come and go without registering", () => {
  it("cost one alarm together, and none after its round", async () => {
    const book = await publish();
    const rows = () =>
      runInDurableObject(repositoryOf(book.bookId), (_, { storage }) => {
        return storage.sql.exec<{ n: number }>("SELECT total_changes() AS n").one().n;
      });
    const before = await rows();
    for (let times = 0; times < 5; times++) {
      const stranger = await connect(book);
      stranger.socket.close(1000);
      await stranger.end();
    }
    expect((await rows()) - before).toBe(1);
    await fireAlarm(book);
    expect(await alarmOf(book)).toBeNull();
  });
});

describe("the answer to a heartbeat", () => {
  it("never wakes the object, however often it comes", async () => {
    const book = await publish();
    const { reader } = await register(book);
    let handled = 0;
    await runInDurableObject(repositoryOf(book.bookId), (instance) => {
      const handle = instance.webSocketMessage.bind(instance);
      instance.webSocketMessage = (...message) => {
        handled++;
        return handle(...message);
      };
    });
    for (let answer = 0; answer < 10; answer++) reader.say(ALIVE_MESSAGE);
    for (let answer = 0; answer < 10; answer++) await reader.next("ALV");
    expect(handled).toBe(0);
    // The counter counts: the same answer in another spelling does reach the object, and is understood.
    reader.say('{ "flag": "ALV" }');
    await reader.next("ALV");
    expect(handled).toBe(1);
  });
});

describe("a fixed heartbeat of one second", () => {
  afterEach(() => {
    Reflect.deleteProperty(env, "HEARTBEAT_SECONDS");
  });

  it("lets a reader that answered before and then fell silent go, by the alarm itself", async () => {
    Reflect.set(env, "HEARTBEAT_SECONDS", "1");
    const book = await publish();
    const { reader, heartbeatSeconds } = await register(book);
    expect(heartbeatSeconds).toBe(1);
    await reader.next("HBT");
    await reader.next("ALV");
    reader.answers = false;
    expect(await reader.end()).toEqual({ code: 4408, reason: "evicted" });
  });
});
