// A thousand readers that lose their tracker in the same moment: the production conversations in a world without sockets
// and with a clock of its own. The same with real ones is `npm run load`.

import { describe, expect, it } from "vitest";
import { TrackerConversation } from "../../../peer-node/tracker/tracker-conversation.ts";
import type { TrackerEffect, TrackerEvent } from "../../../peer-node/tracker/tracker-events.ts";
import { parseReaderId } from "../../../shared/ids.ts";

const READERS = 1_000;
const SELF = { secret: "5e".repeat(32), port: 0, silent: false, pages: 3, pagesHeld: 0 };

/** Numbers from 0 to 1 that are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** One reader and its line to the tracker. */
class LonelyReader {
  backAt: number | undefined;
  readonly #conversation: TrackerConversation;
  readonly #isUp: (now: number) => boolean;

  constructor(random: () => number, isUp: (now: number) => boolean) {
    this.#conversation = new TrackerConversation(SELF, random);
    this.#isUp = isUp;
    this.#follow(this.#conversation.start(0), 0);
  }

  get wakesAt(): number {
    return this.#conversation.nextWakeAt() ?? Number.POSITIVE_INFINITY;
  }

  tell(event: TrackerEvent, now: number): void {
    this.#follow(this.#conversation.handle(event, now), now);
  }

  #follow(effects: readonly TrackerEffect[], now: number): void {
    for (const effect of effects) {
      if (effect.type === "back") this.backAt = now;
      if (effect.type === "connect") {
        this.tell(this.#isUp(now) ? { type: "opened", privateHosts: [] } : { type: "dropped", reason: "refused" }, now);
      }
      if (effect.type === "send" && effect.message.flag === "CON") {
        const answer = { readerId: parseReaderId("ab".repeat(32)), observed: "192.0.2.1", heartbeatSeconds: 120 };
        this.tell(
          { type: "received", message: { flag: "CON", ...answer, readers: READERS, complete: 0, sublist: [] } },
          now,
        );
      }
    }
  }
}

/** When each reader was back, in milliseconds after the tracker went away for `downMs`. */
function returnsAfter(downMs: number, seed: number): readonly number[] {
  const lostAt = 60_000;
  const random = seeded(seed);
  const isUp = (now: number) => now < lostAt || now >= lostAt + downMs;
  const readers = Array.from({ length: READERS }, () => new LonelyReader(random, isUp));
  for (const reader of readers) reader.tell({ type: "dropped", reason: "the socket was closed with 1006" }, lostAt);
  for (const reader of readers) {
    while (reader.backAt === undefined) reader.tell({ type: "timePassed" }, reader.wakesAt);
  }
  return readers.map(({ backAt = Number.NaN }) => backAt - lostAt);
}

/** How many came back in each second. */
function histogram(times: readonly number[]): readonly number[] {
  const bins: number[] = [];
  for (const time of times) bins[Math.floor(time / 1_000)] = (bins[Math.floor(time / 1_000)] ?? 0) + 1;
  return Array.from(bins, (bin) => bin ?? 0);
}

describe("A thousand readers that lose their tracker in one moment", () => {
  it("are back within five seconds when it is there again at once, some two hundred in each", () => {
    for (const seed of [1, 2, 3]) {
      const bins = histogram(returnsAfter(0, seed));
      expect(bins).toHaveLength(5);
      for (const bin of bins) expect(Math.abs(bin - 200)).toBeLessThan(60);
    }
  });

  it("are back within fifteen seconds when it was away for two, and never all at once", () => {
    for (const seed of [1, 2, 3]) {
      const bins = histogram(returnsAfter(2_000, seed));
      expect(bins.length).toBeLessThanOrEqual(15);
      expect(bins.slice(0, 2)).toEqual([0, 0]);
      for (const bin of bins) expect(bin).toBeLessThan(READERS / 2.5);
    }
  });

  it("are back within a minute of its return when it was away for an hour, spread over all of that", () => {
    for (const seed of [1, 2, 3]) {
      const bins = histogram(returnsAfter(3_600_000, seed));
      expect(bins.length).toBeLessThanOrEqual(3_600 + 60);
      expect(bins.slice(0, 3_600).every((bin) => bin === 0)).toBe(true);
      expect(Math.max(...bins)).toBeLessThan(60);
    }
  });
});
