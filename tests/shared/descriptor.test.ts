// One line at a time: what each must hold, and the one way to spell it.

import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { BookHead } from "../../shared/book.ts";
import {
  bookNameFault,
  formatBookLine,
  formatImageLine,
  formatTrackersLine,
  parseBookLine,
  parseImageLine,
  parseTrackersLine,
} from "../../shared/descriptor.ts";
import { BOOK_LINE_BYTES_MAX, TRACKERS_LINE_BYTES_MAX } from "../../shared/limits.ts";
import { faultOf, imageOf, sha256 } from "./descriptors.ts";
import { always } from "./property.ts";

const DIGEST = sha256("");
const HEAD: BookHead = { name: "Book", images: 2, pages: 3, bytes: 600_000, index: [DIGEST] };
const BOOK_LINE = formatBookLine(HEAD);
const IMAGE_LINE = formatImageLine(imageOf("a/b.png", 256_001));

/** Ways to spell a line that say the same and are not its canonical form. */
const RESPELLINGS: readonly (readonly [string, (line: string) => string])[] = [
  ["a space behind a colon", (line) => line.replace(":", ": ")],
  ["a space at its end", (line) => `${line} `],
  ["a space at its start", (line) => ` ${line}`],
  ["a carriage return at its end", (line) => `${line}\r`],
  ["a byte order mark at its start", (line) => `\ufeff${line}`],
  [
    "its keys in another order",
    (line) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(line)).reverse())),
  ],
  ["one key more", (line) => JSON.stringify({ ...JSON.parse(line), more: 1 })],
  ["one key more, before the others", (line) => line.replace("{", '{"more":1,')],
  ["a key __proto__", (line) => line.replace("{", '{"__proto__":{"polluted":1},')],
  ["a key that stands twice", (line) => line.replace(/^\{("[a-z]+":[^,]+,)/, "{$1$1")],
  ["a key spelt with an escape", (line) => line.replace(/^\{"(.)/, (_, letter: string) => `{"${escapeOf(letter)}`)],
];

function escapeOf(letter: string): string {
  return `\\u00${letter.charCodeAt(0).toString(16)}`;
}

describe("The book line", () => {
  test("reads back as what was written", () => {
    expect(parseBookLine(BOOK_LINE)).toEqual(HEAD);
  });

  test.each(RESPELLINGS)("is refused with %s", (_, respell) => {
    expect(respell(BOOK_LINE)).not.toBe(BOOK_LINE);
    expect(["not-canonical", "not-a-descriptor"]).toContain(faultOf(() => parseBookLine(respell(BOOK_LINE))));
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test.each([
    ["a slash that is escaped", "a/b", "a\\/b"],
    ["a letter that is escaped", "ab", "\\u0061b"],
    ["a letter beyond ASCII that is escaped", "é", "\\u00e9"],
    ["a line feed spelt with four digits", "a\nb", "a\\u000ab"],
    ["upper-case digits in an escape", "a\u001fb", "a\\u001Fb"],
  ])("is refused with %s in its name", (_, name, spelling) => {
    const line = formatBookLine({ ...HEAD, name });
    expect(parseBookLine(line).name).toBe(name);
    const respelt = line.replace(JSON.stringify(name), `"${spelling}"`);
    expect(JSON.parse(respelt)).toEqual(JSON.parse(line));
    expect(faultOf(() => parseBookLine(respelt))).toBe("not-canonical");
  });

  test.each([
    ["1e3", '"images":1e3'],
    ["2.0", '"images":2.0'],
    ["+2", '"images":+2'],
    ["02", '"images":02'],
    ["0x2", '"images":0x2'],
  ])("is refused with the count spelt %s", (_, count) => {
    expect(["not-canonical", "not-a-descriptor", "bad-count"]).toContain(
      faultOf(() => parseBookLine(BOOK_LINE.replace('"images":2', count))),
    );
  });

  test("is refused with a count of -0, which equals 0 and is spelt otherwise", () => {
    const empty = formatBookLine({ ...HEAD, pages: 0, bytes: 0 });
    expect(faultOf(() => parseBookLine(empty))).toBe("none");
    expect(faultOf(() => parseBookLine(empty.replace('"pages":0', '"pages":-0')))).toBe("not-canonical");
  });

  test.each([
    ["a fraction", 2.5],
    ["a negative number", -1],
    ["a number above 2^53", 2 ** 53],
    ["text", "2"],
    ["null", null],
    ["true", true],
    ["a list", [2]],
  ])("is refused with %s for a count", (_, count) => {
    for (const key of ["images", "pages", "bytes"]) {
      expect(faultOf(() => parseBookLine(JSON.stringify({ ...JSON.parse(BOOK_LINE), [key]: count })))).toBe(
        "bad-count",
      );
    }
  });

  test.each([
    ["no images", { images: 0, pages: 0, bytes: 0 }],
    ["fewer pages than its bytes need", { pages: 2 }],
    ["more pages than its images can end", { pages: 6 }],
    ["more pages than bytes", { images: 5, pages: 4, bytes: 3 }],
    ["bytes and no page", { pages: 0, bytes: 1 }],
    ["an index without a slice", { index: [] }],
    ["more slices than the largest descriptor has", { index: Array.from({ length: 1_050 }, () => DIGEST) }],
    ["more images than its slices have room for", { images: 2_400, pages: 2_400, bytes: 2_400 }],
    ["more pages than its slices have room for", { images: 1, pages: 6_400, bytes: 6_400 * 256_000 }],
    ["images without end", { images: 2 ** 52, pages: 0, bytes: 0 }],
    ["pages without end", { pages: 2 ** 45, bytes: 2 ** 53 - 1 }],
  ])("is refused with %s, before memory is set aside", (_, fields) => {
    expect(faultOf(() => parseBookLine(formatBookLine({ ...HEAD, ...fields })))).toBe("bad-count");
  });

  test("has room for exactly as many empty images as fit into its slices", () => {
    // 256,000 bytes hold 2,327 of the shortest lines, 110 bytes each.
    expect(faultOf(() => parseBookLine(formatBookLine({ ...HEAD, images: 2_327, pages: 0, bytes: 0 })))).toBe("none");
    expect(faultOf(() => parseBookLine(formatBookLine({ ...HEAD, images: 2_328, pages: 0, bytes: 0 })))).toBe(
      "bad-count",
    );
  });

  test.each([
    ["a digest in capitals", [DIGEST.toUpperCase()]],
    ["a digest that is too short", [DIGEST.slice(2)]],
    ["a SHA-1", [DIGEST.slice(24)]],
    ["a number for a digest", [7]],
    ["null for a digest", [null]],
  ])("is refused with %s in its index", (_, index) => {
    expect(faultOf(() => parseBookLine(JSON.stringify({ ...JSON.parse(BOOK_LINE), index })))).toBe("not-canonical");
  });

  test.each([
    ["another version", BOOK_LINE.replace('"bookswarm":1', '"bookswarm":2')],
    ["another page size", BOOK_LINE.replace("256000", "262144")],
    ["no JSON", "Book"],
    ["a list", "[]"],
    ["null", "null"],
    ["nothing", ""],
    ["a trackers line", formatTrackersLine([])],
  ])("is not a book line at all with %s", (_, line) => {
    expect(faultOf(() => parseBookLine(line))).toBe("not-a-descriptor");
  });

  test.each([
    ["no name", undefined],
    ["a number for a name", 7],
    ["an empty name", ""],
    ["a name that is not in normal form C", "e\u0301"],
    ["a name with a lone surrogate", "a\ud800"],
    ["a name of 256 bytes", "é".repeat(128)],
  ])("is refused with %s", (_, name) => {
    expect(faultOf(() => parseBookLine(JSON.stringify({ ...JSON.parse(BOOK_LINE), name })))).toBe("bad-name");
  });

  test("is refused when it is longer than its limit", () => {
    expect(faultOf(() => parseBookLine(BOOK_LINE + " ".repeat(BOOK_LINE_BYTES_MAX)))).toBe("too-large");
  });

  test("of the largest index and the longest name is within its limit", () => {
    const index = Array.from({ length: 1_049 }, () => DIGEST);
    const longest = formatBookLine({ ...HEAD, name: "\u0001".repeat(255), index });
    expect(Buffer.byteLength(longest)).toBeLessThanOrEqual(BOOK_LINE_BYTES_MAX);
    expect(faultOf(() => parseBookLine(longest))).toBe("none");
  });
});

describe("A book's name", () => {
  test.each(["a", "Ünïcode", "日本", "😀", ".", "..", "a/b", "a\\b", "con", " ", "\n", "x".repeat(255)])(
    "may be %j, whatever a disk makes of it",
    (name) => {
      expect(bookNameFault(name)).toBeUndefined();
    },
  );
});

describe("The trackers line", () => {
  test("reads back as what was written", () => {
    const trackers = ["https://t.example", "http://[::1]:8787", "https://t.example/below"];
    expect(parseTrackersLine(formatTrackersLine(trackers))).toEqual(trackers);
    expect(parseTrackersLine(formatTrackersLine([]))).toEqual([]);
  });

  test.each(RESPELLINGS.filter(([what]) => what !== "its keys in another order"))(
    "is refused with %s",
    (_, respell) => {
      const line = formatTrackersLine(["https://t.example", "https://u.example"]);
      expect(respell(line)).not.toBe(line);
      expect(faultOf(() => parseTrackersLine(respell(line)))).toBe("not-canonical");
    },
  );

  test("names at most eight trackers", () => {
    const trackers = Array.from({ length: 9 }, (_, at) => `https://t${at}.example`);
    expect(parseTrackersLine(formatTrackersLine(trackers.slice(1)))).toHaveLength(8);
    expect(faultOf(() => parseTrackersLine(formatTrackersLine(trackers)))).toBe("bad-tracker");
  });

  test.each([
    ["with credentials", "https://me:secret@t.example"],
    ["with a query", "https://t.example/?a=b"],
    ["with a fragment", "https://t.example/#a"],
    ["of another scheme", "ftp://t.example"],
    ["that is no URL", "t.example"],
    ["that is longer than 2,048 bytes", `https://t.example/${"a".repeat(2_048)}`],
  ])("is refused with an address %s", (_, address) => {
    expect(faultOf(() => parseTrackersLine(formatTrackersLine([address])))).toBe("bad-tracker");
  });

  test.each([
    ["a slash at its end", "https://t.example/"],
    ["capitals", "https://T.example"],
    ["the scheme's own port", "https://t.example:443"],
    ["a line feed inside", "https://t.exa\nmple"],
    ["white space around it", " https://t.example"],
  ])("is refused with an address that has %s, because an address has one spelling", (_, address) => {
    expect(faultOf(() => parseTrackersLine(formatTrackersLine([address])))).toBe("not-canonical");
  });

  test.each([
    ["no list", '{"trackers":"https://t.example"}'],
    ["null", '{"trackers":null}'],
    ["a number in its list", '{"trackers":[7]}'],
    ["no key", "{}"],
  ])("is refused with %s", (_, line) => {
    expect(faultOf(() => parseTrackersLine(line))).toBe("bad-tracker");
  });

  test("is refused when it is longer than its limit", () => {
    expect(faultOf(() => parseTrackersLine(" ".repeat(TRACKERS_LINE_BYTES_MAX + 1)))).toBe("too-large");
  });

  test("of eight addresses of the longest kind is within its limit", () => {
    const address = `https://t.example/${"a".repeat(2_048 - "https://t.example/".length)}`;
    expect(parseTrackersLine(formatTrackersLine(Array.from({ length: 8 }, () => address)))).toHaveLength(8);
  });
});

describe("An image line", () => {
  test("reads back as what was written, whatever its path and its size", () => {
    const part = fc.string({ unit: "binary", minLength: 1, maxLength: 20 });
    const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/").normalize("NFC"));
    always(
      fc.property(path, fc.nat({ max: 1_000_000 }), (drawn, bytes) => {
        const entry = imageOf(drawn, bytes);
        const line = formatImageLine(entry);
        if (faultOf(() => parseImageLine(line, 3)) !== "bad-path") expect(parseImageLine(line, 3)).toEqual(entry);
      }),
    );
  });

  test("reads back with a path that imitates the line itself", () => {
    const entry = imageOf('","pages":""}', 5);
    expect(parseImageLine(formatImageLine(entry), 3)).toEqual(entry);
  });

  test.each(RESPELLINGS)("is refused with %s", (_, respell) => {
    expect(respell(IMAGE_LINE)).not.toBe(IMAGE_LINE);
    expect(faultOf(() => parseImageLine(respell(IMAGE_LINE), 3))).toBe("not-canonical");
  });

  test.each([
    ["a space before its digests", IMAGE_LINE.replace('"pages":', '"pages": ')],
    ["digests in capitals", IMAGE_LINE.replace(/"pages":".*"/, (text) => text.replaceAll(/[a-f](?=[^"]*"$)/g, "F"))],
    ["half a digit pair", IMAGE_LINE.replace(/."\}$/, '"}')],
    ["digests that are no text", IMAGE_LINE.replace(/"pages":"[^"]*"/, '"pages":7')],
    ["no digests", IMAGE_LINE.replace(/,"pages":"[^"]*"/, "")],
    ["a SHA-256 in capitals", IMAGE_LINE.replace(/"sha256":"[^"]*"/, `"sha256":"${DIGEST.toUpperCase()}"`)],
    ["a SHA-256 that is too short", IMAGE_LINE.replace(/"sha256":"[^"]*"/, '"sha256":"00"')],
    ["a SHA-256 that is no text", IMAGE_LINE.replace(/"sha256":"[^"]*"/, '"sha256":[]')],
    ["a second object behind it", `${IMAGE_LINE}${IMAGE_LINE}`],
    ["its last brace missing", IMAGE_LINE.slice(0, -1)],
    ["no JSON", "a/b.png"],
    ["a list", "[]"],
    ["nothing", ""],
    ["a size of -0", formatImageLine(imageOf("a", 0)).replace(":0,", ":-0,")],
    ["a size of 0.0", formatImageLine(imageOf("a", 0)).replace(":0,", ":0.0,")],
    ["a size of 0e0", formatImageLine(imageOf("a", 0)).replace(":0,", ":0e0,")],
  ])("is refused with %s", (_, line) => {
    expect(line).not.toBe(IMAGE_LINE);
    expect(faultOf(() => parseImageLine(line, 3))).toBe("not-canonical");
  });

  test.each([
    ["a fraction", 256_001.5],
    ["a negative number", -1],
    ["a number above 2^53", 2 ** 53],
    ["a number beyond all counting", 1e300],
    ["text", "256001"],
    ["null", null],
    ["one page more", 600_000],
    ["one page less", 256_000],
    ["nothing", 0],
  ])("is refused with %s for a size", (_, bytes) => {
    const line = JSON.stringify({ ...JSON.parse(IMAGE_LINE), bytes });
    expect(faultOf(() => parseImageLine(line, 3))).toBe("bad-count");
  });

  test.each([
    ["a path that climbs", "../b.png"],
    ["a lone surrogate in its path", "a\ud800"],
    ["a number for a path", 7],
    ["no path", undefined],
    ["null for a path", null],
  ])("is refused with %s", (_, path) => {
    expect(faultOf(() => parseImageLine(JSON.stringify({ ...JSON.parse(IMAGE_LINE), path }), 3))).toBe("bad-path");
  });

  test("is refused in a sentence that says where it stands and quotes no more than it must", () => {
    expect(() => parseImageLine(formatImageLine(imageOf("../".repeat(1_000), 0)), 17)).toThrow(/^Line 17: .{1,400}$/);
  });

  test("may have a path that is all escapes, up to the longest path", () => {
    const entry = imageOf("\u0001".repeat(4_096), 1);
    expect(parseImageLine(formatImageLine(entry), 3)).toEqual(entry);
  });

  test.each([
    ["that is nested without end", `{"path":${"[".repeat(1_000_000)}`],
    [
      "that is nested where its digests should be",
      `{"path":"a","bytes":1,"sha256":"","pages":${"[".repeat(1_000_000)}`,
    ],
    [
      "whose digests hold nested lists",
      `{"path":"a","bytes":1,"sha256":"${DIGEST}","pages":"${"[".repeat(1_000_000)}"}`,
    ],
    ["whose digests come after much else", `{"path":"${"a".repeat(1_000_000)}","bytes":1,"sha256":"","pages":""}`],
  ])("%s is refused without being parsed", (_, line) => {
    const parse = vi.spyOn(JSON, "parse");
    onTestFinished(() => parse.mockRestore());
    expect(faultOf(() => parseImageLine(line, 3))).toBe("not-canonical");
    expect(parse).not.toHaveBeenCalled();
  });
});
