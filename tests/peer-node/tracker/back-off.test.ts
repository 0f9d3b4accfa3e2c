import { describe, expect, it } from "vitest";
import { backOffMs } from "../../../peer-node/tracker/back-off.ts";

const SPREAD = { min: 1_000, max: 300_000 };

describe("backOffMs", () => {
  it("spreads each try from no time to a bound that doubles", () => {
    expect([1, 2, 3, 4].map((attempt) => backOffMs(attempt, SPREAD, () => 0.999_999))).toEqual(
      [1_000, 2_000, 4_000, 8_000].map((bound) => expect.closeTo(bound, 0)),
    );
    expect(backOffMs(9, SPREAD, () => 0)).toBe(0);
  });

  it("never exceeds its maximum, whatever the number of failures", () => {
    expect(backOffMs(5_000, SPREAD, () => 0.5)).toBe(150_000);
  });
});
