// Limits on bytes a second, as the wire sees them: the production's engine and bucket, frames with their heads, and
// timers that are late.

import { describe, expect, it } from "vitest";
import type { Effect } from "../../../peer-node/core/effects.ts";
import { TokenBucket } from "../../../peer-node/core/token-bucket.ts";
import { PAGE_BYTES, PIECE_BYTES } from "../../../shared/limits.ts";
import { PIECE_HEAD_BYTES } from "../../../shared/wire/flags.ts";
import { bookOf, only, Puzzle, randomFrom, sent, type Visitor } from "./puzzle.ts";

/** Bytes that a limit lets through while it is watched. */
const WATCHED_BYTES = 60_000_000;

/** How late a timer may be. */
const LATE_MS = 4;

const frameBytes = (bytes: number) => bytes + Math.ceil(bytes / PIECE_BYTES) * PIECE_HEAD_BYTES;

/** Lets time pass, with timers that are late, and gives every effect to `react`. */
function live(puzzle: Puzzle, ms: number, react: (effects: readonly Effect[]) => void): void {
  const random = randomFrom(7);
  const end = puzzle.now + ms;
  while (puzzle.now < end) {
    for (let effects = puzzle.take(); effects.length > 0; effects = puzzle.take()) react(effects);
    const wake = puzzle.swarm.nextWakeAt(puzzle.now) ?? end;
    puzzle.now = Math.min(end, Math.max(puzzle.now, wake) + LATE_MS * random());
    puzzle.tell({ type: "timePassed" });
  }
}

describe.each([1_000_000, 10_000_000])("A limit of %i bytes a second", (rate) => {
  describe.each([PAGE_BYTES, 20_000])("over pages of %i bytes", (imageBytes) => {
    const pages = Math.ceil((1.2 * WATCHED_BYTES) / imageBytes);
    const book = bookOf(Array.from({ length: pages }, () => imageBytes));
    const ms = (WATCHED_BYTES / rate) * 1_000;
    const isKept = (bytes: number) => expect(Math.abs(bytes / WATCHED_BYTES - 1)).toBeLessThan(0.02);

    it("is what is sent, within 2 %, heads of frames included", () => {
      const holds = Array.from({ length: pages }, (_, page) => page);
      const puzzle = new Puzzle(book, { holds, upload: new TokenBucket(rate) });
      const askers = [1, 2, 3].map((number) => puzzle.visit(number, []));
      puzzle.tell({ type: "listed", readers: [], others: 9, othersComplete: 1 });
      let next = 0;
      const askMore = (asker: Visitor | undefined) => next < pages && asker?.says({ flag: "ask", pages: [next++] });
      for (const asker of askers) for (let asks = 0; asks < 20; asks++) askMore(asker);
      let bytes = 0;
      live(puzzle, ms, (effects) => {
        for (const { link, stretch } of only(effects, "sendPage")) {
          bytes += frameBytes(stretch.bytes);
          puzzle.tell({ type: "sent", link, bytes: stretch.bytes });
          if (stretch.offset + stretch.bytes < imageBytes) continue;
          const asker = askers.find((each) => each.link === link);
          asker?.says({ flag: "have", pages: [stretch.page] });
          askMore(asker);
        }
      });
      isKept(bytes);
    });

    it("is what comes, within 2 %, heads of frames included", () => {
      const puzzle = new Puzzle(book, { download: new TokenBucket(rate) });
      const owners = [1, 2, 3].map((number) => puzzle.visit(number, "all"));
      let bytes = 0;
      live(puzzle, ms, (effects) => {
        for (const owner of owners) {
          for (const page of sent(effects, "ask", owner.link).flatMap((ask) => ask.pages)) {
            bytes += frameBytes(imageBytes);
            owner.delivers(page);
          }
        }
      });
      isKept(bytes);
    });
  });
});
