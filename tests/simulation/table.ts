// All cases, as the rows of a Markdown table: the figure to reach, the median of the seeds, the least and the most, and
// the time that it took.

import { performance } from "node:perf_hooks";
import type { Case } from "./cases.ts";
import { type Outcome, Pool } from "./pool.ts";
import type { Report } from "./report.ts";

const HEAD = ["| case | to reach | median | least | most | reached | seconds |", "|---|---|---|---|---|---|---|"];

/**
 * Plays the cases and prints a row as soon as each is done. What it finds does not depend on how many play at a time.
 * @param jobs - plays at one time, at least 1
 * @returns one sentence for each play that failed
 */
export async function printTable(
  cases: readonly Case[],
  jobs: number,
  print: (line: string) => void,
): Promise<readonly string[]> {
  const started = performance.now();
  const pool = new Pool(jobs);
  const failures: string[] = [];
  const played = cases.map((each) => ({ each, outcomes: playCase(each, pool) }));
  for (const line of HEAD) print(line);
  for (const { each, outcomes } of played) {
    const seeds = await outcomes;
    failures.push(...seeds.flat().flatMap((outcome) => ("failure" in outcome ? [outcome.failure] : [])));
    print(rowOf(each, seeds));
  }
  const seconds = (performance.now() - started) / 1_000;
  print(`\nPlayed in ${seconds.toFixed(0)} s in ${jobs} processes at a time.`);
  return [...new Set(failures)];
}

function playCase({ seeds, plays }: Case, pool: Pool): Promise<readonly (readonly Outcome[])[]> {
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
  const cells = [each.title, goalOf(each), median, least, most, verdict, secondsOf(reports)];
  return `| ${cells.join(" | ")} |`;
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
