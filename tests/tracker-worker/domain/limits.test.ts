// Buckets, reports and ranges: the small rules.

import { describe, expect, it } from "vitest";
import { parseReaderId } from "../../../shared/ids.ts";
import { resolveRange } from "../../../tracker-worker/domain/byte-range.ts";
import { Fence } from "../../../tracker-worker/domain/fence.ts";
import { firstPulse } from "../../../tracker-worker/domain/heartbeat.ts";
import type { Reader } from "../../../tracker-worker/domain/reader.ts";
import { weighReport } from "../../../tracker-worker/domain/report.ts";
import { type Bucket, perMinute, takeToken } from "../../../tracker-worker/domain/token-bucket.ts";

describe("a bucket", () => {
  it("gives a burst at once and then one token for each interval, and never holds more than the burst", () => {
    const rate = { perSecond: 2, burst: 3 };
    let bucket: Bucket | undefined;
    const take = (now: number) => {
      const result = takeToken(bucket, rate, now);
      bucket = result.bucket;
      return result.taken;
    };
    expect([0, 0, 0, 0, 499, 500, 501].map(take)).toEqual([true, true, true, false, false, true, false]);
    expect([60_000, 60_000, 60_000, 60_000].map(take)).toEqual([true, true, true, false]);
  });
});

describe("a fence", () => {
  const rate = perMinute(2);

  it("admits each address as often as the rate says, and a /64 is one address", () => {
    const fence = new Fence(10);
    const admitted = (host: string, now = 0) => fence.admits(host, rate, now);
    expect(["192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2"].map((host) => admitted(host))).toEqual([
      ...[true, true, false],
      true,
    ]);
    expect(["2001:db8::1", "2001:db8::2", "2001:db8::3"].map((host) => admitted(host))).toEqual([true, true, false]);
    expect(admitted("192.0.2.1", 30_000)).toBe(true);
  });

  it("remembers so many addresses and no more, and forgets the one that came longest ago", () => {
    const fence = new Fence(3);
    for (const host of ["192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.3", "192.0.2.4"]) {
      fence.admits(host, rate, 0);
    }
    expect(fence.size).toBe(3);
    expect(fence.admits("192.0.2.1", rate, 0)).toBe(false);
    for (let last = 0; last < 100_000; last++)
      fence.admits(`10.${last >> 16}.${(last >> 8) & 255}.${last & 255}`, rate, 0);
    expect(fence.size).toBe(3);
  });
});

describe("a report", () => {
  const reader = (digit: string): Reader => ({
    readerId: parseReaderId(digit.repeat(64)),
    hosts: ["192.0.2.1"],
    port: 1,
    privateHosts: [],
    pagesHeld: 0,
    silent: false,
    pulse: firstPulse(0, 0),
  });

  const limits = { perReporter: perMinute(6), challengeGapMs: 60_000 };
  const weigh = (reporter: Reader, accused: Reader | undefined, now: number) =>
    weighReport({ reporter, accused, heardAt: 0 }, limits, now);

  it("challenges the accused, and not again within the gap", () => {
    const { accused } = weigh(reader("a"), reader("b"), 5_000);
    expect(accused?.pulse.beatAt).toBe(5_000);
    expect(weigh(reader("c"), accused, 64_999).accused).toBeUndefined();
    expect(weigh(reader("c"), accused, 65_000).accused).toBeDefined();
  });

  it("counts against its reporter, who has six at once and then one in ten seconds", () => {
    let reporter = reader("a");
    const report = (now: number) => {
      const effect = weigh(reporter, reader("b"), now);
      reporter = effect.reporter;
      return effect.accused !== undefined;
    };
    expect([0, 0, 0, 0, 0, 0, 0, 9_999, 10_000].map(report)).toEqual([
      ...[true, true, true, true, true, true],
      ...[false, false, true],
    ]);
  });

  it("of oneself leads to nothing", () => {
    expect(weigh(reader("a"), reader("a"), 0).accused).toBeUndefined();
  });
});

describe("a Range header", () => {
  it("names bytes from an offset, between two, or at the end", () => {
    expect(resolveRange("bytes=100-", 600)).toEqual({ from: 100, to: 600 });
    expect(resolveRange("bytes=0-0", 600)).toEqual({ from: 0, to: 1 });
    expect(resolveRange("bytes=500-9999", 600)).toEqual({ from: 500, to: 600 });
    expect(resolveRange("bytes=-100", 600)).toEqual({ from: 500, to: 600 });
    expect(resolveRange("bytes=-9999", 600)).toEqual({ from: 0, to: 600 });
  });

  it("past the end has no bytes", () => {
    expect(resolveRange("bytes=600-", 600)).toBe("none");
    expect(resolveRange("bytes=-0", 600)).toBe("none");
  });

  it("that is absent, odd, backwards or several ranges means the whole", () => {
    for (const header of [undefined, "", "pages=1-2", "bytes=-", "bytes=5-4", "bytes=0-1,4-5", "bytes=a-b"]) {
      expect(resolveRange(header, 600)).toBe("whole");
    }
  });
});
