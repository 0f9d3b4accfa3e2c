// A world with its people in it, as a scenario names them: who is there, over which lines, and since when.

import type { Millis } from "../../peer-node/core/events.ts";
import { PageSet } from "../../shared/page-set.ts";
import { bookOf, setOf } from "../peer-node/core/puzzle.ts";
import { HOLDINGS, PAGES } from "../scattered/holdings.ts";
import { LIES } from "./liar.ts";
import type { Line } from "./network.ts";
import type { Scenario } from "./options.ts";
import type { Reader } from "./reader.ts";
import { type Quirks, World } from "./world.ts";

export interface Stage {
  readonly world: World;
  /** Undefined in the scattered example, which has none. */
  readonly publisher: Reader | undefined;
  /** Those who fetch. */
  readonly readers: readonly Reader[];
  /** When time begins to count, on the world's clock. */
  readonly beginsAt: Millis;
}

/** How long a publisher has been there when the first reader comes: it is registered, and was dialled back. */
const HEAD_START_MS = 1_000;

/** How long readers that begin together have to meet. */
const MEETING_MS = 60_000;

/** Sets the stage; nothing has happened on it yet. */
export function stageOf(scenario: Scenario, quirks?: Quirks): Stage {
  const { seed, delayMs, clockMs, splits } = scenario;
  const world = new World({ book: bookOf(imagesOf(scenario)), seed, delayMs, clockMs, splits, quirks });
  const beginsAt = scenario.together ? MEETING_MS : HEAD_START_MS;
  const cast = scenario.scattered ? castScattered(scenario, world) : castPublished(scenario, world);
  for (let liar = 0; liar < Math.round(scenario.liars * scenario.readers); liar++) {
    world.addLiar(LIES[liar % LIES.length] ?? "silent", lineOf(scenario, world, scenario.uplink));
  }
  const stage = { world, beginsAt, ...cast };
  raiseCurtain(scenario, stage);
  return stage;
}

/** Sizes of the book's images. */
function imagesOf({ scattered, pages, imageBytes, bookBytes }: Scenario): readonly number[] {
  return bookBytes > 0 ? [bookBytes] : Array.from({ length: scattered ? PAGES : pages }, () => imageBytes);
}

type Cast = Pick<Stage, "publisher" | "readers">;

function castPublished(scenario: Scenario, world: World): Cast {
  const { pageCount } = world.book;
  const publisher = world.addReader({
    line: { ...lineOf(scenario, world, scenario.uplink), isBehindNat: false },
    holds: PageSet.full(pageCount),
    wants: new PageSet(pageCount),
  });
  const readers = Array.from({ length: scenario.readers }, () => {
    // Evenly spread in orders of magnitude: as many between 1 and 2 as between 5 and 10.
    const uplink = scenario.uplink * scenario.spread ** -world.random();
    return world.addReader({ line: lineOf(scenario, world, uplink), diskRate: scenario.diskRate });
  });
  return { publisher, readers };
}

function castScattered(scenario: Scenario, world: World): Cast {
  const all = HOLDINGS.map((held, at) => {
    const isSilent = at === 0 && scenario.silentFirst;
    return world.addReader({
      line: lineOf(scenario, world, scenario.uplink),
      holds: setOf(world.book, held),
      ...(isSilent && { wants: new PageSet(PAGES) }),
      diskRate: scenario.diskRate,
    });
  });
  return { publisher: undefined, readers: scenario.silentFirst ? all.slice(1) : all };
}

function lineOf({ uplink: usual, downFactor, sendBuffer, nat }: Scenario, world: World, uplink: number): Line {
  return { uplink, downlink: usual * downFactor, sendBuffer, isBehindNat: nat > 0 && world.random() < nat };
}

/** The publisher is there before anybody asks for its book; everybody else comes when time begins to count. */
function raiseCurtain(scenario: Scenario, { world, publisher, beginsAt }: Stage): void {
  for (const reader of world.readers) {
    if (scenario.together) reader.diskReady(false);
    const isEarly = scenario.together || reader === publisher;
    world.after(isEarly ? 0 : beginsAt + world.random() * scenario.arrivals * 1_000, () => reader.start());
  }
  for (const liar of world.liars) world.after(scenario.together ? 0 : beginsAt, () => liar.start());
  // Who takes no pages asks for none: so they meet, and all begin at one moment.
  if (!scenario.together) return;
  world.after(beginsAt, () => {
    for (const reader of world.readers) reader.diskReady(true);
  });
}
