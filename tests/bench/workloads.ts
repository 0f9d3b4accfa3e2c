// What is moved: four folders of files, the same in every run because they follow from a fixed seed, and of bytes that
// nothing compresses.

import { Dice } from "../fuzz/mutations.ts";
import { writePictures } from "../processes/pictures.ts";

export type WorkloadName = "W1" | "W2" | "W3" | "W4";

export interface Workload {
  readonly name: WorkloadName;
  /** As people read it. */
  readonly title: string;
  readonly receivers: number;
  /** What each machine can send, in bytes a second; no limit when absent. */
  readonly uplink?: number;
  /** Path and bytes of each file, in order. */
  readonly files: readonly (readonly [path: string, bytes: number])[];
  readonly bytes: number;
}

const MEBIBYTE = 2 ** 20;

/** Seed of all contents and sizes; another one makes other figures. */
const SEED = 2;

/** How much smaller a small workload is. */
const SMALL = 0.01;

/** Middle of the images' sizes, in bytes, and the spread of their logarithm: the mean is then some 130 kB. */
const IMAGE_BYTES = 90e3;
const IMAGE_SPREAD = 0.86;
const IMAGE_BYTES_MIN = 4e3;
const IMAGE_BYTES_MAX = 4e6;

/** @param isSmall - a hundredth of each, to see that everything works */
export function makeWorkloads(isSmall: boolean): ReadonlyMap<WorkloadName, Workload> {
  const part = (whole: number) => Math.ceil(isSmall ? whole * SMALL : whole);
  const workloads = [
    { name: "W1", title: "1 GiB in 4 files, one to one", receivers: 1, files: equal(4, part(256 * MEBIBYTE)) },
    { name: "W2", title: "8,000 images, 1 GiB, one to one", receivers: 1, files: images(part(8_000), 40) },
    { name: "W3", title: "2,000 images, 263 MB, one to eight", receivers: 8, files: images(part(2_000), 10) },
    {
      name: "W4",
      title: "64 MiB, one to eight, every uplink 4 MiB/s",
      receivers: 8,
      uplink: 4 * MEBIBYTE,
      files: equal(8, part(8 * MEBIBYTE)),
    },
  ] as const;
  const whole = workloads.map((each) => ({
    ...each,
    title: isSmall ? `a hundredth of ${each.title}` : each.title,
    bytes: each.files.reduce((sum, [, bytes]) => sum + bytes, 0),
  }));
  return new Map(whole.map((each) => [each.name, each]));
}

/** Writes the files of a workload below `folder`. */
export async function writeWorkload({ files }: Workload, folder: string): Promise<void> {
  await writePictures(folder, files, SEED);
}

/**
 * Seconds that no schedule can beat with these uplinks (Kumar and Ross): the source has to send everything once, and all
 * of them together have to send it to each receiver.
 */
export function fluidBound({ bytes, receivers }: Workload, uplink: number): number {
  return Math.max(bytes / uplink, (receivers * bytes) / ((receivers + 1) * uplink));
}

function equal(count: number, bytes: number): (readonly [string, number])[] {
  return Array.from({ length: count }, (_, at) => [`part-${at}.bin`, bytes] as const);
}

/** Images whose sizes are log-normal, spread evenly over folders. */
function images(count: number, folders: number): (readonly [string, number])[] {
  const dice = new Dice(SEED);
  const uniform = () => (1 + dice.below(2 ** 31)) / 2 ** 31;
  return Array.from({ length: count }, (_, at) => {
    const normal = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    const bytes = IMAGE_BYTES * Math.exp(IMAGE_SPREAD * normal);
    const path = `folder-${String(at % folders).padStart(2, "0")}/image-${String(at).padStart(5, "0")}.jpg`;
    return [path, Math.round(Math.min(IMAGE_BYTES_MAX, Math.max(IMAGE_BYTES_MIN, bytes)))] as const;
  });
}
