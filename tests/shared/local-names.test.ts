import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pathFault } from "../../shared/image-path.ts";
import { type FileSystemRules, folderName, localNames, NAME_LENGTH_MAX } from "../../shared/local-names.ts";
import { LINUX, MACOS, NAME_CASES, TARGETS, WINDOWS } from "./hostile-names.ts";

type Target = keyof typeof TARGETS;
const targets = Object.entries(TARGETS) as [Target, FileSystemRules][];

describe("the corpus of names", () => {
  for (const { why, paths, expected } of NAME_CASES) {
    test(`${why}: ${JSON.stringify(paths).slice(0, 80)}`, () => {
      for (const path of paths) expect(pathFault(path), path).toBeUndefined();
      for (const [target, rules] of targets) {
        const locals = Array.isArray(expected) ? expected : (expected as Record<Target, readonly string[]>)[target];
        expect(localNames(paths, rules).paths, target).toEqual(locals);
      }
    });
  }
});

const pieces = [
  "a",
  "A",
  "b",
  "B",
  ".",
  " ",
  "%",
  "%0A",
  "%61",
  "con",
  "NUL",
  "com1",
  "~1",
  ":",
  "?",
  "*",
  "\n",
  "\u001b",
  "\u202e",
  "\u200c",
  "é",
  "É",
  "ß",
  "ss",
  "ſ",
  "İ",
  "ı",
  "K",
  "\u{1f4f7}",
  "x".repeat(90),
];
const part = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 6 })
  .map((chosen) => chosen.join("").normalize("NFC"));
const path = fc
  .array(fc.oneof(part, fc.constantFrom("a", "A", "b")), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join("/"))
  .filter((text) => pathFault(text) === undefined);

/** Paths as a book has them: sorted, each once, none inside another. */
const book = fc.uniqueArray(path, { maxLength: 30 }).map((paths) => {
  const folders = new Set(
    paths.flatMap((text) => text.split("/").map((_, depth, parts) => parts.slice(0, depth).join("/"))),
  );
  return paths.filter((text) => !folders.has(text)).sort();
});
const rules = fc.constantFrom(...targets.map(([, each]) => each));

/** What a file system of these rules would take for one file; simpler than the mapping's own notion. */
function asSeen(local: string, target: FileSystemRules): string {
  const seen = target.caseInsensitive ? local.toUpperCase() : local;
  return target.normalising ? seen.normalize("NFD") : seen;
}

function isLegal(name: string, target: FileSystemRules): boolean {
  if (/[\p{Cc}\p{Bidi_Control}/\\]/u.test(name) || name === "" || name === "." || name === "..") return false;
  if (target.kind === "posix") return Buffer.byteLength(name) <= NAME_LENGTH_MAX;
  const device = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)$/i.test(
    (name.split(".")[0] ?? "").trimEnd(),
  );
  return !device && !/[<>:"|?*]/.test(name) && !/[. ]$/.test(name) && name.length <= NAME_LENGTH_MAX;
}

describe("localNames", () => {
  test("gives every image a legal path that never climbs", () => {
    fc.assert(
      fc.property(book, rules, (paths, target) => {
        for (const local of localNames(paths, target).paths) {
          for (const name of local.split("/")) expect(isLegal(name, target), JSON.stringify(local)).toBe(true);
        }
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  test("gives no two images one file, and no image the name of another's folder", () => {
    fc.assert(
      fc.property(book, rules, (paths, target) => {
        const locals = localNames(paths, target).paths.map((local) => asSeen(local, target));
        const files = new Set(locals);
        expect(files.size).toBe(paths.length);
        for (const local of locals) {
          const parts = local.split("/");
          for (let depth = 1; depth < parts.length; depth++)
            expect(files.has(parts.slice(0, depth).join("/"))).toBe(false);
        }
      }),
      { seed: 2, numRuns: 2000 },
    );
  });

  test("keeps images of one folder in one folder", () => {
    fc.assert(
      fc.property(book, rules, (paths, target) => {
        const folders = new Map<string, string>();
        for (const [row, local] of localNames(paths, target).paths.entries()) {
          const parts = (paths[row] ?? "").split("/");
          const locals = local.split("/");
          for (let depth = 1; depth < parts.length; depth++) {
            const folder = parts.slice(0, depth).join("/");
            const known = folders.get(folder) ?? locals.slice(0, depth).join("/");
            expect(locals.slice(0, depth).join("/")).toBe(known);
            folders.set(folder, known);
          }
        }
      }),
      { seed: 3, numRuns: 1000 },
    );
  });

  test("leaves a legal name alone when nothing else is in its folder", () => {
    fc.assert(
      fc.property(part, rules, (name, target) => {
        fc.pre(pathFault(name) === undefined && isLegal(name, target) && !/^booksw~/i.test(name));
        fc.pre(!name.includes("\u200c"));
        expect(localNames([name], target)).toEqual({ paths: [name], renamed: [] });
      }),
      { seed: 4, numRuns: 1000 },
    );
  });

  test("gives the same names every time, and lists what it renamed", () => {
    fc.assert(
      fc.property(book, rules, (paths, target) => {
        const names = localNames(paths, target);
        expect(localNames(paths, target)).toEqual(names);
        expect(names.renamed).toEqual(
          paths.flatMap((each, row) => (names.paths[row] === each ? [] : [{ path: each, local: names.paths[row] }])),
        );
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  test("maps 50,000 paths", () => {
    const paths = Array.from({ length: 50_000 }, (_, row) => `folder ${row % 500}/IMG_${row}.jpg`);
    expect(localNames(paths, WINDOWS).renamed).toEqual([]);
  });

  test("maps 16,384 names that differ only in case, which takes for ever when each is compared with all", () => {
    const paths = Array.from({ length: 16_384 }, (_, row) =>
      Array.from({ length: 14 }, (__, bit) => ((row >> bit) & 1 ? "a" : "A")).join(""),
    ).sort();
    const { paths: locals } = localNames(paths, MACOS);
    expect(new Set(locals.map((local) => local.toUpperCase())).size).toBe(paths.length);
  });
});

describe("folderName", () => {
  test.each([
    ["Holiday 2019", "Holiday 2019"],
    ["a/b", "a%2Fb"],
    ["..\\x", "%2E.%5Cx"],
    [".", "%2E"],
    ["..", "%2E."],
    [".ssh", "%2Essh"],
    ["", "book"],
    ["a\n", "a%0A"],
  ])("maps %j to %j", (name, expected) => {
    expect(folderName(name, LINUX)).toBe(expected);
  });

  test("keeps the rules of Windows", () => {
    expect(folderName("..", WINDOWS)).toBe("%2E%2E");
    expect(folderName("aux", WINDOWS)).toBe("%61ux");
  });

  test("makes one legal part of any book's name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), rules, (name, target) => {
        const folder = folderName(name.toWellFormed(), target);
        expect(isLegal(folder, target), JSON.stringify(folder)).toBe(true);
        expect(folder.startsWith(".")).toBe(false);
      }),
      { seed: 6, numRuns: 1000 },
    );
  });
});
