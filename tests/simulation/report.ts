// One run, in numbers.

import { PAGE_BYTES } from "../../shared/limits.ts";
import { HOLDINGS, PAGES } from "../scattered/holdings.ts";
import { equalSlots, fluidSeconds, scatteredSlots, slotSeconds } from "./bounds.ts";
import type { Scenario } from "./options.ts";
import type { Reader } from "./reader.ts";
import type { Stage } from "./stage.ts";

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

/** What came of a run that took `wallSeconds` of ours. */
export function reportOf(scenario: Scenario, stage: Stage, wallSeconds: number): Report {
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
    events: world.clockwork.count,
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
