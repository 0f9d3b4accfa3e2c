import { describe, expect, it } from "vitest";
import { parseBookId } from "../../../shared/ids.ts";
import { fold, formatPlace, parsePlace, wordsOf } from "../../../tracker-worker/domain/catalog-search.ts";

describe("fold", () => {
  it.each([
    ["Été à ÅLESUND", "ete a alesund"],
    ["Straße STRASSE", "strasse strasse"],
    ["ΟΔΟΣ οδός", "οδοσ οδοσ"],
    ["ﬁne № １", "fine no 1"],
    ["写真 ガ", fold("写真 ガ")],
    ["हिन्दी", "हिन्दी"],
  ])("takes case, accents and compatibility forms off %s, and no vowel", (text, folded) => {
    expect(fold(text)).toBe(folded);
  });
});

describe("wordsOf", () => {
  it("gives each word once, at most sixteen of them", () => {
    expect(wordsOf(" Sea\tÉTÉ  sea ")).toEqual(["sea", "ete"]);
    expect(wordsOf(" ")).toEqual([]);
    expect(wordsOf([..."abcdefghijklmnopqrstuvwxyz"].join(" ")).length).toBe(16);
  });
});

describe("parsePlace", () => {
  const bookId = parseBookId("b0".repeat(32));

  it("reads what formatPlace wrote, dots in names included", () => {
    for (const [sort, keys] of [
      ["name", ["a.b. c"]],
      ["readers", [3, 1_790_000_000_000]],
      ["size", [0]],
    ] as const) {
      expect(parsePlace(formatPlace({ keys, bookId }), sort)).toEqual({ keys, bookId });
    }
  });

  it("reads the place of the longest name in the form that folding makes longest", () => {
    const name = "\ufdfa".repeat(85);
    expect(new TextEncoder().encode(name).length).toBe(255);
    const place = { bookId, keys: [fold(name)] };
    expect(parsePlace(formatPlace(place), "name")).toEqual(place);
  });

  it("refuses what is no place in the order", () => {
    for (const text of ["", "x", bookId, `${bookId}.`, `${bookId}.-1`, `${bookId}.1.2`, `x${bookId}.1`]) {
      expect(() => parsePlace(text, "size"), text).toThrow("goes on where an answer of this tracker said");
    }
    expect(() => parsePlace(`${bookId}.${"a".repeat(3_000)}`, "name")).toThrow();
  });
});
