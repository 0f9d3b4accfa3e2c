// `npm run bench -- start`: what comes before the first page. How soon a command answers, how soon a folder is described
// beside `sha1sum` of the same files, how soon a complete book of very many images is ready again, and what memory a very
// large book takes.

import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pageCountOf } from "../../shared/book.ts";
import { formatBookLine, formatImageLine, formatTrackersLine } from "../../shared/descriptor.ts";
import { PAGE_BYTES, SLICE_BYTES } from "../../shared/limits.ts";
import { pause } from "../faults/behaviour.ts";
import { roomOf } from "../faults/process-room.ts";
import { run } from "../processes/bookswarm.ts";
import { manyPictures, writePictures } from "../processes/pictures.ts";
import { inWords, thisMachine } from "./machine.ts";
import { OwnTracker } from "./own-tracker.ts";
import { memoryOf } from "./process-tally.ts";
import { scratchFor } from "./scratch.ts";
import { makeWorkloads, writeWorkload } from "./workloads.ts";

/** The largest book that is promised to be comfortable. */
const IMAGES = 100_000;
const PAGES_EACH = 10;

/** Milliseconds after which what opening a book took may have been let go of. */
const REST_MS = 5_000;

/**
 * @param rounds - how often each is tried; the median is told
 * @param isSmall - a hundredth of everything
 * @returns the exit code
 */
export async function measureStarts(rounds: number, isSmall: boolean, atEnd: AsyncDisposableStack): Promise<number> {
  say(inWords(thisMachine()));
  const images = isSmall ? IMAGES / 100 : IMAGES;
  const folder = scratchFor(atEnd);
  const tracker = await OwnTracker.open(folder, {}, atEnd);
  say(`--help: ${(await median(rounds, () => run(["--help"]))).toFixed(2)} s`);
  await describing(rounds, isSmall, folder, tracker);
  await restarting(rounds, images, folder, tracker);
  await holding(images, folder, tracker);
  return 0;
}

async function describing(rounds: number, isSmall: boolean, folder: string, tracker: OwnTracker): Promise<void> {
  const workloads = makeWorkloads(isSmall);
  for (const name of ["W1", "W2"] as const) {
    const workload = workloads.get(name);
    if (workload === undefined) continue;
    const source = join(folder, name);
    await writeWorkload(workload, source);
    // Turn by turn, so that both meet the same noise.
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      ours.push(await timed(() => tracker.describe(source, join(folder, `${name}-${round}.desc`))));
      theirs.push(await timed(() => Promise.resolve(sha1sum(source))));
    }
    const [own, other] = [middle(ours), middle(theirs)];
    say(
      `describe ${name}: ${own.toFixed(2)} s; sha1sum of its files: ${other.toFixed(2)} s; describing is ${(other / own).toFixed(2)} x as fast`,
    );
    rmSync(source, { recursive: true });
  }
}

/** A book that was complete and verified when its process ended, from the start of the next one until it is served. */
async function restarting(rounds: number, images: number, folder: string, tracker: OwnTracker): Promise<void> {
  const source = join(folder, "many");
  await writePictures(source, manyPictures(images, 1_000));
  await tracker.describe(source, join(source, "many.desc"));
  const served = async () => {
    const seeder = tracker.start("seed", source);
    await seeder.event("joined");
    return seeder;
  };
  await (await served()).end();
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    const seeder = await served();
    seconds.push((performance.now() - began) / 1_000);
    await seeder.end();
  }
  say(
    `restart of a complete book of ${images.toLocaleString("en")} images: served after ${middle(seconds).toFixed(2)} s`,
  );
  rmSync(source, { recursive: true });
}

/** A reader with a book of so many pages that holds none of them. */
async function holding(images: number, folder: string, tracker: OwnTracker): Promise<void> {
  const empty = join(folder, "empty");
  mkdirSync(empty);
  const descriptor = join(empty, "large.desc");
  writeLargeDescriptor(descriptor, images, tracker.url);
  const seeder = tracker.start("seed", descriptor);
  await seeder.event("joined");
  await pause(REST_MS);
  const { resident: peak, own } = memoryOf(seeder.pid);
  const { memory } = roomOf(seeder.pid);
  const pages = (PAGES_EACH * images).toLocaleString("en");
  say(
    `a book of ${pages} pages in ${images.toLocaleString("en")} images: ${megabytes(memory)} MB resident once it is open, ${megabytes(own)} MB of them its own; ${megabytes(peak)} MB at most on the way`,
  );
}

/** Of images that exist nowhere: digests are made up. */
function writeLargeDescriptor(file: string, images: number, tracker: string): void {
  const bytes = PAGES_EACH * PAGE_BYTES;
  const lines = Array.from({ length: images }, (_, image) => {
    const pages = Array.from({ length: pageCountOf(bytes) }, (_, page) => hash("sha1", `${image} ${page}`));
    const path = `folder/picture-${String(image).padStart(6, "0")}.tif`;
    return `${formatImageLine({ path, bytes, sha256: hash("sha256", path), pages: pages.join("") })}\n`;
  });
  const body = Buffer.from(lines.join(""));
  const index = Array.from({ length: Math.ceil(body.length / SLICE_BYTES) }, (_, slice) =>
    hash("sha256", body.subarray(slice * SLICE_BYTES, (slice + 1) * SLICE_BYTES)),
  );
  const head = { name: "large", images, pages: PAGES_EACH * images, bytes: bytes * images, index };
  writeFileSync(file, `${formatBookLine(head)}\n${formatTrackersLine([tracker])}\n`);
  appendFileSync(file, body);
}

function sha1sum(folder: string): void {
  execFileSync("sh", ["-c", 'find "$1" -type f -print0 | xargs -0 sha1sum', "sh", folder], { maxBuffer: 2 ** 24 });
}

async function median(rounds: number, work: () => Promise<unknown>): Promise<number> {
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) seconds.push(await timed(work));
  return middle(seconds);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}

function middle(seconds: readonly number[]): number {
  return seconds.toSorted((a, b) => a - b)[seconds.length >> 1] ?? Number.NaN;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
