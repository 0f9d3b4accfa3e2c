import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  HELLO_MS,
  LINKS_MAX,
  LINKS_WANTED,
  PING_AFTER_MS,
  RELIST_MS_MIN,
  SILENCE_MS_MAX,
} from "../../../peer-node/core/policy.ts";
import type { ReaderMessage } from "../../../shared/wire/messages.ts";
import { always } from "../../shared/property.ts";
import { Fray, STEPS } from "./fray.ts";
import { askedPages, bookId, fullPages, only, Puzzle, readerId, sent } from "./puzzle.ts";

const all = (pages: number) => Array.from({ length: pages }, (_, page) => page);
const faults = (effects: ReturnType<Puzzle["take"]>) => only(effects, "close").map(({ fault }) => fault);

/** Dials reader 1 and is answered. */
function dialOne(puzzle: Puzzle) {
  puzzle.list(1);
  const link = puzzle.nextLink();
  puzzle.take();
  puzzle.tell({ type: "dialled", link, reader: readerId(1), host: "10.0.0.1" });
  return { link, hello: puzzle.helloFrom(1) };
}

describe("A swarm that greets", () => {
  it("dials the readers that the tracker lists, and says hello naming the one it means", () => {
    const puzzle = new Puzzle(fullPages(2));
    expect(
      only(puzzle.list(1, 2), "dial")
        .map(({ reader }) => reader)
        .sort(),
    ).toEqual([readerId(1), readerId(2)]);
    const link = puzzle.nextLink();
    const effects = puzzle.tell({ type: "dialled", link, reader: readerId(1), host: "10.0.0.1" });
    expect(sent(effects, "hello", link)).toEqual([
      {
        flag: "hello",
        version: 1,
        bookId: puzzle.book.id,
        from: puzzle.self,
        to: readerId(1),
        port: 4_000,
        asks: 2_000,
      },
    ]);
  });

  it("says what it holds once the hellos are exchanged: all, none, or a set", () => {
    const answer = (holds: readonly number[]) => {
      const puzzle = new Puzzle(fullPages(9), { holds });
      puzzle.visit(1, []);
      return only(puzzle.take(), "send").map(({ message }) => message);
    };
    expect(answer(all(9))).toContainEqual({ flag: "heldAll" });
    expect(answer([])).toContainEqual({ flag: "heldNone" });
    expect(answer([0, 8])).toContainEqual({ flag: "heldSet", first: 0, bits: Uint8Array.of(0x80, 0x80) });
  });

  it.each([
    ["wrong-version", { version: 2 }],
    ["wrong-reader", { to: readerId(77) }],
    ["self", { from: readerId(1_000) }],
  ] as const)("refuses an incoming hello as %s", (fault, changes) => {
    const puzzle = new Puzzle(fullPages(2));
    const effects = puzzle.tell({
      type: "accepted",
      link: puzzle.nextLink(),
      host: "10.0.0.1",
      hello: puzzle.helloFrom(1, changes),
    });
    expect(faults(effects)).toEqual([fault]);
  });

  it.each([
    ["wrong-version", { version: 2 }],
    ["unknown-book", { bookId: bookId(2) }],
    ["wrong-reader", { from: readerId(2) }],
  ] as const)("closes a dialled link whose answer is %s", (fault, changes) => {
    const puzzle = new Puzzle(fullPages(2));
    const { link, hello } = dialOne(puzzle);
    expect(faults(puzzle.tell({ type: "received", link, message: { ...hello, ...changes } }))).toEqual([fault]);
  });

  it("keeps one link a pair when both dial at once: the dial of the smaller id", () => {
    const smaller = new Puzzle(fullPages(2), { self: 1 });
    const larger = new Puzzle(fullPages(2), { self: 2 });
    smaller.list(2);
    larger.list(1);
    const out = smaller.nextLink();
    smaller.tell({ type: "dialled", link: out, reader: readerId(2), host: "10.0.0.2" });
    larger.tell({ type: "dialled", link: larger.nextLink(), reader: readerId(1), host: "10.0.0.1" });
    smaller.take();
    larger.take();
    const refused = smaller.tell({
      type: "accepted",
      link: smaller.nextLink(),
      host: "10.0.0.2",
      hello: smaller.helloFrom(2),
    });
    expect(faults(refused)).toEqual(["duplicate-link"]);
    const accepted = larger.tell({
      type: "accepted",
      link: larger.nextLink(),
      host: "10.0.0.1",
      hello: larger.helloFrom(1),
    });
    expect(sent(accepted, "hello").length).toBe(1);
    expect(only(smaller.take(), "report").concat(only(larger.take(), "report"))).toEqual([]);
  });

  it("never gives up a link that talks for a newcomer with the same id", () => {
    const puzzle = new Puzzle(fullPages(2));
    puzzle.visit(1, "all");
    puzzle.take();
    const effects = puzzle.tell({
      type: "accepted",
      link: puzzle.nextLink(),
      host: "6.6.6.6",
      hello: puzzle.helloFrom(1),
    });
    expect(faults(effects)).toEqual(["duplicate-link"]);
    expect(puzzle.swarm.snapshot(puzzle.now).links.length).toBe(1);
  });

  it("takes only so many links", () => {
    const puzzle = new Puzzle(fullPages(2));
    for (let number = 1; number <= LINKS_MAX; number++) puzzle.visit(number, []);
    puzzle.take();
    puzzle.visit(LINKS_MAX + 1, []);
    expect(faults(puzzle.take())).toEqual(["too-many-links"]);
  });

  it("closes a link on which no hello comes in time", () => {
    const puzzle = new Puzzle(fullPages(2));
    const { link } = dialOne(puzzle);
    expect(only(puzzle.pass(HELLO_MS), "close").map((close) => close.link)).toEqual([link]);
  });

  it("pings a quiet link and closes a dead one", () => {
    const puzzle = new Puzzle(fullPages(2), { holds: all(2) });
    puzzle.visit(1, []);
    puzzle.take();
    expect(sent(puzzle.pass(PING_AFTER_MS), "ping").length).toBe(1);
    expect(faults(puzzle.pass(SILENCE_MS_MAX))).toEqual(["silent"]);
  });

  it("answers a ping, and a pong keeps a quiet link alive", () => {
    const puzzle = new Puzzle(fullPages(2), { holds: all(2) });
    const visitor = puzzle.visit(1, []);
    expect(sent(visitor.says({ flag: "ping" }), "pong").length).toBe(1);
    for (let round = 0; round < 10; round++) {
      expect(faults(puzzle.pass(PING_AFTER_MS))).toEqual([]);
      visitor.says({ flag: "pong" });
    }
  });
});

describe("A swarm that looks for readers", () => {
  it("dials no more readers than it wants links, and none when it is complete", () => {
    const puzzle = new Puzzle(fullPages(2));
    const dialled = only(puzzle.list(...all(40).slice(1)), "dial").length;
    expect(dialled).toBeGreaterThan(0);
    expect(dialled).toBeLessThanOrEqual(LINKS_WANTED);
    const complete = new Puzzle(fullPages(2), { holds: all(2) });
    expect(only(complete.list(1, 2, 3), "dial")).toEqual([]);
  });

  it("dials again with growing waits, and reports a reader that cannot be reached only once", () => {
    const puzzle = new Puzzle(fullPages(2));
    puzzle.list(1);
    const waits: number[] = [];
    for (let failure = 0; failure < 4; failure++) {
      const failed = puzzle.now;
      puzzle.tell({ type: "dialFailed", reader: readerId(1) });
      while (only(puzzle.take(), "dial").length === 0 || puzzle.now === failed) puzzle.pass(250);
      waits.push(puzzle.now - failed);
    }
    expect(waits[3]).toBeGreaterThan((waits[0] ?? 0) * 2);
    const reports = new Puzzle(fullPages(2));
    reports.list(1);
    reports.tell({ type: "dialFailed", reader: readerId(1) });
    reports.pass(60_000);
    reports.tell({ type: "dialFailed", reader: readerId(1) });
    expect(only(reports.take(), "report")).toEqual([{ type: "report", reader: readerId(1), reason: "no-connection" }]);
  });

  it("asks the tracker again, spaced and ever more rarely, while it knows too few", () => {
    const puzzle = new Puzzle(fullPages(2));
    puzzle.tell({ type: "tracker", ready: true });
    puzzle.tell({ type: "listed", readers: [], others: 29, othersComplete: 0 });
    const times: number[] = [];
    for (let step = 0; step < 600; step++) if (only(puzzle.pass(100), "askTracker").length > 0) times.push(puzzle.now);
    const gaps = times.slice(1).map((time, at) => time - (times[at] ?? 0));
    expect(gaps.length).toBeGreaterThan(2);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(RELIST_MS_MIN);
    expect(gaps.at(-1)).toBeGreaterThan((gaps[0] ?? 0) * 2);
  });

  it("asks the tracker nothing while the tracker is away", () => {
    const puzzle = new Puzzle(fullPages(2));
    puzzle.tell({ type: "tracker", ready: false });
    expect(only(puzzle.pass(120_000), "askTracker")).toEqual([]);
  });

  it("lets a link go when both sides hold every page", () => {
    const puzzle = new Puzzle(fullPages(1));
    const owner = puzzle.visit(1, "all");
    puzzle.take();
    expect(faults(owner.delivers(0))).toEqual(["not-useful"]);
    const complete = new Puzzle(fullPages(1), { holds: [0] });
    complete.visit(1, "all");
    expect(faults(complete.take())).toEqual(["not-useful"]);
  });

  it("counts the pages that would leave the swarm with it", () => {
    const puzzle = new Puzzle(fullPages(3), { holds: [0, 1] });
    expect(puzzle.swarm.snapshot(puzzle.now).pagesOnlyHere).toBe(2);
    const other = puzzle.visit(1, [1]);
    expect(puzzle.swarm.snapshot(puzzle.now).pagesOnlyHere).toBe(1);
    other.vanishes();
    expect(puzzle.swarm.snapshot(puzzle.now).pagesOnlyHere).toBe(2);
    puzzle.visit(2, "all");
    expect(puzzle.swarm.snapshot(puzzle.now).pagesOnlyHere).toBe(0);
    const alone = new Puzzle(fullPages(3), { holds: [0, 1, 2] });
    expect(alone.swarm.snapshot(alone.now).pagesOnlyHere).toBe(3);
    const newcomer = alone.visit(1, [1]);
    expect(alone.swarm.snapshot(alone.now).pagesOnlyHere).toBe(2);
    newcomer.vanishes();
    expect(alone.swarm.snapshot(alone.now).pagesOnlyHere).toBe(3);
    alone.tell({ type: "listed", readers: [], others: 4, othersComplete: 1 });
    expect(alone.swarm.snapshot(alone.now).pagesOnlyHere).toBe(0);
  });

  it("closes every link with a reason when it leaves", () => {
    const puzzle = new Puzzle(fullPages(2));
    puzzle.visit(1, "all");
    puzzle.visit(2, []);
    puzzle.take();
    expect(faults(puzzle.tell({ type: "leave" }))).toEqual(["leaving", "leaving"]);
    puzzle.take();
    puzzle.visit(3, "all");
    expect(faults(puzzle.take())).toEqual(["leaving"]);
  });
});

describe("A swarm among readers that break the protocol", () => {
  it.each<[string, string, ReaderMessage]>([
    ["a hello in the middle", "out-of-turn", new Puzzle(fullPages(2)).helloFrom(1)],
    ["held frames said twice", "out-of-turn", { flag: "heldAll" }],
    ["bytes that were not asked", "not-asked", { flag: "piece", page: 1, offset: 0, bytes: new Uint8Array(10) }],
    ["a page beyond the book", "no-such-page", { flag: "have", pages: [2] }],
    ["a set beyond the book", "no-such-page", { flag: "heldSet", first: 0, bits: Uint8Array.of(0x20) }],
    ["a refusal of what was not asked", "not-asked", { flag: "refuse", page: 1, reason: "not-held" }],
    ["a word ahead of what was not asked", "not-asked", { flag: "next", page: 1 }],
    ["a word ahead of a page beyond the book", "no-such-page", { flag: "next", page: 2 }],
  ])("closes the link for %s, with the reason %s", (_, fault, message) => {
    const puzzle = new Puzzle(fullPages(2));
    const visitor = puzzle.visit(1, []);
    expect(faults(visitor.says(message))).toEqual([fault]);
  });

  it("closes the link when a page's pieces leave a gap or run over its end", () => {
    const gap = new Puzzle(fullPages(1)).visit(1, "all");
    gap.says({ flag: "piece", page: 0, offset: 0, bytes: new Uint8Array(1_000) });
    expect(faults(gap.says({ flag: "piece", page: 0, offset: 2_000, bytes: new Uint8Array(10) }))).toEqual([
      "malformed",
    ]);
    const over = new Puzzle(fullPages(1)).visit(1, "all");
    for (let offset = 0; offset < 256_000; offset += 64_000) {
      const bytes = new Uint8Array(offset === 192_000 ? 64_001 : 64_000);
      if (offset < 192_000) over.says({ flag: "piece", page: 0, offset, bytes });
      else expect(faults(over.says({ flag: "piece", page: 0, offset, bytes }))).toEqual(["malformed"]);
    }
  });

  it("hears nothing more from a link that it closed", () => {
    const puzzle = new Puzzle(fullPages(2), { holds: all(2) });
    const visitor = puzzle.visit(1, []);
    visitor.says({ flag: "have", pages: [99] });
    expect(visitor.says({ flag: "ask", pages: [0] })).toEqual([]);
  });

  it("never throws, whatever well-formed messages come in whatever order", () => {
    always(
      fc.property(STEPS, fc.nat(), fc.boolean(), (steps, seed, isSilent) => {
        const fray = new Fray(seed, isSilent);
        for (const step of steps) fray.step(step);
        expect(fray.snapshot).toMatchObject(fray.truth);
      }),
    );
  });
});

describe("A swarm's snapshot", () => {
  it("tells of pages and bytes in both directions, links that are gone included", () => {
    const puzzle = new Puzzle(fullPages(2), { holds: [1] });
    const owner = puzzle.visit(1, "all");
    owner.says({ flag: "ask", pages: [1] });
    puzzle.drain();
    expect(askedPages(puzzle.take(), owner.link)).toEqual([0]);
    owner.delivers(0);
    expect(puzzle.swarm.snapshot(puzzle.now)).toMatchObject({
      pages: 2,
      pagesHeld: 2,
      pagesMissing: 0,
      pagesReceived: 1,
      pagesSent: 1,
      bytesReceived: 256_000,
      bytesSent: 256_000,
      links: [],
    });
  });
});
