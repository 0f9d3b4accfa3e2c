// Whole swarms of production engines in a world that a seed replays. Each title is what must come of it. Every run also
// keeps the invariants of invariants.ts at every step, brings every page to all who want it, and leaves no ask unanswered.

import { describe, expect, it, onTestFinished, vi } from "vitest";
import { LIES } from "./liar.ts";
import type { Scenario } from "./options.ts";
import { play } from "./play.ts";
import type { Report } from "./report.ts";
import { World } from "./world.ts";

const SEEDS = [1, 2, 3, 4];

/** Plays until everybody has everything, and then until the world is at rest. */
function played(scenario: Partial<Scenario>): Report {
  return play({ readers: 12, pages: 40, limit: 2_000, check: true, ...scenario });
}

describe.each(SEEDS)("A swarm from seed %i", (seed) => {
  it("brings every page from one publisher to twelve readers, and wastes at most a few of them", () => {
    expect(played({ seed }).duplicateShare).toBeLessThan(5 / 40);
  });

  it("wastes at most two pages in a hundred between near readers, whose receipts come in bunches", () => {
    expect(played({ seed, readers: 8, pages: 264, uplink: 4_194_304, delayMs: 3 }).duplicateShare).toBeLessThan(0.02);
  });

  it("makes the nine others of the original's ten readers complete, though nobody holds every page", () => {
    expect(played({ seed, scattered: true, silentFirst: true }).completed).toBe(9);
  });

  it("completes when half of the readers crash on the way and the publisher stays", () => {
    expect(played({ seed, crash: 0.5, crashAt: 5 }).completed).toBe(6);
  });

  it("completes when half of the readers lose their power, and come back with what their disks have", () => {
    expect(played({ seed, crash: 0.5, crashAt: 5, crashFor: 5, halfOpen: true }).completed).toBe(12);
  });

  it("completes when half of the readers leave in order on the way", () => {
    expect(played({ seed, leave: 0.5, crashAt: 5 }).completed).toBe(6);
  });

  it("completes when the publisher leaves as soon as every page is stored elsewhere", () => {
    expect(played({ seed, publisherLeaves: true }).completed).toBe(12);
  });

  it("completes among readers that lie, and stores none of their bytes", () => {
    const liars = vi.spyOn(World.prototype, "addLiar");
    onTestFinished(() => liars.mockRestore());
    expect(played({ seed, liars: LIES.length / 12 }).completed).toBe(12);
    expect(liars.mock.calls.map(([lie]) => lie)).toEqual(LIES);
  });

  it("completes when a third of the readers cannot be dialled", () => {
    expect(played({ seed, nat: 0.33 }).completed).toBe(12);
  });

  it("completes when the tracker goes away while readers come, and returns", () => {
    expect(played({ seed, arrivals: 4, trackerAwayAt: 2, trackerAway: 20 }).completed).toBe(12);
  });

  it("completes when disks fill and are emptied, stall, fail and lose pages", () => {
    const disks = { diskFull: 0.5, diskFullAt: 3, diskFullFor: 8, diskStalls: 0.5, diskFails: 0.5, diskLoses: 0.5 };
    expect(played({ seed, diskRate: 4_000_000, crashAt: 5, ...disks }).completed).toBe(12);
  });

  it("completes when links are lost, some of them at one end only, and chunks end anywhere", () => {
    expect(played({ seed, linkLoss: 10, splits: 0.5 }).completed).toBe(12);
  });

  it("completes over sockets that keep what they are given, and slow downlinks", () => {
    expect(played({ seed, sendBuffer: 200_000, downFactor: 1, spread: 10 }).completed).toBe(12);
  });
});

describe("A reader far away", () => {
  it("fills four fifths of a line of 100 Mbit/s with small images, though each direction takes 50 ms", () => {
    // In the world's own time: nothing here depends on how fast this machine is.
    const line = { readers: 1, delayMs: 50, uplink: 12_500_000 };
    expect(played({ ...line, pages: 2_000, imageBytes: 90_000 }).ratio).toBeLessThan(1 / 0.8);
  });
});
