import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TokenBucket } from "../../../peer-node/core/token-bucket.ts";
import { always } from "../../shared/property.ts";

describe("TokenBucket", () => {
  it("holds its rate within 2 % over ten seconds, whatever the size of what goes", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 64_000 }), { minLength: 1, maxLength: 20 });
    always(
      fc.property(fc.integer({ min: 500_000, max: 50_000_000 }), sizes, (rate, stretches) => {
        const bucket = new TokenBucket(rate);
        let gone = 0;
        let now = 1_000;
        for (let turn = 0; now < 11_000; turn++) {
          if (!bucket.allows(now)) {
            now = bucket.readyAt(now);
            continue;
          }
          const bytes = stretches[turn % stretches.length] ?? 1;
          bucket.take(bytes, now);
          gone += bytes;
        }
        // The last stretch may still be owed.
        expect(gone).toBeLessThanOrEqual(rate * 10 * 1.02 + 64_000);
        expect(gone).toBeGreaterThanOrEqual(rate * 10 * 0.98);
      }),
      30,
    );
  });

  it("saves up no more than a moment's allowance", () => {
    const bucket = new TokenBucket(1_000_000);
    bucket.take(0, 0);
    bucket.take(100_000, 60_000);
    expect(bucket.readyAt(60_000)).toBeCloseTo(60_050);
  });

  it("takes back what did not go after all", () => {
    const bucket = new TokenBucket(1_000);
    bucket.take(5_000, 0);
    bucket.giveBack(5_000);
    expect(bucket.allows(0)).toBe(true);
  });

  it("lets anything go at once while it has no limit, and holds to one that is set later", () => {
    const bucket = new TokenBucket(Number.POSITIVE_INFINITY);
    for (let now = 0; now < 3; now++) {
      expect(bucket.allows(now)).toBe(true);
      bucket.take(1_000_000_000, now);
    }
    bucket.bytesPerSecond = 1_000;
    bucket.take(500, 2);
    expect(bucket.allows(3)).toBe(false);
    expect(bucket.readyAt(3)).toBeCloseTo(502, 6);
    bucket.bytesPerSecond = Number.POSITIVE_INFINITY;
    expect(bucket.allows(4)).toBe(true);
  });

  it.each([
    ["small pieces and late timers", 10_000],
    ["pages that each take longer than a second", 4_000_000],
  ])("says how much of it was used, with %s", (_, bytes) => {
    const bucket = new TokenBucket(1_000_000);
    let now = 0;
    const takeAll = (ms: number, waitMs: number) => {
      for (const until = now + ms; now < until; now = Math.max(bucket.readyAt(now), now) + waitMs)
        bucket.take(bytes, now);
      return bucket.use(now);
    };
    expect(takeAll(60_000, 10)).toBeGreaterThan(0.95);
    // As much time again between two takes as each of them costs.
    expect(takeAll(60_000, bytes / 1_000 + 50)).toBeLessThan(0.7);
    now += 20_000;
    expect(bucket.use(now)).toBeLessThan(0.1);
    expect(new TokenBucket(Number.POSITIVE_INFINITY).use(now)).toBe(0);
  });
});
