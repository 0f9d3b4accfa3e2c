// The world itself: that a seed replays it, that it charges for every byte, and that it notices what may not be. A check
// that cannot fail would be worth nothing, so each is shown an engine or a disk that breaks it.

import { describe, expect, it } from "vitest";
import type { Effect } from "../../peer-node/core/effects.ts";
import type { Millis, SwarmEvent } from "../../peer-node/core/events.ts";
import { Swarm, type SwarmOptions } from "../../peer-node/core/swarm.ts";
import type { PageIndex } from "../../shared/ids.ts";
import { randomFrom } from "../peer-node/core/puzzle.ts";
import { HOLDINGS } from "../scattered/holdings.ts";
import { fluidSeconds } from "./bounds.ts";
import { Disk, type PutOutcome } from "./disk.ts";
import { commandOf } from "./options.ts";
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
  const broken = (quirks: Quirks) => () => play({ readers: 6, pages: 20, limit: 300, check: true, liars: 0.5 }, quirks);

  it("a disk that says that it has stored a page, and has not", () => {
    class Forgetful extends Disk {
      protected override write(): PutOutcome {
        return "stored";
      }
    }
    expect(broken({ disk: (options) => new Forgetful(options) })).toThrow(
      /counts \d+ pages as held, and its disk has|announces page \d+, which it has not stored/,
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

  it("an engine that answers an ask twice", () => {
    const twice = altered((effect) => (isRefusal(effect) ? [effect, effect] : [effect]));
    expect(broken({ engine: twice })).toThrow(/answers an ask for page \d+ that is not open/);
  });

  it("an engine that leaves an ask without an answer", () => {
    const isElsewhere = (page: number) => HOLDINGS.filter((held) => held.includes(page)).length > 2;
    const isAnswer = (effect: Effect) =>
      isRefusal(effect) || (effect.type === "sendPage" && isElsewhere(effect.stretch.page));
    const mute = altered((effect) => (isAnswer(effect) ? [] : [effect]));
    const engine = (options: SwarmOptions) => (options.wanted.isEmpty ? mute(options) : new Swarm(options));
    const run = () => play({ scattered: true, silentFirst: true, check: true }, { engine });
    expect(run).toThrow(/both are honest: silent|still (owes|waits for) the answers to \d+ asks/);
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
      if (effect.type !== "send" || effect.message.flag !== "ask" || lost.length > 0) return [effect];
      lost.push({ ...effect, message: { flag: "cancel", pages: [9_999] } });
      return [effect, ...lost];
    });
    expect(broken({ engine })).toThrow(/accuses Reader \d+, and both are honest: no-such-page/);
  });

  it("an engine that asks for the same page twice", () => {
    const greedy = altered((effect) =>
      effect.type === "send" && effect.message.flag === "ask" ? [effect, effect] : [effect],
    );
    expect(broken({ engine: greedy })).toThrow(/asks for page \d+ while an ask for it is open/);
  });

  it("an engine that never puts one of the pages", () => {
    const picky = altered((effect) => (effect.type === "putPage" && effect.page === 7 ? [] : [effect]));
    expect(broken({ engine: picky })).toThrow(/still lacks page 7 after \d+ s, and somebody holds it/);
  });
});

function isRefusal(effect: Effect): boolean {
  return effect.type === "send" && effect.message.flag === "refuse";
}

/** Engines whose effects are altered. */
function altered(alter: (effect: Effect) => readonly Effect[]): NonNullable<Quirks["engine"]> {
  class Altered extends Swarm {
    override handle(event: SwarmEvent, now: Millis): readonly Effect[] {
      return super.handle(event, now).flatMap(alter);
    }
  }
  return (options) => new Altered(options);
}
