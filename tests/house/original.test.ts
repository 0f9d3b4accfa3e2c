// ORIGINAL.md says of each idea of the original which test shows it: the tests are there, and the sums are right.

import { describe, expect, test } from "vitest";
import { readCommitted } from "./checkout.ts";
import { missingTests, testsIn } from "./named-tests.ts";

const TEXT = readCommitted("ORIGINAL.md");
const NOT_YET = "not yet";
const IN_PART = "in part; ";

/** The cells of each row: number, idea, in the original, here, test. */
const ROWS = [...TEXT.matchAll(/^\| (\d.*) \|$/gm)].map(([, row = ""]) => row.split(" | "));

describe("ORIGINAL.md", () => {
  test("numbers its rows from 1 on, each with five cells", () => {
    expect(ROWS.map(([number]) => Number(number))).toEqual(ROWS.map((_, at) => at + 1));
    expect(ROWS.filter((cells) => cells.length !== 5)).toEqual([]);
  });

  test("names for each idea a test, or says that there is none yet", () => {
    const silent = ROWS.filter(([, , , , shown = ""]) => (shown === NOT_YET) === testsIn(shown).length > 0);
    expect(silent).toEqual([]);
  });

  test("names only tests that are there, under the titles that they have", () => {
    expect(missingTests(TEXT)).toEqual([]);
  });

  test("counts its rows right", () => {
    const shown = ROWS.map((cells) => cells[4] ?? "");
    const parts = shown.filter((cell) => cell.startsWith(IN_PART)).length;
    const open = shown.filter((cell) => cell === NOT_YET).length;
    const said = /(\d+) ideas, (\d+) work here, (\d+) works? in part, and (\d+) do not/.exec(TEXT.replace(/\s+/g, " "));
    expect(said?.slice(1).map(Number)).toEqual([ROWS.length, ROWS.length - parts - open, parts, open]);
  });
});
