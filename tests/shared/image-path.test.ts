import { posix, win32 } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { comparePaths, isSkippedName, pathFault } from "../../shared/image-path.ts";
import { IMAGE_PATH_BYTES_MAX, IMAGE_PATH_PARTS_MAX } from "../../shared/limits.ts";
import { always } from "./property.ts";

describe("An image's path", () => {
  test.each([
    "a.png",
    "a/b/c.png",
    "no extension",
    "a..b",
    "a.",
    "...a".slice(3),
    " leading and trailing ",
    "con",
    "1:b",
    "ab:c",
    "a/C:",
    "~",
    "%2e%2e",
    "<>|?*\"'",
    "line\nfeed",
    "\u202egnp.a",
    "é.png",
    "日本/絵.png",
    "😀.png",
    "a.desc.png",
    "thumbs.db.png",
    "desc",
  ])("may be %j", (path) => {
    expect(pathFault(path)).toBeUndefined();
  });

  test.each([
    ["", "is empty"],
    ["a\ud800.png", "is not well-formed text"],
    ["\udc00", "is not well-formed text"],
    ["e\u0301.png", "is not in Unicode normal form C"],
    ["a/\u212b.png", "is not in Unicode normal form C"],
    ["a\0.png", "holds a NUL character"],
    ["a\\b.png", "holds a backslash"],
    ["..\\b.png", "holds a backslash"],
    ["\\\\server\\share\\a.png", "holds a backslash"],
    ["/a.png", "is absolute"],
    ["//server/share/a.png", "is absolute"],
    ["/", "is absolute"],
    ["C:/a.png", "starts with a drive letter"],
    ["c:a.png", "starts with a drive letter"],
    ["a//b.png", "has an empty part"],
    ["a/", "has an empty part"],
    [".", "has a part named ."],
    ["a/./b.png", "has a part named ."],
    ["..", "has a part named .."],
    ["../a.png", "has a part named .."],
    ["a/../../b.png", "has a part named .."],
    ["a/..", "has a part named .."],
    [".hidden.png", 'has the part ".hidden.png", a name that is never part of a book'],
    ["a/.bookswarm/b", 'has the part ".bookswarm", a name that is never part of a book'],
    [".../a.png", 'has the part "...", a name that is never part of a book'],
    ["a/Thumbs.db", 'has the part "Thumbs.db", a name that is never part of a book'],
    ["THUMBS.DB/a", 'has the part "THUMBS.DB", a name that is never part of a book'],
    ["Desktop.INI", 'has the part "Desktop.INI", a name that is never part of a book'],
    ["a/Book.DESC", 'has the part "Book.DESC", a name that is never part of a book'],
  ])("%j is refused: it %s", (path, fault) => {
    expect(pathFault(path)).toBe(fault);
  });

  test("has at most 4,096 bytes of UTF-8", () => {
    expect(pathFault("a".repeat(IMAGE_PATH_BYTES_MAX))).toBeUndefined();
    expect(pathFault("a".repeat(IMAGE_PATH_BYTES_MAX + 1))).toBe("is longer than 4096 bytes");
    expect(pathFault("é".repeat(IMAGE_PATH_BYTES_MAX / 2))).toBeUndefined();
    expect(pathFault(`${"é".repeat(IMAGE_PATH_BYTES_MAX / 2)}a`)).toBe("is longer than 4096 bytes");
  });

  test("has at most 64 parts", () => {
    const parts = Array.from({ length: IMAGE_PATH_PARTS_MAX }, () => "a");
    expect(pathFault(parts.join("/"))).toBeUndefined();
    expect(pathFault([...parts, "a"].join("/"))).toBe("has more than 64 parts");
  });

  test("that passes never climbs out of the folder that it is put into", () => {
    const hostile = fc.string({ unit: fc.constantFrom(".", "/", "\\", "a", ":", "C", "\0"), maxLength: 12 });
    always(
      fc.property(hostile, (path) => {
        if (pathFault(path) !== undefined) return;
        expect(posix.resolve("/x/y", path).startsWith("/x/y/")).toBe(true);
        expect(win32.resolve("C:\\x\\y", path).startsWith("C:\\x\\y\\")).toBe(true);
      }),
      3_000,
    );
  });
});

describe("A name that is never part of a book", () => {
  test.each([".a", ".", "..", ".DS_Store", "Thumbs.db", "THUMBS.DB", "desktop.ini", "x.desc", "x.DeSc", ".desc"])(
    "is %j",
    (name) => {
      expect(isSkippedName(name)).toBe(true);
    },
  );

  test.each(["a", "thumbs.dbx", "xthumbs.db", "desktop.ini.png", "desc", "x.desc2", "description"])(
    "is not %j",
    (name) => {
      expect(isSkippedName(name)).toBe(false);
    },
  );
});

describe("The order of paths", () => {
  // Around the borders at which UTF-16 and UTF-8 disagree, and everywhere else.
  const character = fc.oneof(
    fc.constantFrom(
      "\0",
      "/",
      "a",
      "\u007f",
      "\u0080",
      "\u07ff",
      "\u0800",
      "\ud7ff",
      "\ue000",
      "\uffff",
      "𐀀",
      "😀",
      "\u{10ffff}",
    ),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  );
  const path = fc.array(character, { maxLength: 6 }).map((characters) => characters.join(""));

  test("is the order of their bytes in UTF-8, characters above U+FFFF included", () => {
    always(
      fc.property(path, path, (a, b) => {
        expect(Math.sign(comparePaths(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      5_000,
    );
  });

  test("puts U+FFFF before U+10000, where UTF-16 units would not", () => {
    expect(comparePaths("\uffff", "\u{10000}")).toBeLessThan(0);
    expect("\uffff" < "\u{10000}").toBe(false);
  });

  test("puts a path before every longer one that starts with it", () => {
    expect(comparePaths("a", "a/b")).toBeLessThan(0);
    expect(comparePaths("a/b", "a")).toBeGreaterThan(0);
    expect(comparePaths("a", "a")).toBe(0);
  });
});
