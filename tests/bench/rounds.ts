// The race: workload by workload, in rounds, so that everybody meets the same noise; the order turns with each round.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { OTHERS } from "./contestants/all.ts";
import { bookswarm, buildBookswarm } from "./contestants/bookswarm.ts";
import type { Contestant } from "./contestants/contestant.ts";
import { Disks } from "./disks.ts";
import { CONGESTION_CONTROL } from "./ground.ts";
import { thisMachine } from "./machine.ts";
import { type Lap, runLap, type Track, whyLoopback } from "./race.ts";
import { type Findings, tableOf, withTable } from "./report.ts";
import { makeWorkloads, type Workload, type WorkloadName, writeWorkload } from "./workloads.ts";

const README = fileURLToPath(new URL("../../README.md", import.meta.url));

export interface RaceOptions {
  readonly names: readonly WorkloadName[];
  readonly rounds: number;
  /** Names of contestants; all that are here when absent. */
  readonly against: readonly string[] | undefined;
  /** File to which every run is written. */
  readonly json: string | undefined;
  readonly isForReadme: boolean;
  readonly isSmall: boolean;
}

/** @returns the exit code */
export async function compete(options: RaceOptions, atEnd: AsyncDisposableStack): Promise<number> {
  const { names, rounds, against, json, isForReadme, isSmall } = options;
  const unknown = against?.find((name) => !OTHERS.some((other) => other.name === name));
  if (unknown !== undefined) {
    const everybody = OTHERS.map(({ name }) => name).join(", ");
    process.stderr.write(`Nobody is called ${unknown}; --against takes ${everybody}\n`);
    return 2;
  }
  buildBookswarm();
  const machine = thisMachine();
  const contestants = [bookswarm, ...present(against)];
  const all = makeWorkloads(isSmall);
  const workloads = names.flatMap((name) => all.get(name) ?? []);
  const loopback = whyLoopback();
  if (loopback !== undefined) process.stdout.write(`Everybody is on loopback: ${loopback}\n`);
  const disks = await Disks.make(atEnd, Math.max(...workloads.map(({ bytes, receivers }) => bytes * (receivers + 1))));
  if (disks.why !== undefined)
    process.stdout.write(`Runs write into an ordinary folder, not a new ext4: ${disks.why}\n`);
  const findings: Findings[] = [];
  for (const workload of workloads) {
    if (workload.uplink !== undefined && loopback !== undefined) {
      process.stdout.write(`${workload.name} is left out: uplinks are limited on hosts of their own only\n`);
      continue;
    }
    const source = join(disks.folder, workload.name);
    mkdirSync(source);
    await writeWorkload(workload, source);
    const laps = await runRounds(contestants, workload, rounds, { disks, source, whyLoopback: loopback }, atEnd);
    rmSync(source, { recursive: true });
    const found = { workload, laps, machine, conditions: conditions(disks, loopback) };
    process.stdout.write(`\n${tableOf(found)}\n\n`);
    findings.push(found);
  }
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(findings.map(withoutFiles), undefined, 1)}\n`);
  if (isForReadme) {
    const document = findings.reduce(
      (text, found) => withTable(text, found.workload.name, tableOf(found)),
      readFileSync(README, "utf8"),
    );
    writeFileSync(README, document);
  }
  return 0;
}

/** Those asked for that are here; says who is not. */
function present(against: readonly string[] | undefined): readonly Contestant[] {
  return OTHERS.filter((contestant) => {
    if (against !== undefined && !against.includes(contestant.name)) return false;
    const missing = contestant.missing();
    if (missing !== undefined) process.stdout.write(`${contestant.name}: ${missing}\n`);
    return missing === undefined;
  });
}

async function runRounds(
  contestants: readonly Contestant[],
  workload: Workload,
  rounds: number,
  track: Track,
  atEnd: AsyncDisposableStack,
): Promise<readonly Lap[]> {
  const fit = contestants.filter(({ workloads }) => workloads.includes(workload.name));
  const laps: Lap[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const contestant of round % 2 === 0 ? fit : fit.toReversed()) {
      const say = (outcome: string) =>
        process.stdout.write(`${workload.name} round ${round + 1}: ${contestant.name} ${outcome}\n`);
      try {
        const lap = await runLap(contestant, workload, track, atEnd);
        say(`${lap.seconds.toFixed(2)} s`);
        laps.push(lap);
      } catch (error) {
        // Others may fail, and the race goes on without that run of theirs; our own failure is what it is there to show.
        if (contestant === bookswarm || atEnd.disposed) throw error;
        say(`failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  return laps;
}

function conditions(disks: Disks, loopback: string | undefined): readonly string[] {
  return [
    loopback === undefined ? `each on a host of its own, TCP ${CONGESTION_CONTROL}` : "all on loopback",
    disks.why === undefined ? "into a new ext4 in memory" : "into an ordinary folder",
  ];
}

/** What is written down: thousands of sizes follow from the seed. */
function withoutFiles({ workload: { files, ...workload }, ...found }: Findings): object {
  return { workload: { ...workload, files: files.length }, ...found };
}
