import { describe, expect, it } from "vitest";
import { Holdings } from "../../../peer-node/core/holdings.ts";
import { PageLedger, type Place } from "../../../peer-node/core/page-ledger.ts";
import { PagePicker } from "../../../peer-node/core/page-picker.ts";
import type { PageIndex } from "../../../shared/ids.ts";
import { randomFrom, sessionWith } from "./puzzle.ts";

const PAGE = 3 as PageIndex;

/** Holdings of a book of eight pages, of which one has come to that place. */
function holdingsWith(...places: readonly Place[]): Holdings {
  const ledger = new PageLedger(8);
  for (const place of places) ledger.move(PAGE, place);
  return new Holdings(new PagePicker(8, randomFrom(1)), ledger);
}

describe("The news that a reader holds a page", () => {
  it.each<[Place, readonly Place[]]>([
    ["wanted", ["wanted"]],
    ["asked", ["wanted", "asked"]],
  ])("is of use while the page is %s, once", (_, places) => {
    const [holdings, session] = [holdingsWith(...places), sessionWith(1, 8)];
    expect(holdings.gained(session, [PAGE])).toBe(true);
    expect(holdings.gained(session, [PAGE])).toBe(false);
  });

  it.each<[Place, readonly Place[]]>([
    ["unwanted", []],
    ["putting", ["wanted", "asked", "putting"]],
    ["held", ["held"]],
  ])("is written down and of no use while the page is %s", (_, places) => {
    const [holdings, session] = [holdingsWith(...places), sessionWith(1, 8)];
    expect(holdings.gained(session, [PAGE])).toBe(false);
    expect(session.theirs.has(PAGE)).toBe(true);
  });

  it("is of use when one of several pages is", () => {
    const page = (number: number) => number as PageIndex;
    expect(holdingsWith("wanted").gained(sessionWith(1, 8), [page(0), PAGE, page(7)])).toBe(true);
  });
});
