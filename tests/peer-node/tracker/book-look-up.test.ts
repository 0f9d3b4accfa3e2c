import { spawn } from "node:child_process";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { BookLookUp } from "../../../peer-node/tracker/book-look-up.ts";
import { TrackerRefused } from "../../../peer-node/tracker/tracker-faults.ts";
import { BOOK_ID, json, serve } from "./web-server.ts";

const ANSWER = {
  bookswarm: 1,
  pageBytes: 256_000,
  name: "Book",
  images: 1,
  pages: 1,
  bytes: 9,
  index: ["0".repeat(64)],
  bookId: BOOK_ID,
  readers: 2,
  complete: 1,
};

const textOf = async (chunks: AsyncIterable<Uint8Array>) => {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString();
};

describe("BookLookUp", () => {
  it("asks for the book and for its descriptor at once", async () => {
    let book: ServerResponse | undefined;
    const web = await serve((request, response) => {
      // Neither is answered before the other one is asked for.
      if (request.url === `/books/${BOOK_ID}`) book = response;
      else response.end("the descriptor");
      if (book !== undefined && web.requests.length === 2) json(book, ANSWER);
    });
    const asked = new BookLookUp({ tracker: web.url }, BOOK_ID, false);
    expect(await asked.about).toMatchObject({ name: "Book", readers: 2, complete: 1 });
    expect(await textOf(asked.descriptor())).toBe("the descriptor");
    expect(web.requests.toSorted()).toEqual([`GET /books/${BOOK_ID}`, `GET /books/${BOOK_ID}/descriptor`]);
    asked.end();
  });

  it("does not ask for a descriptor that may lie here already before it is read", async () => {
    const web = await serve((request, response) =>
      request.url === `/books/${BOOK_ID}` ? json(response, ANSWER) : response.end("the descriptor"),
    );
    const asked = new BookLookUp({ tracker: web.url }, BOOK_ID, true);
    await asked.about;
    expect(web.requests).toEqual([`GET /books/${BOOK_ID}`]);
    expect(await textOf(asked.descriptor())).toBe("the descriptor");
    asked.end();
  });

  it("is given up for the reason of a signal, also of one that was aborted before", async () => {
    const web = await serve(() => undefined);
    const stopping = new AbortController();
    const asked = new BookLookUp({ tracker: web.url }, BOOK_ID, false);
    asked.stopWith(stopping.signal);
    stopping.abort(new Error("enough"));
    await expect(asked.about).rejects.toThrow("enough");
    await expect(textOf(asked.descriptor())).rejects.toThrow("enough");
    const late = new BookLookUp({ tracker: web.url }, BOOK_ID, false);
    late.stopWith(stopping.signal);
    await expect(late.about).rejects.toThrow("enough");
  });

  it("hangs up on a tracker whose answers nobody waits for any more", async () => {
    const closed: Promise<unknown>[] = [];
    const { promise: bothAsked, resolve } = Promise.withResolvers<void>();
    const web = await serve((_, response) => {
      if (closed.push(once(response, "close")) === 2) resolve();
    });
    const asked = new BookLookUp({ tracker: web.url }, BOOK_ID, false);
    await bothAsked;
    asked.end();
    await Promise.all(closed);
  });

  it("keeps no process alive once it is ended, with a descriptor begun that nobody reads", async () => {
    const web = await serve((request, response) =>
      request.url === `/books/${BOOK_ID}` ? json(response, ANSWER) : response.write("the descriptor"),
    );
    const module = new URL("../../../peer-node/tracker/book-look-up.ts", import.meta.url).href;
    const address = { tracker: web.url, silenceMs: 3_600_000 };
    // The descriptor of the first one has begun to come before that of the second.
    const script = `
      import { BookLookUp } from "${module}";
      const ask = () => new BookLookUp(${JSON.stringify(address)}, "${BOOK_ID}", false);
      const [first, second] = [ask(), ask()];
      await first.about;
      for await (const chunk of second.descriptor()) break;
      first.end();
      second.end();`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "inherit" });
    onTestFinished(() => void child.kill("SIGKILL"));
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it("tells of a refusal whoever looks at the answer, and nobody else", async () => {
    const web = await serve((_, response) => json(response, { code: "unknown-book", message: "No such book" }, 404));
    const unheard = new BookLookUp({ tracker: web.url }, BOOK_ID, false);
    const asked = new BookLookUp({ tracker: web.url }, BOOK_ID, false);
    await expect(asked.about).rejects.toThrow(TrackerRefused);
    await expect(textOf(asked.descriptor())).rejects.toThrow(TrackerRefused);
    unheard.end();
  });
});
