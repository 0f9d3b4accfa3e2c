import { describe, expect, it } from "vitest";
import { CAUSES } from "../../../peer-node/core/cause.ts";
import { Circumstances } from "../../../peer-node/node/circumstances.ts";
import { type WhyFacts, whyOf } from "../../../peer-node/node/why.ts";
import { DiskFault } from "../../../peer-node/storage/page-store.ts";
import { whySchema } from "../../../peer-node/web/api/messages.ts";
import { BookBuilder } from "../../../shared/book.ts";
import { PAGE_BYTES } from "../../../shared/limits.ts";
import { bookId, fullPages, Puzzle } from "../core/puzzle.ts";

/** A book with an image of forty pages and an ill-meant name, between two small ones. */
function book() {
  const sizes = [1_000, 40 * PAGE_BYTES, 2_000];
  const builder = new BookBuilder({
    name: "pictures",
    images: 3,
    pages: 42,
    bytes: 3_000 + 40 * PAGE_BYTES,
    index: [],
  });
  for (const [at, bytes] of sizes.entries()) {
    const pages = "0".repeat(40).repeat(Math.ceil(bytes / PAGE_BYTES));
    builder.add({ path: ["a.jpg", "sub/cat\u001b[31m.jpg", "z.jpg"][at] ?? "", bytes, sha256: "0".repeat(64), pages });
  }
  return builder.build(bookId(1), []);
}

/** What is said of an engine that invented readers were told to. */
function why(puzzle: Puzzle, others: Partial<WhyFacts> = {}) {
  return whyOf({
    book: puzzle.book,
    snapshot: puzzle.swarm.snapshot(puzzle.now),
    tracker: "joined",
    diskFault: undefined,
    load: 0,
    now: new Date(2026, 10, 23, 14, 5),
    ...others,
  });
}

describe("The sentence about what binds a book", () => {
  it("names a page that nobody holds by its number in its image, cleaned of escapes, and since when", () => {
    const puzzle = new Puzzle(book());
    const owner = puzzle.visit(1, [
      0,
      ...Array.from({ length: 40 }, (_, at) => at + 1).filter((page) => page !== 17),
      41,
    ]);
    expect(why(puzzle).code).toBe("waiting");
    owner.deliversAll();
    puzzle.now += 3 * 60_000;
    expect(why(puzzle)).toEqual({
      code: "scarce",
      message: "No reader within reach holds page 17 of sub/cat\ufffd[31m.jpg, since 14:02.",
    });
  });

  it("names an image of one page without a number, and the day when that was long ago", () => {
    const puzzle = new Puzzle(book(), { holds: Array(41).keys() });
    puzzle.visit(1, []);
    why(puzzle);
    puzzle.now += 24 * 3_600_000;
    expect(why(puzzle).message).toBe("No reader within reach holds z.jpg, since 22 Nov, 14:05.");
  });

  it("names the only reader that sends and the way to it, and counts several", () => {
    const puzzle = new Puzzle(fullPages(40));
    puzzle.listCallable(1);
    puzzle.take();
    const caller = puzzle.visit(1, "all", "203.0.113.101");
    caller.sends(
      puzzle
        .take()
        .flatMap((effect) =>
          effect.type === "send" && effect.message.flag === "ask" ? effect.message.pages : [],
        )[0] ?? -1,
    );
    expect(why(puzzle)).toEqual({
      code: "readers",
      message: "203.0.113.101 (by connect-back) sends no faster.",
    });
  });

  it("gives the disk's own reason", () => {
    const circumstances = new Circumstances(true);
    circumstances.note({ type: "paused", fault: new DiskFault("full", "/copy", "The disk is full.") });
    const puzzle = new Puzzle(fullPages(1));
    expect(why(puzzle, circumstances.now())).toEqual({ code: "disk", message: "The disk is full." });
    circumstances.note({ type: "resumed" });
    expect(why(puzzle, circumstances.now()).code).not.toBe("disk");
  });

  it("tells a tracker that is out of reach from one that has not answered, and from none", () => {
    const puzzle = new Puzzle(fullPages(1));
    const circumstances = new Circumstances(true);
    const message = () => why(puzzle, circumstances.now()).message;
    expect(message()).toBe("The tracker has not answered yet.");
    circumstances.note({ type: "trackerLost", reason: "it is off" });
    expect(message()).toBe("The tracker is out of reach, and no reader is known.");
    expect(why(puzzle, new Circumstances(false).now()).message).toBe("No tracker is known, and no reader has come.");
  });

  it("tells one reader that cannot be reached from several", () => {
    const puzzle = new Puzzle(fullPages(1));
    puzzle.list(1);
    expect(why(puzzle).message).toBe("The only other reader cannot be reached yet.");
    puzzle.list(1, 2, 3);
    expect(why(puzzle, { tracker: "lost" }).message).toBe(
      "None of the 3 other readers can be reached yet, and the tracker is out of reach.",
    );
  });
});

describe("The local API", () => {
  it("knows every cause, and no other", () => {
    expect(whySchema.entries.code.options).toEqual(Object.keys(CAUSES));
  });
});
