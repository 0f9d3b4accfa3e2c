// The budget that keeps a tracker's readers from being anybody's weapon.

import { describe, expect, it } from "vitest";
import { DialBudget, doorsOf } from "../../../peer-node/core/dial-budget.ts";
import type { Address } from "../../../peer-node/core/events.ts";

const door = (host: string, port = 4_000): Address => ({ host, port });
const at = (host: string): readonly Address[] => [door(host)];
const SECOND = 1_000;

/** Dials as often as the budget lets, each time at the next of `targets`, for so long; returns when each dial was. */
function dialAll(
  budget: DialBudget,
  targets: Iterable<readonly Address[]>,
  untilMs: number,
  from = 0,
): readonly number[] {
  const times: number[] = [];
  let now = from;
  for (const addresses of targets) {
    now = Math.max(now, budget.readyAt(addresses, now));
    if (now >= untilMs) break;
    budget.dialled(addresses, now);
    times.push(now);
  }
  return times;
}

function* hosts(make: (at: number) => string): Generator<readonly Address[]> {
  for (let number = 0; ; number++) yield at(make(number));
}

describe("A budget of dials", () => {
  it("lets fifteen begin at once, and then five in a second", () => {
    const budget = new DialBudget();
    const times = dialAll(
      budget,
      hosts((n) => `10.0.${n >> 8}.${n & 255}`),
      2 * SECOND,
    );
    expect(times.filter((time) => time === 0).length).toBe(15);
    expect(times.length).toBe(15 + 9);
  });

  it("knocks at no more than a hundred addresses in an hour at which no reader answers", () => {
    const budget = new DialBudget();
    const first = hosts((n) => `198.${n >> 8}.${n & 255}.7`);
    expect(dialAll(budget, first, 3_600 * SECOND).length).toBe(100);
    const others = hosts((n) => `199.${n >> 8}.${n & 255}.7`);
    expect(dialAll(budget, others, 7_200 * SECOND, 3_600 * SECOND).length).toBe(100);
  });

  it("counts every address of a reader that is listed with many", () => {
    const budget = new DialBudget();
    const eight = (n: number) => Array.from({ length: 8 }, (_, k) => ({ host: `198.${n}.${k}.7`, port: 4_000 }));
    const times = dialAll(
      budget,
      Array.from({ length: 40 }, (_, n) => eight(n)),
      3_600 * SECOND,
    );
    expect(times.length).toBe(12);
  });

  it("knocks twice a minute at one /24, and at one IPv6 /64, while nobody there has answered", () => {
    for (const make of [(n: number) => `198.51.100.${n & 255}`, (n: number) => `2001:db8:1:2::${n.toString(16)}`]) {
      expect(dialAll(new DialBudget(), hosts(make), 180 * SECOND).length).toBe(6);
    }
  });

  it("counts every address of a reader there, and knocks at no more than two of them", () => {
    const listed = Array.from({ length: 8 }, (_, n) => door("198.51.100.7", 4_000 + n));
    const doors = doorsOf([
      ...listed,
      door("2001:db8::7"),
      door("192.168.1.7"),
      door("192.168.1.8"),
      door("192.168.1.9"),
    ]);
    expect(doors.map(({ host }) => host)).toEqual([
      ...["198.51.100.7", "198.51.100.7", "2001:db8::7"],
      ...["192.168.1.7", "192.168.1.8", "192.168.1.9"],
    ]);
    const readers = Array.from({ length: 9 }, (_, n) =>
      doorsOf(listed.map((each) => ({ ...each, port: each.port + 8 * n }))),
    );
    expect(dialAll(new DialBudget(), readers, 180 * SECOND)).toEqual([0, 60 * SECOND, 120 * SECOND]);
  });

  it("does not count a dial that was answered, so that a network full of readers is dialled at full speed", () => {
    const budget = new DialBudget();
    let now = 0;
    for (let number = 0; number < 200; number++) {
      const addresses = at(`198.51.100.${number}`);
      now = Math.max(now, budget.readyAt(addresses, now));
      budget.dialled(addresses, now);
      budget.reached(door(`198.51.100.${number}`));
    }
    expect(now).toBe(((200 - 15) / 5) * SECOND);
  });

  it("takes the address that answered as proved, and no other that was listed beside it", () => {
    const budget = new DialBudget();
    const mixed = [...at("198.51.100.1"), ...at("203.0.113.9")];
    budget.dialled(mixed, 0);
    budget.reached(door("198.51.100.1"));
    budget.dialled(mixed, 0);
    expect(budget.readyAt(at("198.51.100.1"), 0)).toBe(0);
    expect(budget.readyAt(at("203.0.113.9"), 0)).toBe(60 * SECOND);
  });

  it("does not hold one's own network to a limit for each of its parts", () => {
    for (const make of [(n: number) => `192.168.1.${n & 255}`, (n: number) => `127.0.0.${n & 255}`]) {
      expect(dialAll(new DialBudget(), hosts(make), 3 * SECOND).length).toBe(29);
    }
  });

  it("knocks at addresses that are only remembered fifteen times at once and then every two minutes, and leaves the rest to others", () => {
    const budget = new DialBudget();
    const remembered: number[] = [];
    for (let now = 0, number = 0; now < 3_600 * SECOND; ) {
      const addresses = at(`198.${number >> 8}.${number & 255}.7`);
      now = Math.max(now, budget.readyAt(addresses, now, true));
      if (now >= 3_600 * SECOND) break;
      budget.dialled(addresses, now, true);
      remembered.push(now);
      number++;
    }
    expect(remembered.filter((time) => time === 0).length).toBe(15);
    expect(remembered.length).toBe(15 + 29);
    const named = hosts((n) => `199.${n >> 8}.${n & 255}.7`);
    expect(dialAll(budget, named, 3_610 * SECOND, 3_599 * SECOND).length).toBeGreaterThanOrEqual(56);
  });

  it("does not count who was reached since as remembered only", () => {
    const budget = new DialBudget();
    for (let times = 0; times < 60; times++) {
      const now = times * SECOND;
      expect(budget.readyAt(at("198.51.100.1"), now, true)).toBe(now);
      budget.dialled(at("198.51.100.1"), now, true);
      budget.reached(door("198.51.100.1"));
    }
  });
});
