import { describe, expect, it } from "vitest";
import { hashingLine, type Progress, progressLines } from "../../../peer-node/cli/progress-lines.ts";
import type { LinkSnapshot } from "../../../peer-node/core/snapshot.ts";
import { readerId } from "../core/puzzle.ts";

const LINK: LinkSnapshot = {
  reader: readerId(1),
  host: "203.0.113.101",
  dialled: false,
  way: "connect-back",
  pagesHeld: 50,
  pagesReceived: 10,
  pagesRelayed: 0,
  pagesSent: 2,
  bytesReceived: 10,
  bytesSent: 2,
  receiveRate: 1_200_000,
  sendRate: 3_000,
  snubbed: false,
  help: "sends",
};

const PROGRESS: Progress = {
  isComplete: false,
  pagesHeld: 1_741,
  pages: 3_786,
  bytesHeld: 6_400_000,
  bytes: 14_000_000,
  receiveRate: 1_200_000,
  sendRate: 0,
  bytesSent: 3_000,
  links: [LINK],
  bookPages: 100,
  why: { code: "readers", message: "203.0.113.101 (by connect-back) sends no faster." },
};

/** The largest numbers that a line has to take. */
const HUGE: Progress = {
  ...PROGRESS,
  pagesHeld: 1_741_000,
  pages: 3_786_000,
  bytesHeld: 640e9,
  bytes: 999e9,
  receiveRate: 112e6,
  sendRate: 112e6,
};

const linesOf = (changes: Partial<Progress>, columns = 80, withReaders = false) =>
  progressLines({ ...PROGRESS, ...changes }, { columns, withReaders });

describe("The progress of a book", () => {
  it("is bytes and pages, speed, readers and time left, in one line while nothing is in the way", () => {
    expect(linesOf({})).toEqual(["45%  6.4 MB of 14 MB  1,741 of 3,786 pages  1.2 MB/s  1 reader  7 s left"]);
  });

  it("leaves out what matters least where the line is too short, and never the share", () => {
    const [line = ""] = progressLines(HUGE, { columns: 80 });
    expect(line).toBe("64%  640 GB of 999 GB  112 MB/s  1 reader  54 min left");
    expect(progressLines(HUGE, { columns: 40 })).toEqual(["64%  640 GB of 999 GB  112 MB/s"]);
    for (let columns = 10; columns < 120; columns++) {
      const [fits = ""] = progressLines(HUGE, { columns, prefix: "a folder: " });
      expect(fits.length).toBeLessThanOrEqual(columns);
    }
    expect(progressLines(HUGE, { columns: 5 })).toEqual(["64%"]);
  });

  it("says in a second line what is in the way, cut to the width, and then no time that nobody knows", () => {
    const message = `No reader within reach holds page 17 of ${"long/".repeat(20)}cat.jpg, since 14:02.`;
    const [line = "", why = ""] = linesOf({ receiveRate: 10, why: { code: "scarce", message } });
    expect(line).not.toContain("left");
    expect(why).toMatch(/^ {2}No reader within reach holds page 17 of long\/.*…$/);
    expect(why).toHaveLength(80);
    expect(linesOf({ why: { code: "limit", message: "The limit." } })[1]).toBe("  The limit.");
  });

  it("of a complete book is what is sent", () => {
    const why = { code: "serving", message: "Readers get what they ask for." } as const;
    expect(linesOf({ isComplete: true, sendRate: 500_000, why })).toEqual([
      "Serving  500 kB/s up  1 reader  3.0 kB sent",
    ]);
  });

  it("has a line for each reader on demand, with the way to it, in an order that stays, and counts those beyond what fits", () => {
    const relay: LinkSnapshot = {
      ...LINK,
      reader: readerId(15),
      host: "192.0.2.7",
      way: "dialled",
      receiveRate: 2e6,
      help: "relays",
    };
    expect(linesOf({ links: [LINK, relay] }, 80, true).slice(1)).toEqual([
      "  203.0.113.101   000000 connect-back  50%  1.2 MB/s in  3.0 kB/s out",
      "  192.0.2.7       000000 dialled       50%  2.0 MB/s in  3.0 kB/s out relays",
    ]);
    expect(linesOf({ links: [LINK, relay] }, 60, true).slice(1)).toEqual([
      "  203.0.113.101   000000  50%  1.2 MB/s in  3.0 kB/s out",
      "  192.0.2.7       000000  50%  2.0 MB/s in  3.0 kB/s out re…",
    ]);
    const many = linesOf({ links: Array.from({ length: 40 }, () => LINK) }, 80, true);
    expect(many.length).toBeLessThan(20);
    expect(many.at(-1)).toMatch(/^ {2}and \d+ more$/);
    for (const line of many) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe("The progress of hashing", () => {
  it("is share, bytes, speed and time left, as far as they are known", () => {
    expect(hashingLine("Describing", { bytes: 1e9, of: 4e9, rate: 0 }, 80)).toBe("Describing: 25%  1.0 GB of 4.0 GB");
    expect(hashingLine("Describing", { bytes: 1e9, of: 4e9, rate: 1e8 }, 80)).toBe(
      "Describing: 25%  1.0 GB of 4.0 GB  100 MB/s  30 s left",
    );
    expect(hashingLine("Checking what is there", { bytes: 1e9, of: 4e9, rate: 1e8 }, 50)).toBe(
      "Checking what is there: 25%  1.0 GB of 4.0 GB",
    );
  });
});
