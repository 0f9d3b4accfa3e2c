// What the race asks of whoever takes part in it.

import { spawnSync } from "node:child_process";
import type { Ground } from "../ground.ts";
import type { Peer, Place } from "../peer.ts";
import type { Workload, WorkloadName } from "../workloads.ts";

/** One run, as a contestant finds it. */
export interface Scene extends Ground {
  readonly workload: Workload;
  /** The folder to be delivered; its name is the workload's. */
  readonly source: string;
  /** For whatever a contestant writes besides; empty at first, gone with the run. */
  readonly scratch: string;
  /** Starts a process that ends with the run. */
  start(command: readonly string[], place: Place, env?: NodeJS.ProcessEnv): Peer;
  /** Has something done when the run is over and all its processes have ended. */
  afterwards(step: () => Promise<void>): void;
}

/** The side that has everything, serving before the clock starts. */
export interface Served {
  /** Absent when nobody need run for it. */
  readonly sender?: Peer;
  /** True of the line with which a receiver says that it has all, verified and in place. */
  readonly saysComplete: (line: string) => boolean;
  /** Starts a receiver that delivers into `folder`, below the name of the workload. */
  receive(place: Place, folder: string): Peer;
}

export interface Contestant {
  readonly name: string;
  /** In which workloads it makes sense. */
  readonly workloads: readonly WorkloadName[];
  /** What it takes and is not here, with the way to get it; undefined when all is here. */
  missing(): string | undefined;
  /** Starts what must be there before the clock. */
  serve(scene: Scene): Promise<Served>;
}

export const ONE_TO_ONE: readonly WorkloadName[] = ["W1", "W2"];
export const UNSHAPED: readonly WorkloadName[] = [...ONE_TO_ONE, "W3"];
export const ALL: readonly WorkloadName[] = [...UNSHAPED, "W4"];

/** A sentence when a program cannot be started. @param debian - the package that has it */
export function missingProgram(command: readonly string[], debian: string): string | undefined {
  const [program = "", ...args] = command;
  const { error, status } = spawnSync(program, args, { stdio: "ignore" });
  return error === undefined && status === 0 ? undefined : `not here; Debian's package ${debian} has it`;
}
