import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArrivalRate, type Mark } from "../../../peer-node/core/arrival-rate.ts";
import { ARRIVAL_SPAN_MS, UPLINK_MEMORY_MS } from "../../../peer-node/core/policy.ts";
import { always } from "../../shared/property.ts";

const PAGE = 1_000;

/** Sends a page every tenth of a second; their receipts come so many at a time. */
function flow(rate: ArrivalRate, { bunch, from = 0, pages = 100 }: { bunch: number; from?: number; pages?: number }) {
  const underWay: Mark[] = [];
  for (let number = 0; number < pages; number++) {
    const now = from + number * 100;
    underWay.push(rate.departs(now, underWay.length === 0));
    if (underWay.length <= bunch) continue;
    for (const mark of underWay.splice(0, bunch)) rate.arrives(PAGE, mark, now + 50);
  }
}

describe("The rate at which things arrive", () => {
  it("is unknown before the first has", () => {
    const rate = new ArrivalRate();
    const mark = rate.departs(0, true);
    expect(rate.value).toBeUndefined();
    rate.arrives(PAGE, mark, 100);
    expect(rate.value).toBe(PAGE / 100);
  });

  it("is taken over a second, so that receipts which come in bunches do not make it larger than it is", () => {
    const rate = new ArrivalRate();
    flow(rate, { bunch: 4 });
    expect((rate.value ?? 0) / (PAGE / 100)).toBeGreaterThan(0.8);
    // A page's own time would count what came in with its bunch: as much as three times what is sent.
    expect((rate.value ?? 0) / (PAGE / 100)).toBeLessThan(1.25);
  });

  it("is never more than what has arrived since a page departed, in that time", () => {
    const somePages = fc.array(fc.record({ from: fc.nat(20_000), takes: fc.integer({ min: 1, max: 3_000 }) }));
    always(
      fc.property(somePages, (pages) => {
        const rate = new ArrivalRate();
        const marks = new Map<number, Mark>();
        const arrivals: number[] = [];
        let most = 0;
        const happenings = pages.flatMap(({ from, takes }, page) => [
          { page, at: from, departs: true },
          { page, at: from + takes, departs: false },
        ]);
        for (const { page, at, departs } of happenings.sort((one, other) => one.at - other.at)) {
          if (departs) {
            marks.set(page, rate.departs(at, marks.size === 0));
            continue;
          }
          const departed = marks.get(page) ?? { at, arrived: 0 };
          marks.delete(page);
          arrivals.push(at);
          rate.arrives(PAGE, departed, at);
          most = Math.max(most, (arrivals.filter((each) => each >= departed.at).length * PAGE) / (at - departed.at));
          expect(rate.value).toBeLessThanOrEqual(most + 1e-9);
        }
      }),
    );
  });

  it("does not count the time in which nothing was under way", () => {
    const rate = new ArrivalRate();
    flow(rate, { bunch: 1 });
    const later = 10 * UPLINK_MEMORY_MS;
    rate.arrives(PAGE, rate.departs(later, true), later + 100);
    expect(rate.value).toBe(PAGE / 100);
  });

  it("goes by the page's own time where that is longer than the second", () => {
    const rate = new ArrivalRate();
    const mark = rate.departs(0, true);
    rate.departs(3 * ARRIVAL_SPAN_MS, false);
    rate.arrives(PAGE, mark, 4 * ARRIVAL_SPAN_MS);
    expect(rate.value).toBe(PAGE / (4 * ARRIVAL_SPAN_MS));
  });

  it("is the most that was seen lately, and forgotten once less has arrived for long enough", () => {
    const rate = new ArrivalRate();
    flow(rate, { bunch: 1 });
    const quick = rate.value ?? 0;
    let now = 10_000;
    const trickle = (until: number) => {
      for (; now < until; now += 1_000) rate.arrives(PAGE, rate.departs(now, true), now + 1_000);
    };
    trickle(10_000 + UPLINK_MEMORY_MS / 4);
    expect(rate.value).toBe(quick);
    trickle(10_000 + 2 * UPLINK_MEMORY_MS);
    expect(rate.value).toBe(PAGE / 1_000);
  });
});
