// `npm run bench -- delay`: many small images from one reader to another over a line of 100 Mbit/s that adds 50 ms in
// each direction, in user space, so that it takes no rights. A protocol that has too few bytes on their way leaves such
// a line idle, whatever the machine.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ReaderId } from "../../shared/ids.ts";
import { listed } from "../faults/scripted-tracker.ts";
import { compareFolders, isState } from "../processes/compare-folders.ts";
import { LongLine } from "./long-line.ts";
import { OwnTracker } from "./own-tracker.ts";
import { scratchFor } from "./scratch.ts";
import { makeWorkloads, writeWorkload } from "./workloads.ts";

/** Bytes a second: 100 Mbit/s. */
const RATE = 12_500_000;

/**
 * @param delayMs - that each direction adds
 * @param isSmall - a hundredth of the images
 * @returns the exit code
 */
export async function measureDelay(delayMs: number, isSmall: boolean, atEnd: AsyncDisposableStack): Promise<number> {
  const workload = makeWorkloads(isSmall).get("W2");
  if (workload === undefined) throw new Error("There is no workload of images");
  const folder = scratchFor(atEnd);
  const [source, copy] = [join(folder, "source"), join(folder, "copy")];
  const descriptor = join(source, "images.desc");
  mkdirSync(source);
  await writeWorkload(workload, source);

  // The tracker names the line's end instead of the sender: whoever dials it has the line between them.
  let entry: ReturnType<typeof listed> | undefined;
  const registered = Promise.withResolvers<{ readonly reader: ReaderId; readonly port: number }>();
  const tracker = await OwnTracker.open(
    folder,
    {
      lists: (reader) => (entry === undefined || entry.readerId === reader ? [] : [entry]),
      registered: (reader, port) => registered.resolve({ reader, port }),
    },
    atEnd,
  );
  await tracker.describe(source, descriptor);
  tracker.start("seed", descriptor);
  const { reader, port } = await registered.promise;
  const line = await LongLine.open({ target: port, delayMs, rate: RATE }, atEnd);
  entry = listed(reader, line.port);

  const began = performance.now();
  const receiver = tracker.start("get", descriptor, "--to", copy);
  await receiver.event("complete");
  const seconds = (performance.now() - began) / 1_000;
  const differences = await compareFolders(source, copy, isState);
  if (differences.length > 0) throw new Error(`It arrived wrongly: ${JSON.stringify(differences.slice(0, 3))}`);
  const share = workload.bytes / RATE / seconds;
  process.stdout.write(
    `${workload.title}, over a line of ${(8 * RATE) / 1e6} Mbit/s that adds ${delayMs} ms in each direction: ${seconds.toFixed(1)} s, ${(workload.bytes / seconds / 1e6).toFixed(1)} MB/s, ${(100 * share).toFixed(0)} % of the line; ${((100 * line.bytes) / workload.bytes - 100).toFixed(2)} % more bytes went through it than the images have.\n`,
  );
  return 0;
}
