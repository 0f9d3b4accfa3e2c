import { expect, test } from "vitest";
import { printable } from "../../shared/printable.ts";

test.each([
  ["plain text, 東京, \u{1f4f7}", "plain text, 東京, \u{1f4f7}"],
  ["a\u001b[31mb", "a\ufffd[31mb"],
  ["two\r\nlines\ttab", "two\ufffd\ufffdlines\ufffdtab"],
  ["\u009b31m\u007f\u0000", "\ufffd31m\ufffd\ufffd"],
  ["a\u202egnp.exe\u2066", "a\ufffdgnp.exe\ufffd"],
  ["a\u2028b\u2029c", "a\ufffdb\ufffdc"],
  ["\ud800", "\ufffd"],
])("printable shows %j as %j", (text, expected) => {
  expect(printable(text)).toBe(expected);
});
