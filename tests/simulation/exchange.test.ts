// Swarms whose tracker is gone for good after the start: readers find one another through those that they know.

import { expect, it } from "vitest";
import { PageSet } from "../../shared/page-set.ts";
import { fullPages } from "../peer-node/core/puzzle.ts";
import { World, type WorldReader } from "./world.ts";

const HOUR = 3_600_000;

/** The tracker's one and last word to a reader. */
function list(reader: WorldReader, ...others: readonly WorldReader[]): void {
  const readers = others.map(({ id, host }) => ({ reader: id, addresses: [{ host, port: 4_000 }] }));
  reader.tell({ type: "listed", readers, others: others.length, othersComplete: 0 });
}

it.each([1, 2, 3, 4])(
  "Readers that know only one another's neighbours complete when those have gone, from seed %i",
  (seed) => {
    const world = new World({ book: fullPages(60), seed, delayMs: 20, uplink: 1_250_000 });
    const publisher = world.add({ holds: PageSet.full(60), wants: new PageSet(60) });
    const middle = world.add();
    const far = Array.from({ length: 4 }, () => world.add());
    list(middle, publisher);
    for (const reader of far) list(reader, middle);
    world.after(9_000, () => middle.crash());
    expect(world.run(() => far.every(({ swarm }) => swarm.isComplete), HOUR)).toBe(true);
    expect(far.map(({ stored }) => stored.isFull)).toEqual([true, true, true, true]);
  },
);
