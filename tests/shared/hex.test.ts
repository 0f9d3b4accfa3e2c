import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex, isHex, toHex, writeHex } from "../../shared/hex.ts";
import { always } from "./property.ts";

describe("Hexadecimal text", () => {
  test("spells bytes in lower case, two digits each", () => {
    expect(toHex(Uint8Array.of(0, 9, 0x0a, 0xff))).toBe("00090aff");
    expect(toHex(new Uint8Array())).toBe("");
  });

  test("is what Node spells, and reads back as the same bytes", () => {
    always(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(toHex(bytes)).toBe(Buffer.from(bytes).toString("hex"));
        expect(fromHex(toHex(bytes))).toEqual(bytes);
      }),
    );
  });

  test.each(["0", "0g", "AB", "aB", "0x12", " 00", "00 ", "é0", "0\u0660"])("never is %j", (text) => {
    expect(isHex(text)).toBe(false);
    expect(() => fromHex(text)).toThrow(RangeError);
  });

  test("is of a given length only when it has two digits for each byte", () => {
    expect(isHex("00ff", 2)).toBe(true);
    expect(isHex("00ff", 1)).toBe(false);
    expect(isHex("00ff", 3)).toBe(false);
    expect(isHex("", 0)).toBe(true);
    expect(isHex("00fg", 2)).toBe(false);
  });

  test("writes into a larger array at an offset and nowhere else", () => {
    const target = new Uint8Array(4).fill(7);
    writeHex("00ff", target, 1);
    expect(target).toEqual(Uint8Array.of(7, 0, 0xff, 7));
  });

  test("refuses to write beyond its target", () => {
    expect(() => writeHex("00ff", new Uint8Array(2), 1)).toThrow(RangeError);
  });
});
