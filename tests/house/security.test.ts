// SECURITY.md says of each threat what answers it and which test shows it: the tests are there, and nothing is passed over.

import { describe, expect, test } from "vitest";
import { readCommitted } from "./checkout.ts";
import { missingTests, testsIn } from "./named-tests.ts";

const TEXT = readCommitted("SECURITY.md");

/** The cells of each threat: number, threat, answer, test. */
const THREATS = [...TEXT.matchAll(/^\| (\d+ \|.*) \|$/gm)].map(([, row = ""]) => row.split(" | "));

describe("SECURITY.md", () => {
  test("numbers its threats from 1 on, each with four cells", () => {
    expect(THREATS.map(([number]) => Number(number))).toEqual(THREATS.map((_, at) => at + 1));
    expect(THREATS.filter((cells) => cells.length !== 4)).toEqual([]);
    expect(THREATS.length).toBe(23);
  });

  test("names for each threat a test, or says that it is open or does not apply", () => {
    const words = ["open", "not applicable"];
    const silent = THREATS.filter(([, , , shown = ""]) => words.includes(shown) === testsIn(shown).length > 0);
    expect(silent).toEqual([]);
  });

  test("names only tests that are there, under the titles that they have", () => {
    expect(missingTests(TEXT)).toEqual([]);
  });
});
