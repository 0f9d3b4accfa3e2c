// All cases, as the rows of a Markdown table: the figure to reach, the median of the seeds, the least and the most, how
// many seeds there were, and the time that they took.

import { performance } from "node:perf_hooks";
import { inWords, thisMachine } from "../bench/machine.ts";
import type { Case } from "./cases.ts";
import { type Outcome, Pool } from "./pool.ts";
import type { Report } from "./report.ts";

export const HEAD = [
  "| case | to reach | median | least | most | seeds | reached | seconds |",
  "|---|---|--:|--:|--:|--:|---|--:|",
];

export interface PlayOptions {
  /** Plays at one time, at least 1. */
  readonly jobs: number;
  /** Most seeds of each case; as many as it has when absent. */
  readonly seeds?: number | undefined;
}

/** What came of the cases that were played. */
export interface Played {
  readonly rows: readonly string[];
  /** Where, when and in what time they were played: a sentence. */
  readonly note: string;
  /** One sentence for each play that failed. */
  readonly failures: readonly string[];
}

/** Plays the cases and prints a row as soon as each is done. What it finds does not depend on how many play at a time. */
export async function printTable(
  cases: readonly Case[],
  { jobs, seeds = Number.POSITIVE_INFINITY }: PlayOptions,
  print: (line: string) => void,
): Promise<Played> {
  const machine = inWords(thisMachine());
  const started = performance.now();
  const pool = new Pool(jobs);
  const failures = new Set<string>();
  const rows: string[] = [];
  const played = cases.map((each) => ({ each, outcomes: playCase(each, Math.min(each.seeds, seeds), pool) }));
  for (const line of HEAD) print(line);
  for (const { each, outcomes } of played) {
    const ofSeeds = await outcomes;
    for (const outcome of ofSeeds.flat()) if ("failure" in outcome) failures.add(outcome.failure);
    const row = rowOf(each, ofSeeds);
    rows.push(row);
    print(row);
  }
  const seconds = (performance.now() - started) / 1_000;
  const note = `${machine}; played in ${seconds.toFixed(0)} s, ${jobs} at a time.`;
  print(`\n${note}`);
  return { rows, note, failures: [...failures] };
}

/** With what the row of a case begins, and no other. */
export function rowBegin({ title }: Case): string {
  return `| ${title} | `;
}

function playCase({ plays }: Case, seeds: number, pool: Pool): Promise<readonly (readonly Outcome[])[]> {
  return Promise.all(
    Array.from({ length: seeds }, (_, at) => Promise.all(plays(at + 1).map((scenario) => pool.play(scenario)))),
  );
}

function rowOf(each: Case, seeds: readonly (readonly Outcome[])[]): string {
  const reports = seeds.map((outcomes) => outcomes.flatMap((outcome) => ("report" in outcome ? [outcome.report] : [])));
  const whole = reports.filter((ofSeed, at) => ofSeed.length === seeds[at]?.length);
  const figures = whole.map(each.figure).sort((a, b) => a - b);
  const [median, least, most] = [medianOf(figures), figures[0], figures.at(-1)].map((figure) => shown(figure, each));
  const verdict = whole.length < seeds.length ? "no" : verdictOn(each, figures);
  const cells = [goalOf(each), median, least, most, seeds.length, verdict, secondsOf(reports)];
  return `${rowBegin(each)}${cells.join(" | ")} |`;
}

function verdictOn({ reach, share }: Case, figures: readonly number[]): string {
  const isGood = (figure: number) => ("atMost" in reach ? figure <= reach.atMost : figure >= reach.atLeast);
  if (share === undefined) return isGood(medianOf(figures)) ? "yes" : "no";
  const good = figures.filter(isGood).length;
  return `${good >= share * figures.length ? "yes" : "no"}, ${good} of ${figures.length}`;
}

function goalOf(each: Case): string {
  const { reach } = each;
  if ("atLeast" in reach) return `at least ${shown(reach.atLeast, each)}`;
  return reach.atMost === Number.POSITIVE_INFINITY ? "complete" : `at most ${shown(reach.atMost, each)}`;
}

function shown(figure: number | undefined, { unit }: Case): string {
  if (figure === undefined || Number.isNaN(figure)) return "none";
  if (unit === "slots") return figure.toFixed(1);
  return unit === "%" ? `${figure.toFixed(2)} %` : figure.toFixed(3);
}

/** The middle one, or the mean of the two in the middle. */
function medianOf(sorted: readonly number[]): number {
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

function secondsOf(reports: readonly (readonly Report[])[]): string {
  return reports
    .flat()
    .reduce((sum, { wallSeconds }) => sum + wallSeconds, 0)
    .toFixed(0);
}
