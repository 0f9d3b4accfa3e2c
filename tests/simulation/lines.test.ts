// What the world is made of, part by part: the order of things, and what a line of so many bytes a second does.

import { describe, expect, it } from "vitest";
import { randomFrom } from "../peer-node/core/puzzle.ts";
import { Clockwork } from "./clockwork.ts";
import { Downlink } from "./downlink.ts";
import { Alarm, EventQueue } from "./event-queue.ts";
import { BufferedUplink, type Lane, type Parcel, PlainUplink } from "./uplink.ts";

describe("The event queue", () => {
  it("lets things happen in the order of time, and at one time in the order in which they were put", () => {
    const events = new EventQueue();
    const random = randomFrom(7);
    const happened: [at: number, order: number][] = [];
    const put = (order: number) => {
      const at = events.now + Math.floor(random() * 50);
      events.put(at, { happen: (now) => void happened.push([now, order]) });
    };
    // Some are put while others happen, as in a run.
    for (let order = 0; order < 3_000; order++) {
      put(order);
      if (order % 3 === 0) events.step(Number.POSITIVE_INFINITY);
    }
    while (events.step(Number.POSITIVE_INFINITY)) expect(happened.at(-1)?.[0]).toBe(events.now);
    expect(happened).toHaveLength(3_000);
    expect(happened).toEqual(happened.toSorted(([at, order], [at2, order2]) => at - at2 || order - order2));
  });

  it("lets nothing happen that is later than asked for", () => {
    const events = new EventQueue();
    events.put(10, { happen: () => undefined });
    expect(events.step(9)).toBe(false);
    expect(events.step(10)).toBe(true);
    expect(events.step(11)).toBe(false);
  });
});

describe("The clockwork", () => {
  /** Machines that tell one another, each after a delay, and a note of when each was told, and how late that was. */
  function chatter(delayMs: number): { readonly clockwork: Clockwork; readonly told: [at: number, late: number][][] } {
    const clockwork = new Clockwork(delayMs);
    const machines = Array.from({ length: 5 }, () => clockwork.add());
    const random = randomFrom(11);
    const told: [number, number][][] = machines.map(() => []);
    const tell = (from: number, words: number): void => {
      const to = Math.floor(random() * machines.length);
      const [here, there] = [machines[from], machines[to]];
      const due = (here?.now ?? 0) + delayMs;
      there?.at(due, () => {
        told[to]?.push([there.now, there.now - due]);
        if (words > 0) there.after(Math.floor(random() * 30), () => tell(to, words - 1));
      });
    };
    for (let from = 0; from < machines.length; from++) machines[from]?.after(from, () => tell(from, 200));
    return { clockwork, told };
  }

  it.each([
    [20, 0],
    [1, 0],
    [0, 1],
  ])("lets machines %i ms apart hear of one another in time and in order, at most %i ms late", (delayMs, lateMax) => {
    const { clockwork, told } = chatter(delayMs);
    while (clockwork.round(Number.POSITIVE_INFINITY));
    expect(told.flat()).toHaveLength(5 * 201);
    for (const [, late] of told.flat()) expect(late).toBeLessThanOrEqual(lateMax);
    for (const heard of told) expect(heard).toEqual(heard.toSorted(([a], [b]) => a - b));
  });

  it("lets what concerns all happen while all clocks show its time, and everything before it is done", () => {
    const clockwork = new Clockwork(20);
    const machines = [clockwork.add(), clockwork.add()];
    const happened: string[] = [];
    for (const [name, machine] of machines.entries())
      for (const at of [4, 9, 10, 11]) machine.at(at, () => happened.push(`${name} at ${at}`));
    clockwork.common.at(10, () => happened.push(`all at ${machines.map(({ now }) => now).join(" and ")}`));
    while (clockwork.round(Number.POSITIVE_INFINITY));
    expect(happened.slice(0, 5)).toEqual(["0 at 4", "0 at 9", "1 at 4", "1 at 9", "all at 10 and 10"]);
    expect(happened).toHaveLength(9);
    expect(clockwork.count).toBe(9);
  });

  it("begins no round that is later than asked for", () => {
    const clockwork = new Clockwork(20);
    clockwork.add().at(100, () => undefined);
    expect(clockwork.round(99)).toBe(false);
    expect(clockwork.round(100)).toBe(true);
    expect(clockwork.round(1_000)).toBe(false);
  });

  it("notices a machine that answers itself without end", () => {
    const clockwork = new Clockwork(20);
    const machine = clockwork.add();
    const again = { happen: () => machine.put(0, again) };
    machine.put(0, again);
    expect(() => clockwork.round(1)).toThrow(/Time stands still/);
  });
});

describe("An alarm", () => {
  it("rings once, at the earliest time that it was set to", () => {
    const events = new EventQueue();
    const rung: number[] = [];
    const alarm = new Alarm(events, (now) => rung.push(now));
    for (const at of [30, 10, 20]) alarm.set(at);
    while (events.step(Number.POSITIVE_INFINITY));
    expect(rung).toEqual([10]);
  });
});

/** A parcel that writes down when it was taken and when it left. */
class Noted implements Parcel {
  readonly isControl = false;
  takenAt: number | undefined;
  leftAt: number | undefined;
  readonly bytes: number;
  readonly lane: Lane;
  readonly #events: EventQueue;

  constructor(events: EventQueue, bytes: number, lane: Lane) {
    this.#events = events;
    this.bytes = bytes;
    this.lane = lane;
  }

  taken(): void {
    this.takenAt = this.#events.now;
  }

  leaves(at: number): void {
    this.leftAt = at;
  }
}

describe("An uplink", () => {
  const events = () => new EventQueue();
  const untilQuiet = (queue: EventQueue) => {
    while (queue.step(Number.POSITIVE_INFINITY));
  };

  it("sends what was handed over first first, and says so when it has left", () => {
    const queue = events();
    const uplink = new PlainUplink(queue, 1_000_000);
    const parcels = [64_000, 10_000, 1_000].map((bytes) => new Noted(queue, bytes, { isCarried: true }));
    for (const parcel of parcels) uplink.hand(parcel);
    untilQuiet(queue);
    expect(parcels.map(({ leftAt }) => leftAt)).toEqual([64, 74, 75]);
    expect(parcels.map(({ takenAt }) => takenAt)).toEqual([64, 74, 75]);
  });

  it("spends nothing on a link that is gone", () => {
    const queue = events();
    const uplink = new PlainUplink(queue, 1_000_000);
    const [first, lost, last] = [true, false, true].map((isCarried) => new Noted(queue, 10_000, { isCarried }));
    for (const parcel of [first, lost, last]) if (parcel !== undefined) uplink.hand(parcel);
    untilQuiet(queue);
    expect([first?.leftAt, lost?.leftAt, last?.leftAt]).toEqual([10, undefined, 20]);
  });

  it("with buffers, takes at once what there is room for, and lets the links take turns", () => {
    const queue = events();
    const uplink = new BufferedUplink(queue, 1_000_000, 128_000);
    const [one, other] = [{ isCarried: true }, { isCarried: true }];
    const ofOne = [64_000, 64_000, 64_000].map((bytes) => new Noted(queue, bytes, one));
    const ofOther = new Noted(queue, 64_000, other);
    for (const parcel of [...ofOne, ofOther]) uplink.hand(parcel);
    untilQuiet(queue);
    expect(ofOne.map(({ takenAt }) => takenAt)).toEqual([0, 0, expect.any(Number)]);
    expect(ofOne[2]?.takenAt).toBeGreaterThan(50);
    expect(ofOther.takenAt).toBe(0);
    // Turns of 16,000 bytes: the first link had two before the other came.
    expect(ofOne[0]?.leftAt).toBeCloseTo(96);
    expect(ofOther.leftAt).toBeCloseTo(144);
    expect(ofOne[2]?.leftAt).toBeCloseTo(256);
  });
});

describe("A downlink", () => {
  it("adds nothing while it is free, and makes what comes at once wait in turn", () => {
    const downlink = new Downlink(1_000_000);
    expect(downlink.through(10_000, 100)).toBe(100);
    expect(downlink.through(10_000, 100)).toBe(110);
    expect(downlink.through(10_000, 105)).toBe(120);
    expect(downlink.through(10_000, 500)).toBe(500);
  });
});
