// What the measures of describing, opening and starting share: a row of figures, medians, and a look at a process.

import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";

/** The command, as it stands in the checkout. */
export const MAIN = fileURLToPath(new URL("../../peer-node/cli/bookswarm.js", import.meta.url));

/** What was measured, and its figures by their units. */
export interface Row {
  readonly what: string;
  readonly [figure: string]: string | number;
}

/** @param values - at least one */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Resident and private memory of a process in MB, as Linux counts them. @param pid - "self" by default */
export function memoryOf(pid: number | "self" = "self"): { readonly resident: number; readonly private: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const megabytes = (field: string) => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1_024;
  return { resident: megabytes("VmRSS"), private: megabytes("RssAnon") };
}

/** Seconds of processor time that a process has taken. */
export function processorSeconds(pid: number): number {
  const [, , , , , , , , , , , user = 0, system = 0] =
    readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ").map(Number) ?? [];
  return (user + system) / 100;
}

/** Prints rows as a table, and how busy the machine was: without that the figures say little. */
export function showRows(rows: readonly Row[]): void {
  const rounded = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([figure, value]) => [
        figure,
        typeof value === "number" ? Number(value.toFixed(2)) : value,
      ]),
    ),
  );
  console.table(rounded);
  console.info(
    `load ${loadavg()
      .map((load) => load.toFixed(1))
      .join(", ")}`,
  );
}
