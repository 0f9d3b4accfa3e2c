// The load, small: what `npm run load` shows for thousands must be true for some dozens in every run. Speed is that
// command's matter.

import { expect, it } from "vitest";
import { bySecond, comeback } from "../load/comeback.ts";
import { rounds } from "../load/rounds.ts";

it("A round loses nobody who answers and keeps nobody who does not, though the object loses its memory in the middle", async () => {
  const { wrong, muted, evicted, roundMs } = await rounds(60, 200);
  expect(wrong).toEqual([]);
  expect([muted, evicted, roundMs.length]).toEqual([6, 6, 4]);
});

it("Readers whose tracker is killed come back by themselves, each once, and not all in one moment", async () => {
  const { wrong, returnsMs, awayMs } = await comeback(60);
  expect(wrong).toEqual([]);
  expect(returnsMs).toHaveLength(60);
  expect(bySecond(returnsMs).reduce((sum, count) => sum + count, 0)).toBe(60);
  expect((returnsMs.at(-1) ?? 0) - (returnsMs[0] ?? 0)).toBeGreaterThan(100);
  expect(returnsMs[0]).toBeLessThan(awayMs + 15_000);
});
