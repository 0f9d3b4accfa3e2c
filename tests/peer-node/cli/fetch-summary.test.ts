import { describe, expect, it } from "vitest";
import { type Fetched, summaryLines, timeTaken } from "../../../peer-node/cli/fetch-summary.ts";
import { TimeShares } from "../../../peer-node/cli/time-shares.ts";

const FETCHED: Fetched = {
  bytesFetched: 14_000_000,
  bytesPerSecond: 1_200_000,
  readers: 9,
  bytesSent: 3_500_000,
  atBest: 0.94,
  shares: { readers: 0.94, machine: 0.05, alone: 0.01 },
};

describe("The time of a download", () => {
  it("goes to the cause that held, from one look to the next, and is at its best while lines or the limit bind", () => {
    const time = new TimeShares();
    time.note("tracker", 1_000);
    time.note("readers", 1_500);
    time.note("readers", 2_500);
    time.note("limit", 3_500);
    time.note("disk", 4_500);
    time.end(6_000);
    expect(time.shares).toEqual([
      ["readers", 0.4],
      ["disk", 0.3],
      ["limit", 0.2],
      ["tracker", 0.1],
    ]);
    expect(time.atBest).toBeCloseTo(0.6);
  });

  it("is not divided up while none has passed", () => {
    const time = new TimeShares();
    time.note("alone", 5);
    time.end(5);
    expect(time.shares).toEqual([]);
    expect(time.atBest).toBe(0);
  });
});

describe("The summary of a download", () => {
  it("says in tenths of a second how long a short one took, and a long one as people wait for it", () => {
    expect([0.291, 9.94, 34.184, 3_605.1].map(timeTaken)).toEqual(["0.3 s", "9.9 s", "35 s", "1 h 1 min"]);
  });

  it("says what came, how fast, from whom, what was sent on, and for how long nothing but faster lines would have helped", () => {
    expect(summaryLines(FETCHED)).toEqual([
      "14 MB at 1.2 MB/s from 9 readers; 3.5 MB sent on (0.25 times what came).",
      "As fast as the lines allow 94% of the time, this machine 5%, nobody there 1%.",
    ]);
  });

  it("does not speak of what was sent on where nothing was", () => {
    expect(summaryLines({ ...FETCHED, bytesSent: 0 })[0]).toBe("14 MB at 1.2 MB/s from 9 readers.");
  });

  it("names the limit where there was one, and no rest where there was none", () => {
    expect(summaryLines({ ...FETCHED, atBest: 1, shares: { limit: 0.7, readers: 0.3 } })[1]).toBe(
      "As fast as lines and limit allow 100% of the time.",
    );
  });

  it("does not divide up a time that is too short to be looked at often, and is silent when nothing came", () => {
    expect(summaryLines({ ...FETCHED, bytesPerSecond: 14_000_000 })).toHaveLength(1);
    expect(summaryLines({ ...FETCHED, bytesFetched: 0 })).toEqual([]);
  });
});
