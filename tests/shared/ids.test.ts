import { describe, expect, test } from "vitest";
import { isBookId, isReaderId, parseBookId, parseReaderId } from "../../shared/ids.ts";

const ID = "0123456789abcdef".repeat(4);

describe.each([
  ["A book id", isBookId, parseBookId],
  ["A reader id", isReaderId, parseReaderId],
])("%s", (_, isId, parseId) => {
  test("is 64 lower-case hexadecimal digits", () => {
    expect(isId(ID)).toBe(true);
    expect(parseId(ID)).toBe(ID);
  });

  test.each([
    ["upper-case digits", ID.toUpperCase()],
    ["63 digits", ID.slice(1)],
    ["66 digits", `${ID}00`],
    ["a letter beyond f", `${ID.slice(1)}g`],
    ["a line feed behind it", `${ID}\n`],
    ["nothing", ""],
  ])("is never %s", (_what, text) => {
    expect(isId(text)).toBe(false);
    expect(() => parseId(text)).toThrow(RangeError);
  });

  test("is refused in a sentence that quotes no more than 80 characters of it", () => {
    expect(() => parseId("x".repeat(100_000))).toThrow(/^.{1,160}$/);
  });
});
