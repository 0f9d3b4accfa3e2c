import { describe, expect, it } from "vitest";
import { backOffMs } from "../../../peer-node/tracker/back-off.ts";

const SPREAD = { min: 1_000, max: 300_000 };

describe("backOffMs", () => {
  it("spreads the first try from no time on, later ones from half of a bound that doubles", () => {
    expect([1, 2, 3, 4].map((attempt) => backOffMs(attempt, SPREAD, () => 0.999_999))).toEqual(
      [1_000, 2_000, 4_000, 8_000].map((bound) => expect.closeTo(bound, 0)),
    );
    expect([1, 2, 3, 4].map((attempt) => backOffMs(attempt, SPREAD, () => 0))).toEqual([0, 1_000, 2_000, 4_000]);
  });

  it("gives a crowd the time that it needs at once, and no more of it with each failure", () => {
    const waits = [1, 2, 3, 4].map((attempt) => backOffMs(attempt, { ...SPREAD, crowd: 5_000 }, () => 0.5));
    expect(waits).toEqual([2_500, 3_750, 3_750, 6_000]);
    expect(backOffMs(9, { ...SPREAD, crowd: 400_000 }, () => 0.5)).toBe(300_000);
  });

  it("exceeds its maximum for nobody but a crowd, whatever the number of failures", () => {
    expect(backOffMs(5_000, SPREAD, () => 1)).toBe(300_000);
  });
});
