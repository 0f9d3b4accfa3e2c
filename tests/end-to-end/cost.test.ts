// What the tracker costs its owner: counted under Miniflare, multiplied by a day. `npm run cost` prints all of it.

import { beforeAll, describe, expect, it } from "vitest";
import {
  billOfDay,
  booksThatFit,
  type Counts,
  DAY_SECONDS,
  dollars,
  fullest,
  type Measured,
  residentBill,
  restingBook,
  waitingDay,
  writingBill,
} from "../cost/ledger.ts";
import { measure } from "../cost/measure.ts";
import { FREE_DAY, PARTS } from "../cost/prices.ts";

const NOTHING: Counts = { workerRequests: 0, objectRequests: 0, messages: 0, answers: 0, rowsRead: 0, rowsWritten: 0 };

describe("The cost ledger", () => {
  let measured: Measured;

  beforeAll(async () => {
    measured = await measure();
  });

  it("counts one alarm and one row for a round, whatever the number of readers, and wakes nobody for an answer", () => {
    expect(measured.beat).toEqual({ ...NOTHING, objectRequests: 1, rowsWritten: 1, answers: 10 });
  });

  it("counts no row written for what a reader does all day", () => {
    const { list, progress, leave, join } = measured;
    for (const { rowsWritten } of [list, progress, leave, join]) expect(rowsWritten).toBe(0);
    expect(list).toMatchObject({ workerRequests: 0, objectRequests: 0, messages: 1 });
    expect(progress).toMatchObject({ workerRequests: 0, objectRequests: 0, messages: 1 });
  });

  it("counts for a join the socket and the verdict of the dial, and once more the catalog for the first", () => {
    expect(measured.join).toMatchObject({ workerRequests: 1, objectRequests: 2, messages: 1 });
    expect(measured["first join"]).toMatchObject({ workerRequests: 1, objectRequests: 3, messages: 1 });
  });

  it("counts for a report its own heartbeat, one alarm pulled forward and one dial", () => {
    expect(measured.report).toMatchObject({ objectRequests: 1, messages: 1, answers: 1, rowsWritten: 1 });
  });

  it("counts a request or two for whatever people look at, and writes nothing", () => {
    expect(measured["page view"]).toMatchObject({ workerRequests: 1, objectRequests: 1, rowsWritten: 0 });
    expect(measured.get).toMatchObject({ workerRequests: 2, objectRequests: 2, rowsWritten: 0 });
  });

  it("counts one row for each slice, and a handful for publishing and for news in the catalog", () => {
    expect(measured.slice).toMatchObject({ workerRequests: 1, objectRequests: 1, rowsWritten: 1 });
    expect(measured.publish.rowsWritten).toBeLessThanOrEqual(24);
    expect(measured.news).toMatchObject({ workerRequests: 0, objectRequests: 1 });
    expect(measured.news.rowsWritten).toBeLessThanOrEqual(4);
  });

  it("fits 50 books and 1,000 readers that wait around the clock into the free plan", () => {
    const bill = billOfDay(waitingDay(50, 1_000), measured);
    for (const part of PARTS) expect([part, bill[part] / FREE_DAY[part] < 1]).toEqual([part, true]);
    expect(fullest(bill).share).toBeLessThan(1);
    expect(booksThatFit(10, measured)).toBeGreaterThanOrEqual(50);
  });

  it("is thirty times cheaper than an object kept in memory, and eight times cheaper than answers that wake and write", () => {
    for (const periodSeconds of [30, 120]) {
      const day = restingBook(10, periodSeconds);
      const own = dollars(billOfDay(day, measured));
      expect(dollars(residentBill(day, 1)) / own).toBeGreaterThan(30);
      expect(dollars(writingBill(day, measured)) / own).toBeGreaterThan(8);
    }
  });

  it("adds up as its formula says", () => {
    const day = restingBook(40, 60);
    const beats = DAY_SECONDS / 60;
    expect(
      billOfDay(day, { ...measured, beat: { ...NOTHING, objectRequests: 1, rowsWritten: 1, answers: 10 } }),
    ).toEqual({
      workerRequests: 0,
      objectRequests: beats * (1 + 40 / 20),
      rowsRead: 0,
      rowsWritten: beats,
      gigabyteSeconds: expect.closeTo(beats * 0.006 * 0.128, 9),
    });
    expect(
      dollars({ workerRequests: 1e6, objectRequests: 1e6, rowsRead: 0, rowsWritten: 1e6, gigabyteSeconds: 1e6 }),
    ).toBe(0.3 + 0.15 + 1 + 12.5);
  });
});
