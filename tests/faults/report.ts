// What a command of faults says in the end: rows of the first table in SECURITY.md, as they stand there.

import { appendFileSync } from "node:fs";

export interface TriedFault {
  readonly fault: string;
  /** How often it was tried. */
  readonly tried: string;
  /** Nothing, unless a test failed. */
  readonly lost?: string;
  /** How long it took until everything was as before. */
  readonly whole: string;
}

export const TABLE_HEAD = "| Fault | How often | Lost | Whole again after |\n|---|---|---|---|\n";

/** The file that collects the rows of a whole run; none outside of `npm run test:faults`. */
export const TABLE_VARIABLE = "BOOKSWARM_FAULT_TABLE";

/** Says a row of the table, and adds it to the run's own. */
export function report({ fault, tried, lost = "nothing", whole }: TriedFault): void {
  const row = `| ${[fault, tried, lost, whole].join(" | ")} |\n`;
  process.stdout.write(row);
  const table = process.env[TABLE_VARIABLE];
  if (table !== undefined) appendFileSync(table, row);
}

/** Seconds since a moment of `performance.now()`, as people read them. */
export function secondsSince(began: number): string {
  return `${((performance.now() - began) / 1_000).toFixed(1)} s`;
}
