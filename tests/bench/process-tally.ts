// What a process and all that it started have taken of the machine, as Linux tells.

import { readFileSync, readlinkSync } from "node:fs";
import { treeOf } from "../faults/process-room.ts";

/** Linux counts a process's time in hundredths of a second, whatever its own clock. */
const TICKS_PER_SECOND = 100;

/** Bytes of memory: all that is resident, files among it, and what is the process's own. */
export interface Memory {
  readonly resident: number;
  readonly own: number;
}

/** Seconds of processor that a process and its children took, those that have ended included. */
export function cpuSeconds(pid: number): number {
  const ticks = treeOf(pid).flatMap((each) => ticksOf(each));
  return ticks.reduce((sum, each) => sum + each, 0) / TICKS_PER_SECOND;
}

/** The most that was resident so far, and what is its own now; of a process and its children together. */
export function memoryOf(pid: number): Memory {
  const statuses = treeOf(pid).map((each) => read(`/proc/${each}/status`));
  const sum = (field: RegExp) =>
    statuses.reduce((all, status) => all + 1_024 * Number(field.exec(status)?.[1] ?? 0), 0);
  return { resident: sum(/^VmHWM:\s+(\d+)/m), own: sum(/^RssAnon:\s+(\d+)/m) };
}

/** Bytes that the host of a process received and sent so far, over all its cables; none while it is not on its host. */
export function hostBytes(pid: number): { readonly received: number; readonly sent: number } {
  if (networkOf(pid) === networkOf(process.pid)) return { received: 0, sent: 0 };
  const cables = [...read(`/proc/${pid}/net/dev`).matchAll(/^\s*(\w+):\s+(\d+)(?:\s+\d+){7}\s+(\d+)/gm)];
  const far = cables.filter(([, name]) => name !== "lo");
  const sum = (column: number) => far.reduce((all, cable) => all + Number(cable[column]), 0);
  return { received: sum(2), sent: sum(3) };
}

/** Which namespace a process is in: a command that runs another one elsewhere begins here. */
function networkOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return undefined;
  }
}

/** True when something listens on this port where the process is. */
export function isListening(pid: number, port: number): boolean {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")} 00000000:0000 0A`;
  return read(`/proc/${pid}/net/tcp`).includes(wanted);
}

/** Its own user and system time, and those of its children that have ended. */
function ticksOf(pid: number): readonly number[] {
  const fields = read(`/proc/${pid}/stat`).split(") ").at(-1)?.split(" ") ?? [];
  return fields.slice(11, 15).map(Number);
}

function read(file: string): string {
  try {
    return readFileSync(file, "ascii");
  } catch {
    // It has ended.
    return "";
  }
}
