import { expect, it } from "vitest";
import { formatByteSize, parseByteSize } from "../../../peer-node/cli/byte-sizes.ts";

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

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [1_000, "1.0 kB"],
  [1_234_567, "1.2 MB"],
  [999_600, "1.0 MB"],
  [12_345_678, "12 MB"],
  [256_000_000_000, "256 GB"],
  [1_700_000_000_000, "1.7 TB"],
])("formatByteSize writes %d as %s", (bytes, text) => {
  expect(formatByteSize(bytes)).toBe(text);
});
