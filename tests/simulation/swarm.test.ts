// Whole swarms of production engines in a world that a seed replays. Each title is what must come of it.

import { describe, expect, it } from "vitest";
import { PAGE_BYTES } from "../../shared/limits.ts";
import { PageSet } from "../../shared/page-set.ts";
import { fullPages, setOf } from "../peer-node/core/puzzle.ts";
import { HOLDINGS, PAGES } from "../scattered/holdings.ts";
import { World, type WorldReader } from "./world.ts";

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const UPLINK = 1_250_000;
const HOUR = 3_600_000;

function worldOf(seed: number, pages: number): World {
  return new World({ book: fullPages(pages), seed, delayMs: 20, uplink: UPLINK });
}

const complete = (readers: readonly WorldReader[]) => () => readers.every(({ swarm }) => swarm.isComplete);

describe.each(SEEDS)("A swarm from seed %i", (seed) => {
  it("brings every page from one publisher to twelve readers, and wastes at most a few of them", () => {
    const world = worldOf(seed, 40);
    world.add({ holds: PageSet.full(40), wants: new PageSet(40) });
    const readers = Array.from({ length: 12 }, () => world.add());
    world.start();
    expect(world.run(complete(readers), HOUR)).toBe(true);
    for (const { stored, swarm } of readers) {
      expect(stored.isFull).toBe(true);
      expect(swarm.snapshot(world.now).bytesWasted).toBeLessThan(5 * PAGE_BYTES);
    }
  });

  it("makes the nine others of the original's ten readers complete, though nobody holds every page", () => {
    const world = worldOf(seed, PAGES);
    const { book } = world.options;
    const readers = HOLDINGS.map((held, at) =>
      world.add({ holds: setOf(book, held), ...(at === 0 ? { wants: new PageSet(PAGES) } : {}) }),
    );
    world.start();
    expect(world.run(complete(readers.slice(1)), HOUR)).toBe(true);
    expect(readers[0]?.stored.count).toBe(37);
  });

  it("completes when half of the readers crash on the way and the publisher stays", () => {
    const world = worldOf(seed, 60);
    world.add({ holds: PageSet.full(60), wants: new PageSet(60) });
    const readers = Array.from({ length: 10 }, () => world.add());
    world.start();
    for (const reader of readers.slice(5)) world.after(8_000, () => reader.crash());
    expect(world.run(complete(readers.slice(0, 5)), HOUR)).toBe(true);
  });

  it("completes among readers that lie, and stores none of their bytes", () => {
    const world = worldOf(seed, 40);
    world.add({ holds: PageSet.full(40), wants: new PageSet(40) });
    const readers = Array.from({ length: 8 }, () => world.add());
    for (let liar = 0; liar < 2; liar++) world.add({ holds: PageSet.full(40), wants: new PageSet(40), lies: true });
    world.start();
    expect(world.run(complete(readers), HOUR)).toBe(true);
  });
});

describe("A world", () => {
  it("replays the same trace from the same seed", () => {
    const trace = () => {
      const world = worldOf(9, 30);
      world.add({ holds: PageSet.full(30), wants: new PageSet(30) });
      const readers = Array.from({ length: 6 }, () => world.add());
      world.start();
      world.run(complete(readers), HOUR);
      return [world.now, ...readers.map(({ bytesSent }) => bytesSent)];
    };
    expect(trace()).toEqual(trace());
  });
});
