// Whole swarms of production engines in a world that a seed replays. Each title is what must come of it.

import { describe, expect, it } from "vitest";
import { play } from "./report.ts";

const SEEDS = [1, 2, 3, 4];

describe.each(SEEDS)("A swarm from seed %i", (seed) => {
  it("brings every page from one publisher to twelve readers, and wastes at most a few of them", () => {
    const { duplicateShare } = play({ seed, readers: 12, pages: 40 });
    expect(duplicateShare).toBeLessThan(0.02);
  });

  it("makes the nine others of the original's ten readers complete, though nobody holds every page", () => {
    expect(play({ seed, scattered: true, silentFirst: true }).readers).toBe(9);
  });

  it("completes among readers that lie, and stores none of their bytes", () => {
    expect(play({ seed, readers: 8, pages: 40, liars: 0.4 }).readers).toBe(8);
  });
});

describe("A world", () => {
  it("replays the same trace from the same seed", () => {
    const once = () => play({ seed: 9, readers: 6, pages: 30, splits: 0.3 }).traceHash;
    expect(once()).toBe(once());
  });
});
