import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { TrackerApiClient } from "../../../peer-node/tracker/tracker-api-client.ts";
import { TrackerFault, TrackerRefused } from "../../../peer-node/tracker/tracker-faults.ts";
import { AT_ONCE, BOOK_ID, bodyOf, json, serve } from "./web-server.ts";

const SUMMARY = { bookId: BOOK_ID, name: "Book", images: 1, pages: 1, bytes: 9, readers: 0, complete: 0 };

const collect = async <Value>(values: AsyncIterable<Value>) => {
  const all: Value[] = [];
  for await (const value of values) all.push(value);
  return all;
};

const bytesOf = async (chunks: AsyncIterable<Uint8Array>) => Buffer.concat(await collect(chunks)).toString();

describe("TrackerApiClient, asking", () => {
  it("lists all books of a catalog that answers in parts", async () => {
    const web = await serve((request, response) => {
      const at = Number(new URL(request.url ?? "", "http://x").searchParams.get("after"));
      json(response, { books: [{ ...SUMMARY, pages: at }], ...(at < 2 && { next: String(at + 1) }) });
    });
    const books = await collect(new TrackerApiClient({ tracker: web.url }).books("a&b", { sort: "name" }));
    expect(books.map(({ pages }) => pages)).toEqual([0, 1, 2]);
    expect(web.requests).toEqual(
      ["", "&after=1", "&after=2"].map((after) => `GET /books?query=a%26b&sort=name${after}`),
    );
  });

  it("rebuilds a refusal with its code and its sentence", async () => {
    const web = await serve((_, response) => json(response, { code: "unknown-book", message: "No such book" }, 404));
    const asking = new TrackerApiClient({ tracker: web.url }).book(BOOK_ID);
    await expect(asking).rejects.toThrow(TrackerRefused);
    await expect(asking).rejects.toMatchObject({ code: "unknown-book", message: "No such book" });
  });

  it("takes too many requests for a refusal that passes, also where the platform counts them and gives no reason", async () => {
    const web = await serve((_, response) => response.writeHead(429).end("error code: 1015"));
    const asking = new TrackerApiClient({ tracker: web.url }).book(BOOK_ID);
    await expect(asking).rejects.toBeInstanceOf(TrackerRefused);
    await expect(asking).rejects.toMatchObject({ code: "too-many" });
  });

  it("follows no redirect, and shows its token to nobody behind one", async () => {
    const other = await serve((_, response) => json(response, {}));
    const web = await serve((_, response) => response.writeHead(302, { Location: other.url }).end());
    const client = new TrackerApiClient({ tracker: web.url, credential: { tracker: web.url, token: "t" } });
    await expect(client.book(BOOK_ID)).rejects.toMatchObject({ code: "redirected" });
    expect(other.requests).toEqual([]);
  });

  it.each([
    ["a page for people", (_: unknown, response: import("node:http").ServerResponse) => response.end("<html>")],
    [
      "JSON of another shape",
      (_: unknown, response: import("node:http").ServerResponse) => json(response, { ok: true }),
    ],
    ["a foreign 404", (_: unknown, response: import("node:http").ServerResponse) => response.writeHead(404).end("no")],
    [
      "an answer without end",
      (_: unknown, response: import("node:http").ServerResponse) => {
        const more = () => void response.write(Buffer.alloc(65_536, 32), (error) => error ?? setImmediate(more));
        more();
      },
    ],
  ])("takes what answers with %s for no tracker", async (_, answer) => {
    const web = await serve(answer);
    await expect(new TrackerApiClient({ tracker: web.url }).book(BOOK_ID)).rejects.toMatchObject({
      code: "not-a-tracker",
    });
  });

  it("names the reason when nobody answers", async () => {
    const web = await serve(() => undefined);
    web.server.close();
    await once(web.server, "close");
    const asking = new TrackerApiClient({ tracker: web.url }).book(BOOK_ID);
    await expect(asking).rejects.toMatchObject({
      code: "unreachable",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });

  it("gives up a tracker that goes silent, before its answer or within it", async () => {
    const mute = await serve(() => undefined);
    const halting = await serve((_, response) => void response.write("{"));
    for (const { url } of [mute, halting]) {
      const asking = new TrackerApiClient({ tracker: url, silenceMs: 40 }).book(BOOK_ID);
      await expect(asking).rejects.toMatchObject({ name: "TrackerFault", code: "timed-out" });
    }
  });

  it("ends with the signal's reason when it is given up", async () => {
    const web = await serve(() => undefined);
    const asking = new TrackerApiClient({ tracker: web.url }).book(BOOK_ID, AbortSignal.timeout(20));
    await expect(asking).rejects.toMatchObject({ name: "TimeoutError" });
  });

  it("removes a book with its removal secret rather than with the token", async () => {
    const shown: unknown[] = [];
    const web = await serve((request, response) => {
      shown.push(request.headers.authorization);
      response.writeHead(204).end();
    });
    const client = new TrackerApiClient({ tracker: web.url, credential: { tracker: web.url, token: "admin" } });
    await client.remove(BOOK_ID, "5ec2e7");
    await client.remove(BOOK_ID);
    expect(shown).toEqual(["Bearer 5ec2e7", "Bearer admin"]);
    expect(web.requests).toEqual([`DELETE /books/${BOOK_ID}`, `DELETE /books/${BOOK_ID}`]);
  });
});

describe("TrackerApiClient, fetching a descriptor", () => {
  const TEXT = "0123456789abcdefghij";

  it("goes on with the missing byte when the connection breaks", async () => {
    const ranges: unknown[] = [];
    const web = await serve((request, response) => {
      const { range } = request.headers;
      ranges.push(range);
      const from = Number(/\d+/.exec(range ?? "0")?.[0]);
      response.writeHead(range === undefined ? 200 : 206, { "Content-Length": TEXT.length - from });
      response.write(TEXT.slice(from, from + 8), () => setImmediate(() => response.destroy()));
    });
    const text = await bytesOf(new TrackerApiClient({ tracker: web.url }, AT_ONCE).descriptor(BOOK_ID));
    expect(text).toBe(TEXT);
    expect(ranges).toEqual([undefined, "bytes=8-", "bytes=16-"]);
  });

  it("passes over what it knows when a proxy begins anew", async () => {
    let asked = 0;
    const web = await serve((_, response) => {
      response.writeHead(200, { "Content-Length": TEXT.length });
      if (asked++ > 0) return response.end(TEXT);
      return response.write(TEXT.slice(0, 8), () => setImmediate(() => response.destroy()));
    });
    expect(await bytesOf(new TrackerApiClient({ tracker: web.url }, AT_ONCE).descriptor(BOOK_ID))).toBe(TEXT);
  });

  it("asks again when the tracker is busy, but not for ever", async () => {
    const web = await serve((_, response) => json(response, { code: "tracker-busy", message: "Later" }, 503));
    const fetching = bytesOf(new TrackerApiClient({ tracker: web.url }, AT_ONCE).descriptor(BOOK_ID));
    await expect(fetching).rejects.toMatchObject({ code: "tracker-busy" });
    expect(web.requests.length).toBe(6);
  });

  it("fails at once when the tracker cannot be reached or does not have the book", async () => {
    const web = await serve((_, response) => json(response, { code: "unknown-book", message: "No" }, 404));
    const client = new TrackerApiClient({ tracker: web.url }, AT_ONCE);
    await expect(bytesOf(client.descriptor(BOOK_ID))).rejects.toThrow(TrackerRefused);
    web.server.closeAllConnections();
    web.server.close();
    await expect(bytesOf(client.descriptor(BOOK_ID))).rejects.toThrow(TrackerFault);
    expect(web.requests.length).toBe(1);
  });
});

describe("TrackerApiClient, publishing", () => {
  const slices = [..."abcdefgh"].map((letter) => Uint8Array.from(Buffer.from(letter)));
  const source = {
    bookId: BOOK_ID,
    head: Uint8Array.from(Buffer.from("head\n\n")),
    slice: async (ordinal: number) => slices[ordinal] ?? new Uint8Array(),
  };

  /** A tracker that lacks some slices; every third upload fails at first. */
  async function catalogThatLacks(lacking: readonly number[], removalSecret?: string) {
    const missing = new Set(lacking);
    const stored: Record<number, string> = {};
    let uploads = 0;
    const web = await serve(async (request, response) => {
      const body = (await bodyOf(request)).toString();
      const ordinal = Number(/slices\/(\d+)/.exec(request.url ?? "")?.[1] ?? -1);
      if (ordinal >= 0) {
        if (++uploads % 3 === 0) return json(response, { code: "tracker-busy", message: "Later" }, 503);
        stored[ordinal] = body;
        missing.delete(ordinal);
      }
      const state = missing.size === 0 ? "complete" : "uploading";
      return json(response, {
        state,
        missing: [...missing],
        ...(ordinal < 0 && removalSecret ? { removalSecret } : {}),
      });
    });
    return { web, stored };
  }

  it("sends the slices that the tracker lacks, again where it must, and keeps the removal secret first", async () => {
    const secret = "5e".repeat(32);
    const { web, stored } = await catalogThatLacks([1, 2, 4, 7], secret);
    const kept: unknown[] = [];
    await new TrackerApiClient({ tracker: web.url }, AT_ONCE).publish(source, {
      keepRemovalSecret: async (told) => void kept.push(told, { ...stored }),
    });
    expect(stored).toEqual({ 1: "b", 2: "c", 4: "e", 7: "h" });
    expect(kept).toEqual([secret, {}]);
  });

  it("sends nothing more when the book is there already", async () => {
    const { web } = await catalogThatLacks([]);
    const keepRemovalSecret = async () => {
      throw new Error("There is none");
    };
    await new TrackerApiClient({ tracker: web.url }).publish(source, { keepRemovalSecret });
    expect(web.requests).toEqual([`PUT /books/${BOOK_ID}`]);
  });

  it("waits longer for the answer to what takes a slow line long to send, and no longer for the rest of it", async () => {
    const publish = async (begin: string, rest?: string) => {
      const { url } = await serve(async (_, response) => {
        await wait(120);
        response.write(begin);
        if (rest !== undefined) response.end(rest);
      });
      const long = { ...source, head: new Uint8Array(40_000) };
      const client = new TrackerApiClient({ tracker: url, silenceMs: 40 });
      return client.publish(long, { keepRemovalSecret: async () => undefined });
    };
    await publish('{"state":"complete",', '"missing":[]}');
    await expect(publish("{")).rejects.toMatchObject({ code: "timed-out" });
  });

  it("fails at once when it may not publish", async () => {
    const web = await serve((_, response) => json(response, { code: "publishing-closed", message: "No" }, 403));
    const publishing = new TrackerApiClient({ tracker: web.url }).publish(source, {
      keepRemovalSecret: async () => undefined,
    });
    await expect(publishing).rejects.toMatchObject({ code: "publishing-closed" });
  });
});
