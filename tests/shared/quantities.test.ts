import { expect, it } from "vitest";
import { formatByteSize, formatCount, formatNumber } from "../../shared/quantities.ts";

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

it("formatCount writes a count with its noun, as many as there are", () => {
  expect(formatCount(0, "reader")).toBe("0 readers");
  expect(formatCount(1, "reader")).toBe("1 reader");
  expect(formatCount(10_000, "image")).toBe("10,000 images");
});

it("formatNumber parts thousands", () => {
  expect(formatNumber(1_234_567)).toBe("1,234,567");
});
