// How readers that cannot simply dial one another get a book all the same, engine to engine.

import { describe, expect, it } from "vitest";
import { fullPages } from "./puzzle.ts";
import { Village, type Villager } from "./village.ts";

const PAGES = 40;

function village(): Village {
  return new Village(fullPages(PAGES));
}

function registerAll({ villagers }: Village): void {
  for (const villager of villagers) villager.register();
}

const isComplete = (villager: Villager) => () => villager.swarm.isComplete;

describe("A reader", () => {
  it("gets the book from a publisher that nobody can dial, which it calls", () => {
    const place = village();
    const publisher = place.add({ holds: "all", wants: [], isHidden: true });
    const reader = place.add();
    registerAll(place);
    expect(place.run(isComplete(reader))).toBe(true);
    expect([reader.ways.get(publisher.id), publisher.ways.get(reader.id)]).toEqual(["connect-back", "connect-back"]);
  });

  it("gets the book through one that wants it too, when neither it nor the publisher can be dialled", () => {
    const place = village();
    place.add({ holds: "all", wants: [], isHidden: true });
    const [hidden, open] = [place.add({ isHidden: true }), place.add()];
    registerAll(place);
    expect(place.run(() => hidden.swarm.isComplete && open.swarm.isComplete)).toBe(true);
    expect(hidden.pagesRelayed).toBe(0);
  });

  it("gets the book through one that wants nothing and keeps nothing, page by page", () => {
    const place = village();
    const publisher = place.add({ holds: "all", wants: [], isHidden: true });
    const [hidden, open] = [place.add({ isHidden: true }), place.add({ wants: [] })];
    registerAll(place);
    expect(place.run(isComplete(hidden))).toBe(true);
    expect(hidden.pagesRelayed).toBe(PAGES);
    expect([open.swarm.pagesHeld, open.ways.get(publisher.id)]).toEqual([0, "connect-back"]);
  });

  it("gets the pages that it lacks through one that wants only others", () => {
    const place = village();
    place.add({ holds: "all", wants: [], isHidden: true });
    const [hidden, open] = [place.add({ isHidden: true }), place.add({ wants: [0, 1, 2] })];
    registerAll(place);
    expect(place.run(isComplete(hidden))).toBe(true);
    expect(open.swarm.pagesHeld).toBe(3);
  });

  it("gets nothing from one that cannot be dialled when it cannot be dialled itself and nobody stands between", () => {
    const place = village();
    place.add({ holds: "all", wants: [], isHidden: true });
    const reader = place.add({ isHidden: true });
    registerAll(place);
    expect(place.run(isComplete(reader))).toBe(false);
  });
});

describe("Readers whose tracker is gone for good after the start", () => {
  it("complete when they know one another through others", () => {
    const place = village();
    place.hasTracker = false;
    const publisher = place.add({ holds: "all", wants: [] });
    const middle = place.add({ wants: [0] });
    const far = Array.from({ length: 4 }, () => place.add());
    middle.hearOf(publisher);
    for (const reader of far) reader.hearOf(middle);
    expect(place.run(() => far.every(({ swarm }) => swarm.isComplete))).toBe(true);
    for (const { ways } of far) {
      expect(ways.get(middle.id)).toBe("dialled");
      expect([...ways.values()]).toContain("exchange");
    }
  });
});
