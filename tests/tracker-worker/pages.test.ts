// What people see in a browser.

import { describe, expect, it, onTestFinished, vi } from "vitest";
import { PATHS } from "../../shared/tracker-api/http.ts";
import type { LiveTexts } from "../../tracker-worker/pages/live.tsx";
import { type Publishing, Welcome } from "../../tracker-worker/pages/welcome.tsx";
import { makeBook } from "./support/books.ts";
import { answerOf, publish, register, request } from "./support/tracker.ts";

const BROWSER = { headers: { Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" } };

it("a browser that opens a book's link sees its name, its size and the command that gets it", async () => {
  const book = await publish(makeBook({ name: "Herbarium", pages: 5 }));
  const response = await request(PATHS.book(book.bookId), BROWSER);
  expect(response.headers.get("Content-Type")).toMatch(/^text\/html/);
  const page = await response.text();
  expect(page).toMatch(/<h1[^>]*>Herbarium<\/h1>/);
  expect(page).toContain("<dd>1.3 MB</dd>");
  expect(page).toContain(`bookswarm get https://tracker.test/books/${book.bookId}`);
});

it("a name from a descriptor is text and never markup", async () => {
  const book = await publish(makeBook({ name: `<script>alert("1")</script>&` }));
  for (const path of [PATHS.book(book.bookId), "/?query=script"]) {
    const page = await (await request(path, BROWSER)).text();
    expect(page).not.toContain("<script>");
    expect(page).toContain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;");
  }
});

it("a search is given back as text and never as markup", async () => {
  const page = await (await request(`/?query=${encodeURIComponent('"><b>')}`, BROWSER)).text();
  expect(page).not.toContain("<b>");
  expect(page).toContain('value="&quot;&gt;&lt;b&gt;"');
});

it("a page runs no script but its own, loads nothing from elsewhere and cannot be framed", async () => {
  const { headers } = await request("/", BROWSER);
  const policy = new Map(
    (headers.get("Content-Security-Policy") ?? "").split("; ").map((rule) => rule.split(/ (.*)/s) as [string, string]),
  );
  expect(policy.get("default-src")).toBe("'none'");
  for (const kind of ["script-src", "style-src", "img-src", "connect-src", "form-action"]) {
    expect(policy.get(kind), kind).toBe("'self'");
  }
  expect(policy.get("frame-ancestors")).toBe("'none'");
  expect(policy.get("require-trusted-types-for")).toBe("'script'");
  expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
});

it("a page has no script and no style between its tags", async () => {
  const page = await (await request("/", BROWSER)).text();
  expect(page).not.toMatch(/<style|<script(?![^>]* src=)| style=| on[a-z]+=/);
});

it("whatever a page loads comes from the tracker, under an address that may be kept for ever", async () => {
  const page = await (await request("/", BROWSER)).text();
  const paths = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? "");
  expect(paths.map((path) => path.split("/").at(-1))).toEqual(["icon.svg", "style.css", "script.js"]);
  for (const path of paths) {
    const { status, headers } = await request(path);
    expect([status, headers.get("Cache-Control")]).toEqual([200, "public, max-age=31536000, immutable"]);
  }
});

it("an asset of another version is answered with this one's, and not kept", async () => {
  const response = await request("/assets/0123456789abcdef/style.css");
  expect(response.headers.get("Content-Type")).toMatch(/^text\/css/);
  expect(response.headers.get("Cache-Control")).toBe("no-cache");
  expect((await request("/assets/0123456789abcdef/other.css")).status).toBe(404);
});

describe("the numbers of an open page", () => {
  it("are the texts that the page itself shows", async () => {
    const book = await publish(makeBook({ name: "Live texts" }));
    await register(book);
    const page = await (await request(PATHS.book(book.bookId), BROWSER)).text();
    const texts = await answerOf<LiveTexts>(await request(`/live/${book.bookId}`));
    expect(Object.keys(texts)).toEqual(["readers", "complete", "outlook"]);
    for (const [name, { text, standing }] of Object.entries(texts)) {
      expect(page).toContain(`<span data-live="${name}" data-standing="${standing}">${text}</span>`);
    }
    const list = await answerOf<LiveTexts>(await request("/live?query=live+texts"));
    expect(list).toEqual({ [book.bookId]: { text: "1 reader, 0 complete", standing: "partial" } });
  });

  it("are kept for half a minute, so that many open pages cost one look", async () => {
    const book = await publish();
    const ask = async () => answerOf<LiveTexts>(await request(`/live/${book.bookId}`));
    const first = await request(`/live/${book.bookId}`);
    expect(first.headers.get("Cache-Control")).toBe("public, max-age=30");
    await register(book);
    expect((await ask())["readers"]?.text).toBe("0");
    expect(await (await request(PATHS.book(book.bookId), BROWSER)).text()).toContain(">1</span>");
  });

  it("are kept for the first page of an order, however it is spelt, and for nothing that is worded freely", async () => {
    const book = await publish(makeBook({ name: "Worded freely" }));
    const standing = async (path: string) => (await answerOf<LiveTexts>(await request(path)))[book.bookId]?.text;
    expect(await standing("/live?sort=newest")).toBe("nobody is reading");
    expect(await standing("/live?query=worded")).toBe("nobody is reading");
    await register(book);
    expect(await standing("/live?query=%20%20&sort=newest")).toBe("nobody is reading");
    expect(await standing("/live?query=worded")).toBe("1 reader, 0 complete");
  });

  it("are kept for nobody who may not read", async () => {
    const book = await publish();
    const owner = { READ_TOKEN: "r" };
    const headers = { Authorization: "Bearer r" };
    for (const _ of ["asked", "kept"]) {
      const answer = await request(`/live/${book.bookId}`, { headers }, owner);
      expect(answer.headers.get("Cache-Control")).toBe("private, max-age=30");
    }
    for (const path of [`/live/${book.bookId}`, "/live"]) expect((await request(path, {}, owner)).status).toBe(401);
  });

  it("of a book that is not there are refused, and the refusal is not kept", async () => {
    const book = makeBook();
    expect((await request(`/live/${book.bookId}`)).status).toBe(404);
    await publish(book);
    expect((await request(`/live/${book.bookId}`)).status).toBe(200);
  });
});

it("a refusal is a page for people and JSON for programs", async () => {
  const path = PATHS.book(makeBook().bookId);
  const page = await request(path, BROWSER);
  expect(page.status).toBe(404);
  expect(await page.text()).toContain("This tracker does not have the book.");
  expect(await (await request(path)).json()).toEqual({
    code: "unknown-book",
    message: "This tracker does not have the book",
  });
});

it("a failure of the tracker is a page that says what to do, and nothing of what failed", async () => {
  const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
  onTestFinished(() => said.mockRestore());
  const getByName = () => {
    throw new Error("inner workings");
  };
  const response = await request("/", BROWSER, { CATALOG: { getByName } } as never);
  expect(response.status).toBe(500);
  const page = await response.text();
  expect(page).toContain("<h1>The tracker failed</h1>");
  expect(page).not.toContain("inner workings");
});

it("a tracker for members says to a browser how its books can be had", async () => {
  const response = await request("/", BROWSER, { READ_TOKEN: "r" });
  expect(response.status).toBe(401);
  expect(await response.text()).toContain("bookswarm get, with --token-file");
});

it("an address where nothing stands is not found", async () => {
  expect((await request("/nothing")).status).toBe(404);
});

it("health is answered without asking anybody", async () => {
  expect(await (await request("/health")).json()).toEqual({ bookswarm: "tracker", version: 1 });
});

describe("the list of books", () => {
  it("leads from page to page until each book was shown once, and back to the beginning", async () => {
    for (let at = 0; at < 27; at++) await publish(makeBook({ name: `Leaf ${at}` }));
    const rowsOf = (page: string) => [...page.matchAll(/<li><a [^>]*>(Leaf \d+)<\/a>/g)].map(([, name]) => name);
    const first = await (await request("/?query=leaf&sort=name", BROWSER)).text();
    expect(rowsOf(first).length).toBe(25);
    expect(first).not.toContain("Back to the beginning");
    const [, next = ""] = /<a href="([^"]+)" rel="next">/.exec(first) ?? [];
    const second = await (await request(next.replaceAll("&amp;", "&"), BROWSER)).text();
    expect(new Set([...rowsOf(first), ...rowsOf(second)]).size).toBe(27);
    expect(second).not.toContain('rel="next"');
    expect(second).toContain('<a href="/?query=leaf&amp;sort=name">Back to the beginning</a>');
  });

  it("tells how the first book comes in, by who may publish", () => {
    const page = (publishing: Publishing) => String(Welcome({ tracker: "https://t.example", publishing }));
    expect(page("open")).toContain(">bookswarm publish FOLDER --tracker https://t.example</code>");
    expect(page("token")).toContain("--token-file TOKEN.txt");
    expect(page("closed")).toContain("npx wrangler secret put PUBLISH_TOKEN");
  });
});
