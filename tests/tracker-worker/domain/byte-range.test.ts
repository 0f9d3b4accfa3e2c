import { describe, expect, it } from "vitest";
import { resolveRange } from "../../../tracker-worker/domain/byte-range.ts";

const SIZE = 600;
const NUMBERS = [
  "",
  "0",
  "1",
  "599",
  "600",
  "601",
  "999999999999999",
  "9999999999999999",
  "-1",
  " 1",
  "1e3",
  "0x1",
  "٣",
];
const HEADS = ["bytes=", "bytes =", "Bytes=", "items=", ""];
const TAILS = ["", ",", ",0-1", " "];

/** Every header that can be made of these. */
function* headers(): Generator<string> {
  for (const head of HEADS)
    for (const first of NUMBERS)
      for (const last of NUMBERS) for (const tail of TAILS) yield `${head}${first}-${last}${tail}`;
}

describe("A Range header", () => {
  it("of any spelling means the whole, nothing, or bytes that are there", () => {
    for (const header of headers()) {
      const range = resolveRange(header, SIZE);
      if (typeof range === "string") continue;
      expect(range.from, header).toBeGreaterThanOrEqual(0);
      expect(range.to, header).toBeGreaterThan(range.from);
      expect(range.to, header).toBeLessThanOrEqual(SIZE);
    }
  });

  it("means what HTTP says in each of its three spellings", () => {
    expect(resolveRange("bytes=100-", SIZE)).toEqual({ from: 100, to: 600 });
    expect(resolveRange("bytes=100-199", SIZE)).toEqual({ from: 100, to: 200 });
    expect(resolveRange("bytes=-100", SIZE)).toEqual({ from: 500, to: 600 });
    expect(resolveRange("bytes=-9999", SIZE)).toEqual({ from: 0, to: 600 });
    expect(resolveRange("bytes=600-", SIZE)).toBe("none");
    expect(resolveRange("bytes=-0", SIZE)).toBe("none");
    for (const whole of [undefined, "", "bytes=-", "bytes=5-4", "bytes=0-1,4-5", "lines=1-2"]) {
      expect(resolveRange(whole, SIZE)).toBe("whole");
    }
  });

  it("of something empty means nothing or the whole, and never a byte", () => {
    for (const header of headers()) expect(typeof resolveRange(header, 0), header).toBe("string");
  });
});
