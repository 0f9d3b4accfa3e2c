// One run of one contestant: everything made anew, the clock from the start of the receivers' processes until the last
// of them has all, what they took of the machine meanwhile, and every delivered file compared with its source.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
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

/** Milliseconds between two looks whether the first MB has come. */
const LOOK_MS = 20;

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

async function timed(
  { name }: Contestant,
  { sender, receive, saysComplete }: Served,
  scene: Scene,
  disk: string,
): Promise<Lap> {
  const folders = scene.receivers.map((_, at) => copyOf(disk, at));
  for (const folder of folders) mkdirSync(folder);
  const senders = sender === undefined ? [] : [sender];
  const before = takenBy(senders);
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1_000;
  const receivers = scene.receivers.map((place, at) => receive(place, folders[at] ?? ""));
  const watch = new MemoryWatch([...senders, ...receivers]);
  const finishes = receivers.map(async (receiver) => {
    await receiver.line(saysComplete);
    return elapsed();
  });
  const [seconds, firstMegabyteSeconds] = await withinReason(name, Promise.all(finishes), async (isOver) => {
    while (!isOver()) {
      if (receivers.some(({ pid }) => hostBytes(pid).received > MEGABYTE)) return elapsed();
      await pause(LOOK_MS);
    }
    return undefined;
  }).finally(() => watch.end());
  const after = takenBy(senders);
  return {
    contestant: name,
    workload: scene.workload.name,
    seconds: Math.max(...seconds),
    ...(firstMegabyteSeconds === undefined ? {} : { firstMegabyteSeconds }),
    sender: { cpuSeconds: after.cpuSeconds - before.cpuSeconds, ...watch.peakOf(senders) },
    receivers: { cpuSeconds: takenBy(receivers).cpuSeconds, ...watch.peakOf(receivers) },
    // On loopback nothing is counted for each peer.
    ...(after.bytesSent === 0 ? {} : { bytesSent: after.bytesSent - before.bytesSent }),
  };
}

/** What processes, and the hosts that they are on, have taken so far. */
function takenBy(peers: readonly Peer[]): { readonly cpuSeconds: number; readonly bytesSent: number } {
  const sum = (of: (pid: number) => number) => peers.reduce((all, { pid }) => all + of(pid), 0);
  return { cpuSeconds: sum(cpuSeconds), bytesSent: sum((pid) => hostBytes(pid).sent) };
}

/**
 * Awaits the end of a run, and what is looked at meanwhile.
 * @throws Error when it does not end within GIVE_UP_MS
 */
async function withinReason<End, Seen>(
  name: string,
  run: Promise<End>,
  meanwhile: (isOver: () => boolean) => Promise<Seen>,
): Promise<readonly [End, Seen]> {
  let isOver = false;
  const seen = meanwhile(() => isOver);
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    const minutes = GIVE_UP_MS / 60_000;
    timer = setTimeout(() => reject(new Error(`${name} was not complete within ${minutes} minutes`)), GIVE_UP_MS);
  });
  try {
    const end = await Promise.race([run, tooLate]);
    isOver = true;
    return [end, await seen];
  } finally {
    isOver = true;
    clearTimeout(timer);
  }
}

function copyOf(disk: string, receiver: number): string {
  return join(disk, `receiver-${receiver}`);
}

async function expectWhole({ source, workload }: Scene, folder: string, name: string): Promise<void> {
  const differences = await compareFolders(source, join(folder, workload.name), isState);
  const [first] = differences;
  if (first !== undefined) {
    throw new Error(
      `${name} delivered ${workload.name} wrongly: ${first.path} is ${first.kind} (${differences.length})`,
    );
  }
}
