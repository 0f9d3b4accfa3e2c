// What a process takes of its machine, as Linux tells: memory and open files.

import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface ProcessRoom {
  /** Resident memory, in bytes. */
  readonly memory: number;
  /** Open files, sockets included. */
  readonly files: number;
}

/** @throws Error when the process is gone, or the system is not Linux */
export function roomOf(pid: number): ProcessRoom {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "ascii"))?.[1];
  if (kilobytes === undefined) throw new Error(`Process ${pid} has ended`);
  return { memory: Number(kilobytes) * 1_024, files: readdirSync(`/proc/${pid}/fd`).length };
}

/** Kills a process and all that it started, at once and without a word. */
export function killTree(pid: number): void {
  // Whoever stands still starts nothing more while its children are counted.
  send("SIGSTOP", pid);
  for (const each of treeOf(pid)) send("SIGKILL", each);
}

function send(signal: NodeJS.Signals, pid: number): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It was quicker.
  }
}

/** The process among those that `pid` started, directly or not, whose program has this name. @throws Error without one */
export function processUnder(pid: number, program: string): number {
  const found = treeOf(pid).find((each) => readFileSync(`/proc/${each}/comm`, "ascii").trim() === program);
  if (found === undefined) throw new Error(`Process ${pid} started no ${program}`);
  return found;
}

/** A process and all that it started, parents first. */
export function treeOf(pid: number): readonly number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "ascii").trim().split(" ");
    return [pid, ...children.filter((each) => each !== "").flatMap((each) => treeOf(Number(each)))];
  } catch {
    return [pid];
  }
}

/** The file that a process runs; undefined when it has ended. */
export function programOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}
