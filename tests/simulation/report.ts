// One run, in numbers.

import { performance } from "node:perf_hooks";
import { HOLDINGS, PAGES } from "../scattered/holdings.ts";
import { equalSlots, fluidSeconds, scatteredSlots, slotSeconds } from "./bounds.ts";
import { must } from "./invariants.ts";
import { type Scenario, scenarioOf } from "./options.ts";
import type { Reader } from "./reader.ts";
import { type Stage, stageOf } from "./stage.ts";
import { bringTrouble, lastArrival } from "./trouble.ts";

export interface Report {
  readonly seed: number;
  readonly readers: number;
  readonly pages: number;
  /** Of the world's time, until the last reader that stayed was complete. */
  readonly seconds: number;
  /** The same, in times that a page takes to leave. */
  readonly slots: number;
  /** Slots that no schedule can beat. */
  readonly bound: number;
  readonly ratio: number;
  /** What the publisher had sent when the last page first left it, in books. */
  readonly publisherCopies: number;
  /** Page bytes that were of no use, to those that were. */
  readonly duplicateShare: number;
  /** All that honest readers sent beside page bytes, to those. */
  readonly overheadShare: number;
  /** Seconds until half, and 99 in 100, were complete. */
  readonly p50: number;
  readonly p99: number;
  readonly traceHash: string;
  readonly events: number;
  readonly wallSeconds: number;
}

/**
 * Plays a scenario to its end.
 * @throws Breach when something happened that may not, or not everybody got what is there
 */
export function play(options: Partial<Scenario>): Report {
  const started = performance.now();
  const scenario = scenarioOf(options);
  const stage = stageOf(scenario);
  const { world, beginsAt } = stage;
  bringTrouble(scenario, stage);
  const everybodyIsThere = beginsAt + lastArrival(scenario) * 1_000;
  const isDone = world.run(() => world.isComplete && world.now > everybodyIsThere, beginsAt + scenario.limit * 1_000);
  mustHaveSpread(stage, isDone);
  return reportOf(scenario, stage, (performance.now() - started) / 1_000);
}

/** Every page that an honest reader holds has reached every honest reader that wants it. */
export function mustHaveSpread({ world, readers }: Stage, isDone: boolean): void {
  if (isDone) return;
  const lacking = readers.filter((reader) => reader.isOn && !reader.isComplete);
  for (const reader of lacking) {
    const page = firstToBeHad(world.readers, reader);
    must(
      page === undefined,
      () => `${reader.name} still lacks page ${page} after ${(world.now / 1_000).toFixed(0)} s, and somebody holds it`,
    );
  }
}

function firstToBeHad(readers: readonly Reader[], lacking: Reader): number | undefined {
  for (const { isOn, stored } of readers) {
    if (!isOn) continue;
    for (const page of stored) if (!lacking.stored.has(page) && lacking.options.wanted.has(page)) return page;
  }
  return undefined;
}

function reportOf(scenario: Scenario, stage: Stage, wallSeconds: number): Report {
  const { world, publisher, readers, beginsAt } = stage;
  const { book } = world;
  const times = readers
    .filter((reader) => reader.completeAt !== undefined && reader.isOn)
    .map((reader) => ((reader.completeAt ?? 0) - beginsAt) / 1_000)
    .sort((a, b) => a - b);
  const slot = slotSeconds(scenario.uplink, scenario.imageBytes);
  const seconds = times.at(-1) ?? 0;
  const slots = seconds / slot;
  const bound = boundOf(scenario, stage);
  const sum = (pick: (reader: Reader) => number) => world.readers.reduce((total, each) => total + pick(each), 0);
  const stored = sum(({ options }) => options.host.tally.pageBytesStored);
  const pageBytes = sum(({ options }) => options.host.tally.pageBytesSent);
  return {
    seed: scenario.seed,
    readers: readers.length,
    pages: book.pageCount,
    seconds: rounded(seconds),
    slots: rounded(slots),
    bound: rounded(bound),
    ratio: rounded(slots / bound),
    publisherCopies: rounded((publisher?.options.host.tally.bytesAtLastPage ?? Number.NaN) / book.bytes),
    duplicateShare: rounded((sum(({ options }) => options.host.tally.pageBytesReceived) - stored) / stored),
    overheadShare: rounded(sum(({ options }) => options.host.tally.otherBytesSent) / pageBytes),
    p50: rounded(times[Math.floor(times.length * 0.5)] ?? 0),
    p99: rounded(times[Math.floor(times.length * 0.99)] ?? 0),
    traceHash: world.trace.hash,
    events: world.events.count,
    wallSeconds: rounded(wallSeconds),
  };
}

function boundOf(scenario: Scenario, { world, readers }: Stage): number {
  const { uplink, imageBytes, spread } = scenario;
  if (scenario.scattered) {
    return scatteredSlots(PAGES, HOLDINGS, [scenario.silentFirst]);
  }
  if (spread === 1) return equalSlots(readers.length, world.book.pageCount);
  const uplinks = readers.map(({ options }) => options.host.line.uplink);
  const rates = { publisher: uplink, uplinks, slowestDownlink: uplink * scenario.downFactor };
  return fluidSeconds(world.book.bytes, rates) / slotSeconds(uplink, imageBytes);
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
