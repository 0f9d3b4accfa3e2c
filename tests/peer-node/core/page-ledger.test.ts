import { describe, expect, it } from "vitest";
import { PageLedger } from "../../../peer-node/core/page-ledger.ts";
import type { PageIndex } from "../../../shared/ids.ts";

const page = 0 as PageIndex;

describe("PageLedger", () => {
  it("keeps each page in exactly one place, and counts it there", () => {
    const ledger = new PageLedger(2);
    for (const place of ["wanted", "asked", "putting", "held"] as const) {
      ledger.move(page, place);
      expect(ledger.of(page)).toBe(place);
      expect(ledger.count(place)).toBe(1);
      expect(ledger.count("unwanted")).toBe(1);
    }
  });

  it("counts as missing what is wanted, asked or being put, and nothing else", () => {
    const ledger = new PageLedger(1);
    expect(ledger.missing).toBe(0);
    for (const place of ["wanted", "asked", "putting"] as const) {
      ledger.move(page, place);
      expect(ledger.missing).toBe(1);
    }
    ledger.move(page, "held");
    expect(ledger.missing).toBe(0);
  });

  it("throws on a move that is not in its table, because that is a bug of ours", () => {
    const ledger = new PageLedger(1);
    expect(() => ledger.move(page, "putting")).toThrow("Page 0 cannot go from unwanted to putting");
  });
});
