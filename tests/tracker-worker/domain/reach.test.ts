// Whether a reader can be dialled, and when the tracker finds out, by a clock moved by hand.

import { describe, expect, it } from "vitest";
import { ADDRESSES_PER_READER_MAX } from "../../../shared/tracker-api/limits.ts";
import {
  dialled,
  dialling,
  hostsToDial,
  isDialDue,
  isNews,
  putOff,
  type Verdict,
} from "../../../tracker-worker/domain/reach.ts";

const minutes = (n: number) => n * 60_000;
const verdict = (reached: readonly string[], hosts: readonly string[] = ["192.0.2.1"], port = 6000) =>
  ({ hosts, port, reached }) as unknown as Verdict;

describe("a reader's reach", () => {
  it("is what its port has shown, and stays until the next answer", () => {
    const first = dialled(dialling({ port: 6000 }, 0), verdict(["192.0.2.1"]), minutes(0));
    expect(first.reach?.hosts).toEqual(["192.0.2.1"]);
    const doubted = dialling(first, minutes(2));
    expect(doubted.reach?.hosts).toEqual(["192.0.2.1"]);
    expect(dialled(doubted, verdict([]), minutes(0)).reach?.hosts).toEqual([]);
  });

  it("changes for the hosts alone that were dialled", () => {
    const both = { port: 6000, reach: { hosts: ["192.0.2.1", "2001:db8::1"], dialledAt: 0, misses: 1 } };
    expect(dialled(both, verdict([], ["2001:db8::1"]), minutes(0)).reach?.hosts).toEqual(["192.0.2.1"]);
  });

  it("remembers only the latest hosts, as many as a reader is listed with, however often it shows new ones", () => {
    let reader = dialling({ port: 6000 }, 0);
    const hosts = Array.from({ length: 400 }, (_, at) => `2001:db8::${(at + 1).toString(16)}`);
    for (const host of hosts) reader = dialled(reader, verdict([host], [host]), minutes(0));
    expect(reader.reach.hosts).toEqual(hosts.slice(-ADDRESSES_PER_READER_MAX));
  });

  it("takes no verdict on a port that the reader no longer names", () => {
    const moved = dialling({ port: 6001 }, 0);
    expect(dialled(moved, verdict(["192.0.2.1"]), minutes(0))).toEqual(moved);
  });
});

describe("a reader is dialled", () => {
  it("when it registers, once a minute at most", () => {
    expect(isNews({ port: 6000 }, 0)).toBe(true);
    expect(isNews(dialling({ port: 6000 }, 0), minutes(1) - 1)).toBe(false);
    expect(isNews(dialling({ port: 6000 }, 0), minutes(1))).toBe(true);
  });

  it("again when it was not reached, ever later", () => {
    let reader = dialling({ port: 6000 }, 0);
    const waits: number[] = [];
    for (let now = 0; waits.length < 4; now += minutes(1)) {
      if (!isDialDue(reader, now)) continue;
      waits.push((now - (reader.reach?.dialledAt ?? 0)) / minutes(1));
      reader = dialled(dialling(reader, now), verdict([]), minutes(0));
    }
    expect(waits).toEqual([1, 4, 16, 64]);
  });

  it("when there was no room for it before, and not again once it was reached", () => {
    expect(isDialDue({ port: 6000 }, 0)).toBe(true);
    expect(isDialDue(dialled(dialling({ port: 6000 }, 0), verdict(["192.0.2.1"]), minutes(0)), minutes(1_000))).toBe(
      false,
    );
  });

  it("when there was no room for it though it was reached before, as soon as there is", () => {
    const reached = dialled(dialling({ port: 6000 }, 0), verdict(["192.0.2.1"]), minutes(0));
    expect(isDialDue(putOff(reached), minutes(1))).toBe(true);
    expect(putOff(reached).reach?.hosts).toEqual(["192.0.2.1"]);
    const missed = dialling(dialling({ port: 6000 }, 0), minutes(1));
    expect([putOff(missed), putOff({ port: 6000 })]).toEqual([missed, { port: 6000 }]);
  });

  it("never when it does not listen", () => {
    expect(isNews({ port: 0 }, 0)).toBe(false);
    expect(isDialDue({ port: 0 }, 0)).toBe(false);
  });

  it("only where it was seen, and on the tracker's own machine at its interfaces", () => {
    expect(hostsToDial(["192.0.2.1", "2001:db8::1"], ["10.0.0.2"])).toEqual(["192.0.2.1", "2001:db8::1"]);
    expect(hostsToDial(["127.0.0.1"], ["10.0.0.2"])).toEqual(["127.0.0.1", "10.0.0.2"]);
  });
});
