// The figures of a workload as a Markdown table, and its place in a document.

import { inWords, type Machine } from "./machine.ts";
import type { Lap } from "./race.ts";
import { fluidBound, type Workload } from "./workloads.ts";

/** With whom everybody is compared. */
const OURS = "bookswarm";

/** A column: its heading, and a contestant's cell. */
interface Column {
  readonly heading: string;
  readonly cell: (laps: readonly Lap[]) => string;
}

/** What was found out about one workload. */
export interface Findings {
  readonly workload: Workload;
  readonly laps: readonly Lap[];
  readonly machine: Machine;
  /** The conditions, each as part of a sentence. */
  readonly conditions: readonly string[];
}

/** Title, table, and under it the machine and the conditions. */
export function tableOf({ workload, laps, machine, conditions }: Findings): string {
  const byName = Map.groupBy(laps, ({ contestant }) => contestant);
  const columns = columnsFor(workload, byName.get(OURS) ?? []);
  const rows = [...byName].sort(([, a], [, b]) => median(a, seconds) - median(b, seconds));
  const rounds = Math.max(0, ...rows.map(([, own]) => own.length));
  const lines = [
    `**${workload.name}: ${workload.title}**`,
    "",
    row(["", ...columns.map(({ heading }) => heading)]),
    row(["---", ...columns.map(() => "--:")]),
    ...rows.map(([name, own]) => row([name, ...columns.map(({ cell }) => cell(own))])),
    "",
    `${inWords(machine)}; ${[rounds === 1 ? "one round" : `medians of ${rounds} rounds`, ...conditions].join("; ")}.`,
  ];
  return lines.join("\n");
}

/**
 * Puts a workload's table where a document keeps it.
 * @throws Error when the document has no place for it
 */
export function withTable(document: string, name: string, table: string): string {
  const [begin, end] = [`<!-- bench ${name} -->`, `<!-- /bench ${name} -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The document has no place for ${name}: ${begin} and ${end} mark one`);
  return `${document.slice(0, from)}${begin}\n\n${table}\n\n${document.slice(to)}`;
}

function columnsFor(workload: Workload, ours: readonly Lap[]): readonly Column[] {
  const delivered = workload.bytes * workload.receivers;
  const basis = median(ours, seconds);
  const compared = { heading: `${OURS} is`, cell: (laps: readonly Lap[]) => ratio(median(laps, seconds) / basis) };
  return [
    { heading: "seconds", cell: (laps) => median(laps, seconds).toFixed(2) },
    { heading: "fastest", cell: (laps) => Math.min(...laps.map(seconds)).toFixed(2) },
    { heading: "MB/s", cell: (laps) => (delivered / median(laps, seconds) / 1e6).toFixed(0) },
    ...(ours.length > 0 ? [compared] : []),
    ...swarmColumns(workload),
    { heading: "first MB, s", cell: (laps) => known(laps, (lap) => lap.firstMegabyteSeconds, 2) },
    { heading: "CPU s, sender", cell: (laps) => median(laps, (lap) => lap.sender.cpuSeconds).toFixed(2) },
    { heading: "receivers", cell: (laps) => median(laps, (lap) => lap.receivers.cpuSeconds).toFixed(2) },
    { heading: "CPU s/GB", cell: (laps) => (median(laps, cpu) / (delivered / 1e9)).toFixed(2) },
    { heading: "memory MB, sender", cell: (laps) => memory(laps, (lap) => lap.sender) },
    { heading: "a receiver", cell: (laps) => memory(laps, (lap) => lap.receivers) },
  ];
}

/** What matters where uplinks are short. */
function swarmColumns(workload: Workload): readonly Column[] {
  if (workload.uplink === undefined) return [];
  const bound = fluidBound(workload, workload.uplink);
  return [
    { heading: "x fluid bound", cell: (laps) => (median(laps, seconds) / bound).toFixed(2) },
    {
      heading: "copies sent by the source",
      cell: (laps) => known(laps, ({ bytesSent }) => (bytesSent ?? Number.NaN) / workload.bytes, 2),
    },
  ];
}

function seconds(lap: Lap): number {
  return lap.seconds;
}

function cpu({ sender, receivers }: Lap): number {
  return sender.cpuSeconds + receivers.cpuSeconds;
}

/** Peak of all resident memory, and of what is the process's own. */
function memory(laps: readonly Lap[], of: (lap: Lap) => Lap["sender"]): string {
  const peak = (field: "residentPeak" | "ownPeak") => (median(laps, (lap) => of(lap)[field]) / 1e6).toFixed(0);
  return `${peak("residentPeak")} (${peak("ownPeak")} own)`;
}

/** The median, where it could be seen. */
function known(laps: readonly Lap[], of: (lap: Lap) => number | undefined, digits: number): string {
  const seen = median(laps, (lap) => of(lap) ?? Number.NaN);
  return Number.isNaN(seen) ? "-" : seen.toFixed(digits);
}

function ratio(factor: number): string {
  return `${factor.toFixed(2)} x as fast`;
}

/** NaN of nothing. */
export function median(laps: readonly Lap[], of: (lap: Lap) => number): number {
  const values = laps.map(of).sort((a, b) => a - b);
  const middle = values.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [values[middle - (1 - (values.length % 2))], values[middle]];
  return (low + high) / 2;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
