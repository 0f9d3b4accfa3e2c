// What people see in a browser.

import { expect, it } from "vitest";
import { PATHS } from "../../shared/tracker-api/http.ts";
import { formatBytes, formatCount } from "../../tracker-worker/pages/format.ts";
import { makeBook } from "./support/books.ts";
import { publish, request } from "./support/tracker.ts";

const BROWSER = { headers: { Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" } };

it("a browser that opens a book's link sees its name, its size and the command that gets it", async () => {
  const book = await publish(makeBook({ name: "Herbarium", pages: 5 }));
  const response = await request(PATHS.book(book.bookId), BROWSER);
  expect(response.headers.get("Content-Type")).toMatch(/^text\/html/);
  const page = await response.text();
  expect(page).toContain("<h1>Herbarium</h1>");
  expect(page).toContain("1.28 MB");
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

it("a page runs no script and loads nothing from elsewhere", async () => {
  const { headers } = await request("/", BROWSER);
  expect(headers.get("Content-Security-Policy")).toBe(
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
  expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
});

it("the style sheet comes from the tracker itself", async () => {
  const response = await request("/style.css");
  expect(response.headers.get("Content-Type")).toMatch(/^text\/css/);
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

it("an address where nothing stands is not found", async () => {
  expect((await request("/nothing")).status).toBe(404);
});

it("health is answered without asking anybody", async () => {
  expect(await (await request("/health")).json()).toEqual({ bookswarm: "tracker", version: 1 });
});

it("numbers are shown as people read them", () => {
  expect(formatCount(10_000, "image")).toBe("10,000 images");
  expect(formatCount(1, "reader")).toBe("1 reader");
  expect(formatBytes(999)).toBe("999 bytes");
  expect(formatBytes(1_234_567)).toBe("1.23 MB");
  expect(formatBytes(1_700_000_000_000)).toBe("1.7 TB");
});
