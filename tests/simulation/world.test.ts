// The world itself: that a seed replays it, that it charges for every byte, and that it notices what may not be. A check
// that cannot fail would be worth nothing, so each of invariants.ts and of play.ts is shown an engine or a disk that breaks it.

import { describe, expect, it } from "vitest";
import type { Effect } from "../../peer-node/core/effects.ts";
import type { Millis, SwarmEvent } from "../../peer-node/core/events.ts";
import { Swarm } from "../../peer-node/core/swarm.ts";
import type { PageIndex } from "../../shared/ids.ts";
import { PAGE_BYTES } from "../../shared/limits.ts";
import type { ReaderMessage } from "../../shared/wire/messages.ts";
import { randomFrom } from "../peer-node/core/puzzle.ts";
import { HOLDINGS } from "../scattered/holdings.ts";
import { fluidSeconds } from "./bounds.ts";
import { Disk, type PutOutcome } from "./disk.ts";
import { commandOf, type Scenario } from "./options.ts";
import { play } from "./play.ts";
import { Splitter } from "./splitter.ts";
import type { Quirks } from "./world.ts";

describe("A world", () => {
  const eventful = { readers: 10, pages: 30, splits: 0.3, linkLoss: 5, liars: 0.2, nat: 0.2 };

  it("replays the same trace from the same seed", () => {
    const once = () => play({ seed: 9, ...eventful });
    const [first, second] = [once(), once()];
    expect({ ...first, wallSeconds: 0 }).toEqual({ ...second, wallSeconds: 0 });
  });

  it("plays another trace from another seed", () => {
    expect(play({ seed: 1, ...eventful }).traceHash).not.toBe(play({ seed: 2, ...eventful }).traceHash);
  });

  it("lets nobody be faster than the uplinks allow", () => {
    const { seconds, bound, slots } = play({ readers: 5, pages: 50 });
    expect(slots).toBeGreaterThan(bound);
    expect(seconds).toBeGreaterThan((50 * 256_000) / 1_250_000);
  });

  it.each([0, 200_000])(
    "lets nobody be faster than the downlinks allow, with send buffers of %i bytes",
    (sendBuffer) => {
      const { seconds } = play({ readers: 3, pages: 20, downFactor: 0.25, sendBuffer });
      expect(seconds).toBeGreaterThan((20 * 256_000) / 312_500);
    },
  );

  it("names the command that plays a scenario again", () => {
    expect(commandOf({ seed: 7, readers: 5, pages: 400, halfOpen: true })).toBe(
      "npm run sim -- --seed 7 --readers 5 --half-open",
    );
  });
});

describe("A splitter", () => {
  it("gives every byte once and in order, in chunks that end anywhere", () => {
    const splitter = new Splitter(randomFrom(3));
    const frames = Array.from({ length: 200 }, (_, at) => new Uint8Array((at * 7) % 40).fill(at));
    const chunks = [...frames.map((frame) => splitter.cut(frame)), splitter.flush()];
    expect(Buffer.concat(chunks)).toEqual(Buffer.concat(frames));
    expect(chunks.filter((chunk, at) => chunk.length !== frames[at]?.length).length).toBeGreaterThan(100);
  });
});

describe("The bound of Kumar and Ross", () => {
  it.each([
    ["the publisher's uplink", { publisher: 10, uplinks: [100, 100], slowestDownlink: 1_000 }, 10],
    ["the slowest downlink", { publisher: 10, uplinks: [100, 100], slowestDownlink: 5 }, 20],
    ["all uplinks together", { publisher: 10, uplinks: [1, 1, 1, 1], slowestDownlink: 1_000 }, 400 / 14],
  ])("is set by %s", (_, rates, seconds) => {
    expect(fluidSeconds(100, rates)).toBeCloseTo(seconds);
  });
});

describe("A world notices", () => {
  const usual = { readers: 6, pages: 20, limit: 300, check: true, liars: 0.5 };
  const broken =
    (quirks: Quirks, scenario: Partial<Scenario> = {}) =>
    () =>
      play({ ...usual, ...scenario }, quirks);

  const scattered = (quirks: Quirks) => () => play({ scattered: true, silentFirst: true, check: true }, quirks);

  it("a disk that says that it has stored a page, and has not", () => {
    class Forgetful extends Disk {
      protected override write(): PutOutcome {
        return "stored";
      }
    }
    expect(broken({ disk: (options) => new Forgetful(options) })).toThrow(
      /announces page \d+, which it has not stored/,
    );
  });

  it("a disk that stores bytes that are wrong", () => {
    class Credulous extends Disk {
      protected override write(page: PageIndex): PutOutcome {
        return super.write(page, true);
      }
    }
    expect(broken({ disk: (options) => new Credulous(options) })).toThrow(/stores page \d+, whose bytes are wrong/);
  });

  it("an engine that announces a page before it is stored", () => {
    const hasty = altered((effect) =>
      effect.type === "putPage"
        ? [{ type: "send", link: effect.link, message: { flag: "have", pages: [effect.page] } }, effect]
        : [effect],
    );
    expect(broken({ engine: hasty })).toThrow(/announces page \d+, which it has not stored/);
  });

  it.each<[string, ReaderMessage, RegExp]>([
    ["every page", { flag: "heldAll" }, /says that it holds every page, and does not/],
    ["a page", { flag: "heldSet", first: 8, bits: Uint8Array.of(0, 0x40) }, /says that it holds page 17, and does not/],
  ])("an engine that says that it holds %s, and does not", (_, message, breach) => {
    const boastful = altered((effect) => (isSent(effect, "heldNone") ? [{ ...effect, message }] : [effect]));
    expect(broken({ engine: boastful })).toThrow(breach);
  });

  it("an engine that sends a page before it is stored", () => {
    const hasty = altered((effect) => {
      if (effect.type !== "putPage") return [effect];
      const { link, page } = effect;
      return [{ type: "sendPage", link, stretch: { page, offset: 0, bytes: PAGE_BYTES } }, effect];
    });
    expect(broken({ engine: hasty })).toThrow(/sends page \d+, which it has not stored/);
  });

  it("an engine that sends a page again that it was asked for once", () => {
    const isEnd = (effect: Effect) =>
      effect.type === "sendPage" && effect.stretch.offset + effect.stretch.bytes === PAGE_BYTES;
    const twice = altered((effect) => (isEnd(effect) ? [effect, effect] : [effect]));
    expect(broken({ engine: twice })).toThrow(/sends page \d+ without an open ask for it/);
  });

  it("an engine that hands a link more than it takes", () => {
    const pushy = altered((effect) =>
      effect.type === "sendPage" ? Array.from({ length: 60 }, () => effect) : [effect],
    );
    expect(broken({ engine: pushy })).toThrow(/has handed \d+ bytes to one link that have not left/);
  });

  it("an engine that answers an ask twice", () => {
    const twice = altered((effect) => (isRefusal(effect) ? [effect, effect] : [effect]));
    expect(broken({ engine: twice })).toThrow(/answers an ask for page \d+ that is not open/);
  });

  it("an engine that leaves an ask without an answer", () => {
    // A page that was begun, taken back and not refused is followed by another one.
    expect(scattered({ engine: silentOne(muted) })).toThrow(/both are honest: (silent|malformed)/);
  });

  it("an engine that owes an answer when all is over, though nobody minds", () => {
    const engine = silentOne((effect) => patient(effect).flatMap(muted), patient);
    expect(scattered({ engine })).toThrow(/still owes the answers to \d+ asks/);
  });

  it("an engine that waits for an answer when all is over", () => {
    expect(broken({ engine: altered(patient) })).toThrow(/still waits for the answers to \d+ asks/);
  });

  it("an engine that counts a page too many as held", () => {
    class Boaster extends Swarm {
      override get pagesHeld(): number {
        return super.pagesHeld + 1;
      }
    }
    expect(broken({ engine: (options) => new Boaster(options) })).toThrow(/counts \d+ pages as held, and its disk has/);
  });

  it("an engine that says that it is complete, and is not", () => {
    class Boaster extends Swarm {
      override get isComplete(): boolean {
        return this.pagesHeld > 10;
      }
    }
    expect(broken({ engine: (options) => new Boaster(options) })).toThrow(/still lacks page \d+ after/);
  });

  it("an engine that breaks the protocol", () => {
    const lost: Effect[] = [];
    const engine = altered((effect) => {
      if (!isSent(effect, "ask") || lost.length > 0) return [effect];
      lost.push({ ...effect, message: { flag: "cancel", pages: [9_999] } });
      return [effect, ...lost];
    });
    // At once, and not only when the world has come to rest.
    expect(broken({ engine }, { check: false })).toThrow(/accuses Reader \d+, and both are honest: no-such-page/);
  });

  it("an engine that asks for the same page twice", () => {
    const greedy = altered((effect) => (isSent(effect, "ask") ? [effect, effect] : [effect]));
    expect(broken({ engine: greedy })).toThrow(/asks for page \d+ while an ask for it is open/);
  });

  it.each([
    ["bytes", { pages: 200 }, /has asked one reader for 51200000 bytes at once/],
    ["pages", { pages: 2_001, imageBytes: 100 }, /has 2001 asks open on one link/],
  ])("an engine that asks one reader for too many %s at once", (_, scenario, breach) => {
    const pages = Array.from({ length: scenario.pages }, (_, page) => page);
    const greedy = altered((effect) =>
      isSent(effect, "ask") ? [{ ...effect, message: { flag: "ask", pages } }] : [effect],
    );
    expect(broken({ engine: greedy }, scenario)).toThrow(breach);
  });

  it("an engine that has more links than it may", () => {
    const sociable = altered((effect) =>
      effect.type === "dial" ? Array.from({ length: 121 }, () => effect) : [effect],
    );
    expect(broken({ engine: sociable })).toThrow(/has 121 links/);
  });

  it("an engine that never puts one of the pages", () => {
    const picky = altered((effect) => (effect.type === "putPage" && effect.page === 7 ? [] : [effect]));
    expect(broken({ engine: picky })).toThrow(/still lacks page 7 after \d+ s, and somebody holds it/);
  });
});

type Alter = (effect: Effect) => readonly Effect[];

type Sent = Extract<Effect, { readonly type: "send" }>;

function isSent(effect: Effect, flag: ReaderMessage["flag"]): effect is Sent {
  return effect.type === "send" && effect.message.flag === flag;
}

function isRefusal(effect: Effect): boolean {
  return isSent(effect, "refuse");
}

/** No refusal leaves, and of the scattered pages none that others hold, too. */
function muted(effect: Effect): readonly Effect[] {
  const isElsewhere = (page: number) => HOLDINGS.filter((held) => held.includes(page)).length > 2;
  return isRefusal(effect) || (effect.type === "sendPage" && isElsewhere(effect.stretch.page)) ? [] : [effect];
}

/** No link is ended. */
function patient(effect: Effect): readonly Effect[] {
  return effect.type === "close" ? [] : [effect];
}

/** One engine for the reader that asks for nothing, and one for all others. */
function silentOne(alter: Alter, others: Alter = (effect) => [effect]): NonNullable<Quirks["engine"]> {
  return (options) => altered(options.wanted.isEmpty ? alter : others)(options);
}

/** Engines whose effects are altered. */
function altered(alter: Alter): NonNullable<Quirks["engine"]> {
  class Altered extends Swarm {
    override handle(event: SwarmEvent, now: Millis): readonly Effect[] {
      return super.handle(event, now).flatMap(alter);
    }
  }
  return (options) => new Altered(options);
}
