// Plays a scenario to its end, and then looks whether everybody got what is there: on the disks, not in what engines say.

import { performance } from "node:perf_hooks";
import { must } from "./invariants.ts";
import { type Scenario, scenarioOf } from "./options.ts";
import type { Reader } from "./reader.ts";
import { type Report, reportOf } from "./report.ts";
import { type Stage, stageOf } from "./stage.ts";
import { bringTrouble, lastArrival } from "./trouble.ts";
import type { Quirks } from "./world.ts";

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
  world.run(() => world.isComplete && world.now > everybodyIsThere, beginsAt + scenario.limit * 1_000);
  mustHaveSpread(stage);
  const report = reportOf(scenario, stage, (performance.now() - started) / 1_000);
  if (scenario.check) mustComeToRest(stage);
  return report;
}

/** Every page that an honest reader holds has reached every honest reader that wants it. */
function mustHaveSpread({ world, readers, beginsAt }: Stage): void {
  const after = `${((world.now - beginsAt) / 1_000).toFixed(0)} s`;
  for (const reader of readers) {
    if (!reader.isOn || reader.stored.isFull) continue;
    const page = firstToBeHad(world.readers, reader);
    must(page === undefined, () => `${reader.name} still lacks page ${page} after ${after}, and somebody holds it`);
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
