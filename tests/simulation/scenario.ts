// A scenario is plain data: who is there, over which lines, and what goes wrong. From a scenario and its seed follows
// everything that happens, so that one line of options replays it.

import type { Millis } from "../../peer-node/core/events.ts";
import { PageSet } from "../../shared/page-set.ts";
import { bookOf, setOf } from "../peer-node/core/puzzle.ts";
import { HOLDINGS, PAGES } from "../scattered/holdings.ts";
import { LIES } from "./liar.ts";
import type { Line } from "./network.ts";
import type { Scenario } from "./options.ts";
import type { Reader } from "./reader.ts";
import { World } from "./world.ts";

/** A world with its people in it, and everything that will happen to them. */
export interface Stage {
  readonly world: World;
  /** Undefined in the scattered example, which has none. */
  readonly publisher: Reader | undefined;
  /** Those who fetch. */
  readonly readers: readonly Reader[];
  /** When time begins to count. */
  readonly beginsAt: Millis;
}

export function stageOf(scenario: Scenario): Stage {
  const { seed, delayMs, splits, imageBytes } = scenario;
  const pages = scenario.scattered ? PAGES : scenario.pages;
  const book = bookOf(Array.from({ length: pages }, () => imageBytes));
  const world = new World({ book, seed, delayMs, splits });
  const stage = scenario.scattered ? castScattered(scenario, world) : cast(scenario, world);
  for (let liar = 0; liar < Math.round(scenario.liars * scenario.readers); liar++) {
    world.addLiar(LIES[liar % LIES.length] ?? "silent", lineOf(scenario, world, scenario.uplink));
  }
  begin(scenario, stage);
  trouble(scenario, stage);
  return stage;
}

function cast(scenario: Scenario, world: World): Stage {
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
  return { world, publisher, readers, beginsAt: 0 };
}

function castScattered(scenario: Scenario, world: World): Stage {
  const all = HOLDINGS.map((held, at) => {
    const isSilent = at === 0 && scenario.silentFirst;
    return world.addReader({
      line: lineOf(scenario, world, scenario.uplink),
      holds: setOf(world.book, held),
      ...(isSilent && { wants: new PageSet(PAGES) }),
      diskRate: scenario.diskRate,
    });
  });
  return { world, publisher: undefined, readers: scenario.silentFirst ? all.slice(1) : all, beginsAt: 0 };
}

function lineOf({ uplink: usual, downFactor, sendBuffer, nat }: Scenario, world: World, uplink: number): Line {
  return { uplink, downlink: usual * downFactor, sendBuffer, isBehindNat: nat > 0 && world.random() < nat };
}

function begin(scenario: Scenario, { world, readers }: Stage): void {
  const late = new Set(readers);
  for (const reader of world.readers) {
    const at = late.has(reader) && scenario.arrivals > 0 ? world.random() * scenario.arrivals * 1_000 : 0;
    if (at > 0) world.after(at, () => reader.start());
    else reader.start();
  }
  for (const liar of world.liars) liar.start();
}

/** Everything that goes wrong, and when. */
function trouble(scenario: Scenario, stage: Stage): void {
  const { world, readers } = stage;
  if (scenario.crash > 0) crash(scenario, stage);
  if (scenario.leave > 0) {
    for (const reader of readers.slice(0, Math.round(scenario.leave * readers.length))) {
      world.after(scenario.crashAt * 1_000, () => reader.leave());
    }
  }
  if (scenario.publisherLeaves) leaveWhenSpread(stage);
  if (scenario.linkLoss > 0) for (const reader of readers) loseLinks(scenario, world, reader);
  if (scenario.trackerAway > 0) {
    world.after(scenario.trackerAwayAt * 1_000, () => world.tracker.turn(false));
    world.after((scenario.trackerAwayAt + scenario.trackerAway) * 1_000, () => world.tracker.turn(true));
  }
  for (const reader of readers.slice(0, Math.round(scenario.diskFull * readers.length))) {
    const { disk } = reader.options;
    world.after(scenario.diskFullAt * 1_000, () => disk.fill(true));
    world.after((scenario.diskFullAt + scenario.diskFullFor) * 1_000, () => {
      disk.fill(false);
      reader.diskReady(true);
    });
  }
}

function crash(scenario: Scenario, { world, readers }: Stage): void {
  for (const reader of readers.slice(readers.length - Math.round(scenario.crash * readers.length))) {
    world.after(scenario.crashAt * 1_000, () => reader.crash(!scenario.halfOpen));
    if (scenario.crashFor > 0) world.after((scenario.crashAt + scenario.crashFor) * 1_000, () => reader.start());
  }
}

function leaveWhenSpread({ world, publisher, readers }: Stage): void {
  const elsewhere = new PageSet(world.book.pageCount);
  const isReader = new Set(readers);
  world.onChange((reader) => {
    if (publisher?.isOn !== true || !isReader.has(reader)) return;
    for (const page of reader.stored) elsewhere.add(page);
    if (elsewhere.isFull) world.after(0, () => publisher.isOn && publisher.leave());
  });
}

function loseLinks(scenario: Scenario, world: World, reader: Reader): void {
  const wait = (-Math.log(1 - world.random()) * 60_000) / scenario.linkLoss;
  world.after(wait, () => {
    const links = [...reader.links];
    const lost = links[Math.floor(world.random() * links.length)];
    lost?.other?.vanish(false);
    lost?.hangUp();
    // Half of the time the other end never hears of it.
    if (world.random() < 0.5) lost?.other?.hangUp();
    if (!world.isComplete) loseLinks(scenario, world, reader);
  });
}
