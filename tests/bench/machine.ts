// What the figures were taken on.

import { arch, cpus, loadavg, release, totalmem, type } from "node:os";

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  readonly system: string;
  readonly node: string;
  /** Day on which they were taken, as YYYY-MM-DD. */
  readonly date: string;
  /** What else it had to do: processes that wanted a core in the minute before. */
  readonly load: number;
}

/** Below it the machine has next to nothing else to do. */
const QUIET_LOAD = 0.5;

/** To be asked before anything is started. */
export function thisMachine(): Machine {
  const all = cpus();
  return {
    processor: all[0]?.model.trim() ?? arch(),
    cores: all.length,
    memory: totalmem(),
    system: `${type()} ${release().split("-")[0] ?? ""}`,
    node: process.version.slice(1),
    date: new Date().toISOString().slice(0, 10),
    load: loadavg()[0] ?? 0,
  };
}

export function inWords({ processor, cores, memory, system, node, date, load }: Machine): string {
  const gigabytes = Math.round(memory / 2 ** 30);
  const busy = load < QUIET_LOAD ? "" : `, busy with other things (load ${load.toFixed(1)})`;
  return `${date}: ${cores} cores of ${processor}, ${gigabytes} GiB, ${system}, Node ${node}${busy}`;
}
