// What goes wrong in a scenario, and when: each kind of trouble is a line that puts its moments into the world's queue.

import { PageSet } from "../../shared/page-set.ts";
import type { Scenario } from "./options.ts";
import type { Reader } from "./reader.ts";
import type { Stage } from "./stage.ts";
import type { World } from "./world.ts";

/** Sees to it that everything will go wrong that the scenario names. */
export function bringTrouble(scenario: Scenario, stage: Stage): void {
  const { world, readers, beginsAt } = stage;
  const at = (seconds: number, run: () => void) => world.after(beginsAt + seconds * 1_000, run);
  const some = (share: number) => readers.slice(0, Math.round(share * readers.length));
  const { crashAt, crashFor, halfOpen, trackerAway, trackerAwayAt, diskFullAt, diskFullFor } = scenario;
  for (const reader of some(scenario.crash)) {
    at(crashAt, () => {
      if (!reader.isOn) return;
      reader.crash(!halfOpen);
      if (crashFor > 0) world.after(crashFor * 1_000, () => reader.start());
    });
  }
  for (const reader of some(scenario.leave)) at(crashAt, () => reader.leave());
  for (const reader of some(scenario.diskFull)) {
    at(diskFullAt, () => reader.options.disk.fill(true));
    at(diskFullAt + diskFullFor, () => reader.options.disk.fill(false));
  }
  for (const reader of some(scenario.diskFails)) at(0, () => reader.options.disk.fail(FAILING_SHARE));
  for (const reader of some(scenario.diskLoses)) at(crashAt, () => reader.losePages(LOST_PAGES));
  for (const reader of some(scenario.diskStalls)) at(crashAt, () => reader.options.disk.stall(STALL_MS));
  if (trackerAway > 0) {
    at(trackerAwayAt, () => world.tracker.turn(false));
    at(trackerAwayAt + trackerAway, () => world.tracker.turn(true));
  }
  if (scenario.linkLoss > 0) for (const reader of readers) at(0, () => loseLinks(scenario, world, reader));
  if (scenario.publisherLeaves) leaveWhenSpread(stage);
}

/** Seconds until nobody is still to come, or to come back. */
export function lastArrival({ arrivals, crash, crashAt, crashFor }: Scenario): number {
  return Math.max(arrivals, crash > 0 && crashFor > 0 ? crashAt + crashFor : 0);
}

/** Pages that a disk loses at once. */
const LOST_PAGES = 5;

/** Share of the pages that a bad disk does not take. */
const FAILING_SHARE = 0.05;

/** How long a disk that stalls does nothing. */
const STALL_MS = 8_000;

function leaveWhenSpread({ world, publisher, readers }: Stage): void {
  const elsewhere = new PageSet(world.book.pageCount);
  const isReader = new Set(readers);
  world.onChange((reader) => {
    if (publisher?.isOn !== true || !isReader.has(reader)) return;
    for (const page of reader.stored) elsewhere.add(page);
    if (!elsewhere.isFull) return;
    // It hears of that a delay later, as machines hear of one another.
    const heardAt = reader.options.host.events.now + world.network.ether.delayMs;
    publisher.options.host.events.at(heardAt, () => {
      if (publisher.isOn) publisher.leave();
    });
  });
}

/** A link breaks now and then; half of the time its other end never hears of it. */
function loseLinks(scenario: Scenario, world: World, reader: Reader): void {
  const waitMs = (-Math.log(1 - world.random()) * 60_000) / scenario.linkLoss;
  world.after(waitMs, () => {
    const links = [...reader.links];
    const lost = links[Math.floor(world.random() * links.length)];
    lost?.hangUp();
    if (world.random() < 0.5) lost?.other?.hangUp();
    if (!world.isComplete) loseLinks(scenario, world, reader);
  });
}
