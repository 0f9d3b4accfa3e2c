import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { adoptSource, type ByteSource, connectSource } from "../../../peer-node/transport/byte-source.ts";
import { REST_MS, SHORT_READ_BYTES } from "../../../peer-node/transport/limits.ts";
import { connectTo, portOf } from "./sockets.ts";

async function acceptedAndFar(): Promise<{
  readonly accepted: Socket;
  readonly far: Socket;
  readonly closed: Promise<void>;
}> {
  const server = createServer({ pauseOnConnect: true });
  const connection = once(server, "connection") as Promise<[Socket]>;
  const far = await connectTo({ host: "127.0.0.1", port: await portOf(server) });
  const [accepted] = await connection;
  return { accepted, far, closed: new Promise((resolve) => server.close(() => resolve())) };
}

interface Reads {
  readonly texts: readonly string[];
  /** Settles with the first of them, as soon as there is one. */
  readonly first: Promise<string>;
}

/** The texts of all reads to come, of which each, or none, ends inside a frame. Resumes nothing. */
function readsOf(source: ByteSource, endsInsideFrame = false): Reads {
  const texts: string[] = [];
  const first = new Promise<string>((resolve) => {
    source.take = (bytes) => {
      texts.push(Buffer.from(bytes).toString());
      resolve(texts[0] ?? "");
      return endsInsideFrame;
    };
  });
  return { texts, first };
}

/** The text of the next read of a socket that has to be resumed for it. */
async function resumed(source: ByteSource, endsInsideFrame = false): Promise<string> {
  const { first } = readsOf(source, endsInsideFrame);
  source.socket.resume();
  return first;
}

/** Arrived, too: loopback hands over what it is given. */
async function written(far: Socket, text: string): Promise<void> {
  await new Promise((resolve) => far.write(text, resolve));
}

/** Time enough for every event of a socket to be told, were there any. */
async function turnsOfLoop(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
}

describe("adoptSource", () => {
  it("reads an accepted connection without `data` events, and lets its server close", async () => {
    const { accepted, far, closed } = await acceptedAndFar();
    const source = adoptSource(accepted);
    expect(source.socket).not.toBe(accepted);
    far.write("page");
    expect(await resumed(source)).toBe("page");
    await closed;
    source.socket.destroy();
  });

  it("falls back to `data` events where the private handle is not there", async () => {
    const { accepted, far } = await acceptedAndFar();
    const hidden = new Proxy(accepted, {
      get: (socket, name) => {
        const value = name === "_handle" ? undefined : Reflect.get(socket, name);
        return typeof value === "function" ? value.bind(socket) : value;
      },
    });
    const source = adoptSource(hidden);
    expect(source.socket).toBe(hidden);
    far.write("page");
    expect(await resumed(source, true)).toBe("page");
    const { first } = readsOf(source);
    far.write("more");
    expect(await first).toBe("more");
    accepted.destroy();
  });
});

/** The sources of the test that runs. */
const opened: ByteSource[] = [];

async function adopted(): Promise<{ readonly source: ByteSource; readonly far: Socket }> {
  const { accepted, far } = await acceptedAndFar();
  const source = adoptSource(accepted);
  opened.push(source);
  return { source, far };
}

async function connected(): Promise<{ readonly source: ByteSource; readonly far: Socket }> {
  const server = createServer({ noDelay: true });
  const connection = once(server, "connection") as Promise<[Socket]>;
  const source = connectSource({ host: "127.0.0.1", port: await portOf(server) });
  opened.push(source);
  const [far] = await connection;
  // A source that is destroyed with bytes unread resets its connection.
  far.on("error", () => undefined);
  return { source, far };
}

// No `vi.waitFor` and no `vi.waitUntil` below: under these timers both let time pass, and so wake what rests.
describe.each([
  { name: "an accepted", open: adopted },
  { name: "a dialled", open: connected },
])("The bytes of $name connection", ({ open }) => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));

  afterEach(() => {
    for (const { socket } of opened.splice(0)) socket.destroy();
    // All sockets of the process rest together: none may be left at rest for the next test.
    vi.advanceTimersByTime(REST_MS);
    vi.useRealTimers();
  });

  it("wait after a short read inside a frame, and what has come meanwhile is read in one", async () => {
    const { source, far } = await open();
    await written(far, "half a ");
    expect(await resumed(source, true)).toBe("half a ");
    const { texts, first } = readsOf(source);
    await written(far, "page, ");
    await written(far, "and another");
    await turnsOfLoop();
    vi.advanceTimersByTime(REST_MS - 1);
    await turnsOfLoop();
    expect(texts).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(await first).toBe("page, and another");
  });

  it("are read at once after a read that ends with its frame, however short", async () => {
    const { source, far } = await open();
    await written(far, "ask");
    expect(await resumed(source)).toBe("ask");
    const { first } = readsOf(source);
    await written(far, "another ask");
    expect(await first).toBe("another ask");
  });

  it("are read at once after a long read inside a frame", async () => {
    const { source, far } = await open();
    const long = "x".repeat(SHORT_READ_BYTES);
    await written(far, long);
    expect(await resumed(source, true)).toBe(long);
    const { first } = readsOf(source);
    await written(far, "more");
    expect(await first).toBe("more");
  });

  it("wait for one moment with those of every other that rests", async () => {
    const [one, other] = await Promise.all([open(), open()]);
    await written(one.far, "one");
    await resumed(one.source, true);
    vi.advanceTimersByTime(REST_MS - 1);
    await written(other.far, "other");
    await resumed(other.source, true);
    const reads = [one, other].map(({ source }) => readsOf(source));
    await written(one.far, "more of one");
    await written(other.far, "more of other");
    await turnsOfLoop();
    expect(reads.map(({ texts }) => texts)).toEqual([[], []]);
    vi.advanceTimersByTime(1);
    expect(await Promise.all(reads.map(({ first }) => first))).toEqual(["more of one", "more of other"]);
  });

  it("are read at once by whoever resumes a socket that rests", async () => {
    const { source, far } = await open();
    await written(far, "half");
    await resumed(source, true);
    await written(far, "whole");
    expect(await resumed(source)).toBe("whole");
    vi.advanceTimersByTime(REST_MS);
    const { first } = readsOf(source);
    await written(far, "next");
    expect(await first).toBe("next");
  });

  it("are followed by the end of the connection when it rests meanwhile", async () => {
    const { source, far } = await open();
    const closed = once(source.socket, "close");
    await written(far, "half");
    await resumed(source, true);
    far.end();
    await turnsOfLoop();
    vi.advanceTimersByTime(REST_MS);
    await closed;
  });

  it("stay unread, without harm, when the socket is destroyed while it rests", async () => {
    const { source, far } = await open();
    await written(far, "half");
    await resumed(source, true);
    const { texts } = readsOf(source);
    await written(far, "the rest");
    const closed = once(source.socket, "close");
    source.socket.destroy();
    await closed;
    vi.advanceTimersByTime(REST_MS);
    await turnsOfLoop();
    expect(source.socket.destroyed).toBe(true);
    expect(texts).toEqual([]);
  });
});
