import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RecentExtreme } from "../../../peer-node/core/recent-extreme.ts";
import { always } from "../../shared/property.ts";

const MEMORY_MS = 1_000;

const series = fc.array(fc.record({ sample: fc.nat(1_000), afterMs: fc.nat(1_200) }), { minLength: 1, maxLength: 40 });

describe("RecentExtreme", () => {
  it("has no value before the first sample", () => {
    expect(new RecentExtreme(Math.max, MEMORY_MS).value).toBeUndefined();
  });

  it.each([
    ["largest", Math.max],
    ["smallest", Math.min],
  ] as const)(
    "is at least the %s sample of the newest half of its memory, and one that is no older than the whole",
    (_, better) => {
      always(
        fc.property(series, (steps) => {
          const extreme = new RecentExtreme(better, MEMORY_MS);
          const samples: { readonly sample: number; readonly at: number }[] = [];
          let now = 5_000;
          for (const { sample, afterMs } of steps) {
            now += afterMs;
            extreme.add(sample, now);
            samples.push({ sample, at: now });
            const value = extreme.value ?? Number.NaN;
            const within = (ms: number) => samples.filter(({ at }) => now - at < ms).map((entry) => entry.sample);
            expect(within(MEMORY_MS)).toContain(value);
            expect(better(value, ...within(MEMORY_MS / 2))).toBe(value);
          }
        }),
      );
    },
  );

  it("keeps its value while nothing new is measured", () => {
    const extreme = new RecentExtreme(Math.max, MEMORY_MS);
    extreme.add(7, 0);
    extreme.add(3, 100);
    expect(extreme.value).toBe(7);
    extreme.add(2, 100 * MEMORY_MS);
    expect(extreme.value).toBe(2);
  });
});
