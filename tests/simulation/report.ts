// One run, in numbers.

import { performance } from "node:perf_hooks";
import { PAGE_BYTES } from "../../shared/limits.ts";
import { HOLDINGS, PAGES } from "../scattered/holdings.ts";
import { equalSlots, fluidSeconds, scatteredSlots, slotSeconds } from "./bounds.ts";
import { must } from "./invariants.ts";
import { type Scenario, scenarioOf } from "./options.ts";
import type { Reader } from "./reader.ts";
import { type Stage, stageOf } from "./stage.ts";
import { bringTrouble, lastArrival } from "./trouble.ts";
import type { Quirks } from "./world.ts";

export interface Report {
  readonly seed: number;
  readonly readers: number;
  readonly pages: number;
  /** Readers that had what they wanted at the end, those that had gone not counted. */
  readonly completed: number;
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

/** How long the world has to come to rest: longer than a reader waits for a silent one, three times in a row. */
const REST_MS = 300_000;

/**
 * Plays a scenario to its end.
 * @throws Breach when something happened that may not, or not everybody got what is there
 */
export function play(options: Partial<Scenario>, quirks?: Quirks): Report {
  const started = performance.now();
  const scenario = scenarioOf(options);
  const stage = stageOf(scenario, quirks);
  const { world, beginsAt } = stage;
  bringTrouble(scenario, stage);
  const everybodyIsThere = beginsAt + lastArrival(scenario) * 1_000;
  const isDone = world.run(() => world.isComplete && world.now > everybodyIsThere, beginsAt + scenario.limit * 1_000);
  if (!isDone) mustHaveSpread(stage);
  const report = reportOf(scenario, stage, (performance.now() - started) / 1_000);
  if (scenario.check) mustComeToRest(stage);
  return report;
}

/** Every page that an honest reader holds has reached every honest reader that wants it. */
function mustHaveSpread({ world, readers }: Stage): void {
  const lacking = readers.filter((reader) => reader.isOn && !reader.isComplete);
  for (const reader of lacking) {
    const page = firstToBeHad(world.readers, reader);
    must(
      page === undefined,
      () => `${reader.name} still lacks page ${page} after ${(world.now / 1_000).toFixed(0)} s, and somebody holds it`,
    );
  }
}

/** Every ask has had its final answer, or its link has ended. */
function mustComeToRest({ world, beginsAt }: Stage): void {
  const end = world.now + REST_MS;
  world.run(() => false, end);
  for (const { name, isOn, open, givenUp } of world.readers) {
    if (!isOn) continue;
    must(givenUp.length === 0, () => givenUp.join("\n"));
    const after = `${((end - beginsAt) / 1_000).toFixed(0)} s`;
    must(open.asked === 0, () => `${name} still waits for the answers to ${open.asked} asks after ${after}`);
    must(open.owed === 0, () => `${name} still owes the answers to ${open.owed} asks after ${after}`);
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
  const slot = slotOf(scenario);
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
    completed: times.length,
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

/** Seconds in which a page leaves the publisher. */
function slotOf({ uplink, imageBytes, bookBytes }: Scenario): number {
  return slotSeconds(uplink, bookBytes > 0 ? PAGE_BYTES : Math.min(imageBytes, PAGE_BYTES));
}

function boundOf(scenario: Scenario, { world, readers }: Stage): number {
  const { uplink, spread } = scenario;
  if (scenario.scattered) {
    return scatteredSlots(PAGES, HOLDINGS, [scenario.silentFirst]);
  }
  if (spread === 1) return equalSlots(readers.length, world.book.pageCount);
  const uplinks = readers.map(({ options }) => options.host.line.uplink);
  const rates = { publisher: uplink, uplinks, slowestDownlink: uplink * scenario.downFactor };
  return fluidSeconds(world.book.bytes, rates) / slotOf(scenario);
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
