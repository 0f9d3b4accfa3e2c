import { expect, it } from "vitest";
import { parseByteSize } from "../../shared/byte-sizes.ts";

it.each([
  ["500kB", 500_000],
  ["500KB", 500_000],
  ["8MB", 8_000_000],
  ["4MiB", 4_194_304],
  ["1.5 GiB", 1_610_612_736],
  ["4MiB/s", 4_194_304],
  ["100", 100],
  ["2k", 2_000],
])("parseByteSize reads %s as %d bytes", (text, bytes) => {
  expect(parseByteSize(text)).toBe(bytes);
});

it.each(["", "0", "0.1", "-1", "fast", "8 MBit", "1e9", "9".repeat(20)])("parseByteSize refuses %j", (text) => {
  expect(parseByteSize(text)).toBeUndefined();
});
