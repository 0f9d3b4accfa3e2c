// The table of cases, and its place in a document. No play is started here.

import { describe, expect, it } from "vitest";
import { CASES } from "./cases.ts";
import { withPlayed } from "./document.ts";
import { HEAD, rowBegin } from "./table.ts";

const [first, second, third] = CASES.map((each) => (figure: string) => `${rowBegin(each)}${figure} |`);
const page = (...lines: readonly string[]) =>
  ["Before", "<!-- simulation -->", "", ...lines, "", "<!-- /simulation -->", "After"].join("\n");

describe("A document with the table of the simulation", () => {
  it("gets the rows that were played, in the order of the cases, and keeps those that were not", () => {
    const before = page(...HEAD, first?.("old") ?? "", third?.("old") ?? "", "", "Played once");
    const rows = [second?.("new") ?? "", first?.("new") ?? ""];
    const after = page(...HEAD, first?.("new") ?? "", second?.("new") ?? "", third?.("old") ?? "", "", "Played twice");
    expect(withPlayed(before, { rows, note: "Played twice", failures: [] })).toBe(after);
  });

  it("is refused when it has no place for it", () => {
    expect(() => withPlayed("Nothing", { rows: [], note: "", failures: [] })).toThrow(/has no place for the table/);
  });
});

describe("The cases", () => {
  it("are told apart by their names and by the beginnings of their rows", () => {
    expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
    expect(new Set(CASES.map(rowBegin)).size).toBe(CASES.length);
  });
});
