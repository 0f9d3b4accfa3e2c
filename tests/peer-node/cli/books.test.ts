import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BOOK_ID, json, serve } from "../tracker/web-server.ts";
import { emptyFolder, eventsOf, run } from "./command.ts";

const BOOK = { bookId: BOOK_ID, name: "Sea \u001b[31m", images: 1, pages: 2, bytes: 300_000, readers: 3, complete: 1 };

describe("bookswarm books", () => {
  it("lists a tracker's books with their links, for programs and for people", async () => {
    const web = await serve((_, response) => json(response, { books: [BOOK] }));
    const link = `${web.url}/books/${BOOK_ID}`;
    const { pages: _, ...fields } = BOOK;
    expect(eventsOf(await run(["books", "--tracker", web.url, "--json"]))).toEqual([
      { event: "book", ...fields, link },
    ]);
    const { stdout } = await run(["books", "sea"], { BOOKSWARM_TRACKER: web.url });
    expect(stdout).toBe(`Sea \ufffd[31m (1 image, 300 kB; 3 readers, 1 complete)\n  ${link}\n`);
    expect(web.requests).toEqual(["GET /books?query=", "GET /books?query=sea"]);
  });

  it("asks for the order that it was given, and refuses one that no tracker knows", async () => {
    const web = await serve((_, response) => json(response, { books: [] }));
    const { stderr } = await run(["books", "far sea", "--sort", "size", "--tracker", web.url]);
    expect(stderr).toBe('No book\'s name holds the words of "far sea"\n');
    expect(web.requests).toEqual(["GET /books?query=far+sea&sort=size"]);
    expect(await run(["books", "--sort", "colour", "--tracker", web.url])).toMatchObject({ code: 2 });
  });

  it("shows the token from a file or the environment, and never prints it", async () => {
    const shown: unknown[] = [];
    const web = await serve((request, response) => {
      shown.push(request.headers.authorization);
      json(response, { code: "not-authorised", message: "This tracker's books need its read token" }, 401);
    });
    const file = join(await emptyFolder(), "token");
    await writeFile(file, "f11e\n");
    for (const finished of [
      await run(["books", "--tracker", web.url, "--token-file", file, "--verbose"]),
      await run(["books", "--tracker", web.url, "--verbose"], { BOOKSWARM_TOKEN: "e2v" }),
    ]) {
      expect(finished).toMatchObject({ code: 6, stdout: "" });
      expect(finished.stderr).toBe("bookswarm: This tracker's books need its read token\n");
    }
    expect(shown).toEqual(["Bearer f11e", "Bearer e2v"]);
  });

  it("says in one sentence that a tracker does not answer, or is none", async () => {
    const web = await serve((_, response) => response.end("hello"));
    expect(await run(["books", "--tracker", web.url])).toMatchObject({ code: 4 });
    web.server.close();
    web.server.closeAllConnections();
    const { code, stderr } = await run(["books", "--tracker", web.url]);
    expect(code).toBe(4);
    expect(stderr).toMatch(/^bookswarm: http:\/\/127\.0\.0\.1:\d+ cannot be reached: .+\n$/);
  });
});
