import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatBookLink, parseBookLink, parseTracker } from "../../shared/book-link.ts";
import { parseBookId } from "../../shared/ids.ts";
import { TRACKER_URL_BYTES_MAX } from "../../shared/limits.ts";
import { always } from "./property.ts";

const ID = parseBookId("0123456789abcdef".repeat(4));

describe("A link to a book", () => {
  test("is the tracker's address, /books/ and the book id", () => {
    expect(formatBookLink({ tracker: "https://t.example", bookId: ID })).toBe(`https://t.example/books/${ID}`);
  });

  test.each([
    ["as it was printed", `https://t.example/books/${ID}`, "https://t.example"],
    ["with a slash at its end", `https://t.example/books/${ID}/`, "https://t.example"],
    ["with white space around it", ` \thttps://t.example/books/${ID}\r\n`, "https://t.example"],
    ["with capitals in scheme, host and id", `HTTPS://T.Example/books/${ID.toUpperCase()}`, "https://t.example"],
    ["with a port", `http://127.0.0.1:8787/books/${ID}`, "http://127.0.0.1:8787"],
    ["with the scheme's own port", `https://t.example:443/books/${ID}`, "https://t.example"],
    ["with an IPv6 address", `http://[2001:DB8::1]:8787/books/${ID}`, "http://[2001:db8::1]:8787"],
    ["below a folder of its tracker", `https://t.example/a/b/books/${ID}`, "https://t.example/a/b"],
    [
      "below a folder of its tracker that is called books",
      `https://t.example/books/books/${ID}`,
      "https://t.example/books",
    ],
  ])("is understood %s", (_, text, tracker) => {
    expect(parseBookLink(text)).toEqual({ tracker, bookId: ID });
  });

  test.each([
    ["nothing", ""],
    ["a bare book id", ID],
    ["a tracker alone", "https://t.example"],
    ["a link without a scheme", `t.example/books/${ID}`],
    ["a path", `/books/${ID}`],
    ["another scheme", `ftp://t.example/books/${ID}`],
    ["a script", `javascript://t.example/books/${ID}`],
    ["a file", `file:///books/${ID}`],
    ["a name and a password", `https://me:secret@t.example/books/${ID}`],
    ["a name", `https://me@t.example/books/${ID}`],
    ["a password without a name", `https://:secret@t.example/books/${ID}`],
    ["a query", `https://t.example/books/${ID}?a=b`],
    ["a query before the book", `https://t.example/?a=/books/${ID}`],
    ["a fragment", `https://t.example/books/${ID}#top`],
    ["a fragment before the book", `https://t.example/#/books/${ID}`],
    ["an id that is too short", `https://t.example/books/${ID.slice(1)}`],
    ["an id that is too long", `https://t.example/books/${ID}0`],
    ["an id with another letter", `https://t.example/books/${ID.slice(1)}g`],
    ["more behind the id", `https://t.example/books/${ID}/descriptor`],
    ["two slashes behind the id", `https://t.example/books/${ID}//`],
    ["a host that is none", `https://t .example/books/${ID}`],
    ["a port that is none", `https://t.example:70000/books/${ID}`],
    ["two lines", `https://t.example/\nbooks/${ID}`],
  ])("is never %s", (_, text) => {
    expect(parseBookLink(text)).toBeUndefined();
  });

  test("reads back from what was formatted", () => {
    always(
      fc.property(fc.webUrl(), (url) => {
        const tracker = parseTracker(url);
        if (tracker === undefined) return;
        expect(parseBookLink(formatBookLink({ tracker, bookId: ID }))).toEqual({ tracker, bookId: ID });
      }),
      100,
    );
  });
});

describe("A tracker's address", () => {
  test.each([
    ["HTTP://127.0.0.1:8787/", "http://127.0.0.1:8787"],
    ["https://T.Example", "https://t.example"],
    ["https://t.example///", "https://t.example"],
    ["https://t.example/a/../b/", "https://t.example/b"],
    ["http://t.example:80", "http://t.example"],
    ["https://bücher.example", "https://xn--bcher-kva.example"],
  ])("written as %s is spelt %s", (text, spelt) => {
    expect(parseTracker(text)).toBe(spelt);
  });

  test.each([
    "",
    "t.example",
    "ftp://t.example",
    "https://",
    "https://me@t.example",
    "https://t.example/?a",
    "https://t.example/#a",
    "https://t.example/?",
    "https://t.example/#",
  ])("is never %j", (text) => {
    expect(parseTracker(text)).toBeUndefined();
  });

  test("in its one spelling is spelt as it stands", () => {
    const urls = fc.webUrl({ withQueryParameters: false, withFragments: false });
    always(
      fc.property(
        fc.oneof(
          urls,
          fc.webPath().map((path) => `http://[::1]:8787${path}`),
        ),
        (url) => {
          const spelt = parseTracker(url);
          if (spelt !== undefined) expect(parseTracker(spelt)).toBe(spelt);
        },
      ),
    );
  });

  test("has at most 2,048 bytes, measured in its one spelling", () => {
    const base = "https://t.example/";
    const longest = base + "a".repeat(TRACKER_URL_BYTES_MAX - base.length);
    expect(parseTracker(longest)).toBe(longest);
    expect(parseTracker(`${longest}a`)).toBeUndefined();
    // Each of these characters is spelt with six.
    expect(parseTracker(base + "é".repeat(300))).toBe(base + "%C3%A9".repeat(300));
    expect(parseTracker(base + "é".repeat(400))).toBeUndefined();
  });
});
