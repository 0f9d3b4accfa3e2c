// One run of one contestant: everything made anew, the clock from the start of the receivers' processes until the last
// of them has all, what they took of the machine meanwhile, and every delivered file compared with its source.

import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { pause } from "../faults/behaviour.ts";
import { whyNoNetwork } from "../network/network.ts";
import { compareFolders, isState } from "../processes/compare-folders.ts";
import type { Contestant, Scene, Served } from "./contestants/contestant.ts";
import type { Disks } from "./disks.ts";
import { hostsFor, loopbackFor } from "./ground.ts";
import { type MemoryPeak, MemoryWatch } from "./memory-watch.ts";
import { Peer } from "./peer.ts";
import { cpuSeconds, hostBytes } from "./process-tally.ts";
import type { Workload, WorkloadName } from "./workloads.ts";

/** What one run showed. */
export interface Lap {
  readonly contestant: string;
  readonly workload: WorkloadName;
  /** From the start of the receivers to the last that was complete. */
  readonly seconds: number;
  /** Until some receiver had its first MB, as far as that can be seen: not on loopback. */
  readonly firstMegabyteSeconds?: number;
  readonly sender: Usage;
  /** Seconds of all receivers together, memory of the one that took most. */
  readonly receivers: Usage;
  /** Bytes that left the sender's host, heads of packets included; not on loopback. */
  readonly bytesSent?: number;
}

export interface Usage extends MemoryPeak {
  readonly cpuSeconds: number;
}

/** Where runs of a workload take place. */
export interface Track {
  readonly disks: Disks;
  /** The folder to be delivered; its name is the workload's. */
  readonly source: string;
  /** Why everybody is on loopback; undefined when each has a host. */
  readonly whyLoopback: string | undefined;
}

/** Milliseconds between two looks at what processes take. */
const LOOK_MS = 50;

/** Milliseconds in which whoever serves comes to rest. */
const SETTLE_MS = 1_000;

const MEGABYTE = 1e6;

/** Milliseconds after which a run is given up. */
const GIVE_UP_MS = 600_000;

/** @returns why hosts cannot be made here, if so */
export function whyLoopback(): string | undefined {
  return process.platform === "linux" ? whyNoNetwork() : "network namespaces are Linux's";
}

/** @throws Error when the contestant does not deliver, or not the same bytes */
export async function runLap(
  contestant: Contestant,
  workload: Workload,
  track: Track,
  atEnd: AsyncDisposableStack,
): Promise<Lap> {
  const end = new AsyncDisposableStack();
  // Whoever interrupts the race interrupts the run.
  atEnd.defer(() => end.disposeAsync());
  try {
    const disk = track.disks.fresh(end, workload.bytes * workload.receivers);
    const scene = sceneFor(workload, track, disk, end);
    const served = await contestant.serve(scene);
    await pause(SETTLE_MS);
    track.disks.warm(workload.bytes * workload.receivers);
    const lap = await timed(contestant, served, scene, disk);
    for (const [at] of scene.receivers.entries()) await expectWhole(scene, copyOf(disk, at), contestant.name);
    return lap;
  } finally {
    await end.disposeAsync();
  }
}

function sceneFor(workload: Workload, track: Track, disk: string, end: AsyncDisposableStack): Scene {
  const scratch = join(disk, "scratch");
  mkdirSync(scratch);
  const ground =
    track.whyLoopback === undefined ? hostsFor(workload, (step) => end.defer(step)) : loopbackFor(workload);
  return {
    ...ground,
    workload,
    source: track.source,
    scratch,
    start(command, place, env) {
      const peer = new Peer(command, place, scratch, env);
      end.defer(() => peer.end());
      return peer;
    },
    afterwards: (step) => end.defer(step),
  };
}

async function timed({ name }: Contestant, served: Served, scene: Scene, disk: string): Promise<Lap> {
  const { sender } = served;
  const folders = scene.receivers.map((_, at) => copyOf(disk, at));
  for (const folder of folders) mkdirSync(folder);
  const senderBefore = sender === undefined ? 0 : cpuSeconds(sender.pid);
  const sentBefore = sender === undefined ? 0 : hostBytes(sender.pid).sent;
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1_000;
  const receivers = scene.receivers.map((place, at) => served.receive(place, folders[at] ?? ""));
  const watch = new MemoryWatch(sender === undefined ? receivers : [sender, ...receivers]);
  let isOver = false;
  const finishes = receivers.map(async (receiver) => {
    await receiver.line(served.saysComplete);
    return elapsed();
  });
  const last = Promise.all(finishes).finally(() => {
    isOver = true;
  });
  // A run that is given up is not waited for.
  last.catch(() => undefined);
  let firstMegabyteSeconds: number | undefined;
  while (!isOver) {
    watch.look();
    if (scene.sender.through.length > 0 && firstMegabyteSeconds === undefined) {
      if (receivers.some(({ pid }) => hostBytes(pid).received > MEGABYTE)) firstMegabyteSeconds = elapsed();
    }
    await Promise.race([last, pause(firstMegabyteSeconds === undefined ? LOOK_MS / 5 : LOOK_MS)]);
    if (elapsed() * 1_000 > GIVE_UP_MS)
      throw new Error(`${name} was not complete within ${GIVE_UP_MS / 60_000} minutes`);
  }
  const seconds = Math.max(...(await last));
  watch.look();
  const cpu = receivers.map(({ pid }) => cpuSeconds(pid));
  return {
    contestant: name,
    workload: scene.workload.name,
    seconds,
    ...(firstMegabyteSeconds === undefined ? {} : { firstMegabyteSeconds }),
    sender: {
      cpuSeconds: sender === undefined ? 0 : cpuSeconds(sender.pid) - senderBefore,
      ...watch.peakOf(sender === undefined ? [] : [sender]),
    },
    receivers: { cpuSeconds: cpu.reduce((sum, each) => sum + each, 0), ...watch.peakOf(receivers) },
    ...(sender === undefined || scene.sender.through.length === 0
      ? {}
      : { bytesSent: hostBytes(sender.pid).sent - sentBefore }),
  };
}

function copyOf(disk: string, receiver: number): string {
  return join(disk, `receiver-${receiver}`);
}

async function expectWhole({ source, workload }: Scene, folder: string, name: string): Promise<void> {
  const differences = await compareFolders(source, join(folder, basename(workload.name)), isState);
  const [first] = differences;
  if (first !== undefined) {
    throw new Error(
      `${name} delivered ${workload.name} wrongly: ${first.path} is ${first.kind} (${differences.length})`,
    );
  }
}
