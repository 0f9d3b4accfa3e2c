// What the figures were taken on.

import { arch, cpus, release, totalmem, type } from "node:os";

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  readonly system: string;
  readonly node: string;
  /** Day on which they were taken, as YYYY-MM-DD. */
  readonly date: string;
}

export function thisMachine(): Machine {
  const all = cpus();
  return {
    processor: all[0]?.model.trim() ?? arch(),
    cores: all.length,
    memory: totalmem(),
    system: `${type()} ${release().split("-")[0] ?? ""}`,
    node: process.version.slice(1),
    date: new Date().toISOString().slice(0, 10),
  };
}

export function inWords({ processor, cores, memory, system, node, date }: Machine): string {
  const gigabytes = Math.round(memory / 2 ** 30);
  return `${date}: ${cores} cores of ${processor}, ${gigabytes} GiB, ${system}, Node ${node}`;
}
