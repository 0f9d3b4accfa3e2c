import { describe, expect, it } from "vitest";
import { CAUSES, type Cause, type CauseFacts, causeOf, type Surroundings } from "../../../peer-node/core/cause.ts";
import type { Help } from "../../../peer-node/core/help.ts";
import {
  PUTTING_BYTES_MAX,
  STALL_MS_MAX,
  STALL_MS_MIN,
  STRANDED_MS,
  WINDOW_BYTES_MAX,
} from "../../../peer-node/core/policy.ts";
import { TokenBucket } from "../../../peer-node/core/token-bucket.ts";
import { PAGE_BYTES } from "../../../shared/limits.ts";
import { PageSet } from "../../../shared/page-set.ts";
import { askedPages, fullPages, Puzzle } from "./puzzle.ts";

/** A book that arrives from one reader, at a registered reader with a good disk. */
function facts(changes: Partial<CauseFacts["snapshot"]> = {}, others: Partial<Surroundings> = {}): CauseFacts {
  return {
    snapshot: {
      pagesMissing: 10,
      paused: false,
      readers: 1,
      links: links("sends"),
      ordersOpen: 0,
      scarce: undefined,
      pagesPutting: 0,
      diskBehind: false,
      downloadLimitUse: 0,
      uploadLimitUse: 0,
      ...changes,
    },
    tracker: "joined",
    diskFault: undefined,
    load: 0.1,
    ...others,
  };
}

function links(...help: readonly Help[]): CauseFacts["snapshot"]["links"] {
  return help.map((each) => ({ help: each }));
}

const SCARCE = { page: fullPages(1).page(0), forMs: 0 };
const FULL = "The disk is full";

/** For each cause, facts under which it is the one, with as much as can be of what counts less. */
const CASES: readonly (readonly [Cause, CauseFacts])[] = [
  ["upload-limit", facts({ pagesMissing: 0, ordersOpen: 1, uploadLimitUse: 0.9, paused: true }, { diskFault: FULL })],
  ["serving", facts({ pagesMissing: 0, ordersOpen: 1, paused: true }, { diskFault: FULL })],
  ["complete", facts({ pagesMissing: 0, paused: true, links: [], uploadLimitUse: 1 }, { diskFault: FULL })],
  ["paused", facts({ paused: true, links: [] }, { diskFault: FULL })],
  ["disk", facts({ links: [] }, { diskFault: FULL })],
  ["disk", facts({ diskBehind: true, downloadLimitUse: 1 })],
  ["disk", facts({ pagesMissing: 2, pagesPutting: 2, links: links("none") })],
  ["tracker", facts({ links: [], readers: 0, scarce: SCARCE }, { tracker: "lost" })],
  ["tracker", facts({ links: [], readers: 0 }, { tracker: "refused" })],
  ["alone", facts({ links: [], readers: 0, scarce: SCARCE })],
  ["unreached", facts({ links: [], readers: 2, scarce: SCARCE }, { tracker: "lost" })],
  ["limit", facts({ downloadLimitUse: 0.9 }, { load: 1 })],
  ["machine", facts({ downloadLimitUse: 0.5 }, { load: 0.95 })],
  ["readers", facts({ links: links("none", "sends", "snubbed", "asked"), scarce: SCARCE }, { tracker: "lost" })],
  ["relayed", facts({ links: links("relays", "none"), scarce: SCARCE })],
  ["waiting", facts({ links: links("asked", "snubbed"), scarce: SCARCE })],
  ["snubbed", facts({ links: links("snubbed", "none"), scarce: SCARCE })],
  ["scarce", facts({ links: links("none", "none"), scarce: SCARCE }, { load: 1 })],
  ["waiting", facts({ links: links("none") })],
];

describe("What binds a book", () => {
  it.each(CASES)("is %s before whatever matters less", (cause, given) => {
    expect(causeOf(given)).toBe(cause);
  });

  it("has a case here for every cause", () => {
    expect(new Set(CASES.map(([cause]) => cause))).toEqual(new Set(Object.keys(CAUSES)));
  });
});

/** What binds the engine of a puzzle, whose reader is registered. */
function bound({ swarm, now }: Puzzle, others: Partial<Surroundings> = {}): Cause {
  return causeOf({ snapshot: swarm.snapshot(now), tracker: "joined", diskFault: undefined, load: 0, ...others });
}

describe("A swarm", () => {
  it("is bound by readers while one that holds what is missing sends, and waits until it begins", () => {
    const puzzle = new Puzzle(fullPages(40));
    const owner = puzzle.visit(1, "all");
    expect(bound(puzzle)).toBe("waiting");
    puzzle.now += 100;
    owner.sends(askedPages(puzzle.take())[0] ?? -1);
    expect(bound(puzzle)).toBe("readers");
    puzzle.now += STALL_MS_MIN;
    expect(bound(puzzle)).toBe("waiting");
  });

  it("finds that every owner is snubbed once the only one lets the time go by, and not while another one sends", () => {
    const puzzle = new Puzzle(fullPages(40));
    puzzle.visit(1, "all");
    puzzle.pass(STALL_MS_MAX / 3 + 1);
    expect(puzzle.swarm.snapshot(puzzle.now).links).toMatchObject([{ help: "snubbed" }]);
    expect(bound(puzzle)).toBe("snubbed");
    puzzle.take();
    const other = puzzle.visit(2, "all");
    other.delivers(askedPages(puzzle.take(), other.link)[0] ?? -1);
    expect(bound(puzzle)).toBe("readers");
  });

  it("finds a page that nobody holds when nothing has come for a while, and not while new pages come now and then", () => {
    const puzzle = new Puzzle(fullPages(3));
    const owner = puzzle.visit(1, [0, 2]);
    expect(bound(puzzle)).toBe("waiting");
    owner.deliversAll();
    expect(puzzle.swarm.snapshot(puzzle.now)).toMatchObject({ scarce: { page: 1 }, links: [{ help: "sends" }] });
    expect(bound(puzzle)).toBe("readers");
    puzzle.now += STALL_MS_MIN;
    expect(bound(puzzle)).toBe("scarce");
  });

  it("goes on naming that page, since the same time, while a reader that lacks it too is asked for it", () => {
    const puzzle = new Puzzle(fullPages(2));
    puzzle.visit(1, []);
    const page = puzzle.swarm.snapshot(puzzle.now).scarce?.page;
    puzzle.take();
    puzzle.pass(3 * STRANDED_MS);
    expect(askedPages(puzzle.take())).toContain(page);
    expect(puzzle.swarm.snapshot(puzzle.now).scarce).toEqual({ page, forMs: 3 * STRANDED_MS });
    expect(bound(puzzle)).toBe("scarce");
  });

  it("finds that pages come only through a reader that fetches them", () => {
    const puzzle = new Puzzle(fullPages(40));
    const relay = puzzle.visit(1, []);
    puzzle.take();
    puzzle.pass(2 * STRANDED_MS);
    const [page = -1] = askedPages(puzzle.take(), relay.link);
    relay.says({ flag: "wait", pages: [page] });
    expect(bound(puzzle)).toBe("scarce");
    relay.delivers(page);
    expect(bound(puzzle)).toBe("relayed");
    expect(puzzle.swarm.snapshot(puzzle.now).readersSent).toBe(1);
  });

  it("is bound by its download limit when that keeps asks back, and not when readers send half as much", () => {
    const download = new TokenBucket(PAGE_BYTES);
    const puzzle = new Puzzle(fullPages(200), { download });
    const owner = puzzle.visit(1, "all");
    const fetch = (ms: number, times: number) => {
      for (let time = 0; time < times; time++) {
        const [page] = askedPages(puzzle.take());
        if (page !== undefined) owner.delivers(page);
        puzzle.pass(ms);
      }
    };
    fetch(100, 100);
    expect(bound(puzzle)).toBe("limit");
    download.bytesPerSecond = 4 * PAGE_BYTES;
    fetch(1_000, 20);
    expect(bound(puzzle)).toBe("readers");
  });

  it("is bound by its disk while more has come than that has written", () => {
    const puzzle = new Puzzle(fullPages(300));
    const owner = puzzle.visit(1, "all");
    const arrived: number[] = [];
    while (arrived.length * PAGE_BYTES <= PUTTING_BYTES_MAX + WINDOW_BYTES_MAX) {
      const pages = askedPages(puzzle.take());
      if (pages.length === 0) break;
      for (const page of pages) owner.sends(page);
      arrived.push(...pages);
    }
    expect(bound(puzzle)).toBe("disk");
    for (const page of arrived) puzzle.tell({ type: "pageStored", page: puzzle.book.page(page) });
    expect(bound(puzzle)).not.toBe("disk");
  });

  it("tells who it waits for when nobody is linked: the tracker, anybody at all, or those who are listed", () => {
    const puzzle = new Puzzle(fullPages(1));
    expect(bound(puzzle, { tracker: "lost" })).toBe("tracker");
    expect(bound(puzzle)).toBe("alone");
    puzzle.list(1, 2);
    expect(bound(puzzle)).toBe("unreached");
  });

  it("is paused by hand", () => {
    const puzzle = new Puzzle(fullPages(1));
    puzzle.tell({ type: "paused", paused: true });
    expect(bound(puzzle)).toBe("paused");
  });

  it.each([
    ["as fast as they take it", Number.POSITIVE_INFINITY, "serving"],
    ["as its upload limit lets it", PAGE_BYTES, "upload-limit"],
  ])("that has everything serves those who ask, %s, and is complete when nobody does", (_, limit, cause) => {
    const upload = new TokenBucket(limit);
    const puzzle = new Puzzle(fullPages(20), { holds: Array(20).keys(), wanted: new PageSet(20), upload });
    expect(bound(puzzle)).toBe("complete");
    const asker = puzzle.visit(1, []);
    puzzle.take();
    asker.says({ flag: "ask", pages: [...Array(20).keys()] });
    for (let time = 0; upload.isLimited && time < 100; time++) {
      puzzle.drain();
      puzzle.pass(100);
    }
    expect(bound(puzzle)).toBe(cause);
    asker.vanishes();
    expect(bound(puzzle)).toBe("complete");
  });
});
