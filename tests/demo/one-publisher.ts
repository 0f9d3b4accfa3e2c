// One publisher that has everything, ten readers that start with nothing.

import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { isState } from "../processes/compare-folders.ts";
import { numberOf, type Stage, say } from "./stage.ts";
import { megabytes, summaryOf } from "./summary.ts";

const READERS = 10;

/** @returns what went wrong, a line each */
export async function onePublisher(stage: Stage, folder: string): Promise<readonly string[]> {
  const before = new Set(await readdir(folder));
  try {
    return await show(stage, folder);
  } finally {
    await stage.end();
    await tidy(folder, before);
  }
}

async function show(stage: Stage, folder: string): Promise<readonly string[]> {
  say(`Starting a tracker, and publishing ${folder} ...`);
  const publisher = stage.start("publisher", ["publish", folder, "--tracker", await stage.tracker()]);
  const book = await publisher.process.event("published");
  const [images, pages, bytes] = ["images", "pages", "bytes"].map((field) => numberOf(book, field)) as Numbers;
  say(`${images} images, ${megabytes(bytes)}: ${String(book["link"])}\n`);

  const began = performance.now();
  const readers = Array.from({ length: READERS }, (_, at) => {
    const copy = join(stage.scratch, `reader-${at + 1}`);
    return stage.start(`reader ${at + 1}`, ["get", String(book["link"]), "--to", copy], copy);
  });
  const seconds = await stage.watch([publisher, ...readers], readers, began);

  say("\nComparing every copy with the original, byte by byte ...");
  const wrong = await stage.compare(folder, readers);
  if (wrong.length > 0) return wrong;
  const tallies = await stage.tallies([publisher, ...readers]);
  const copies = ((tallies[0]?.bytesSent ?? 0) / bytes).toFixed(2);
  const source = `The publisher sent ${copies} copies; the readers gave one another the rest.`;
  for (const line of summaryOf({ images, pages, bytes, seconds, readers: READERS, source, tallies })) say(line);
  return [];
}

type Numbers = [images: number, pages: number, bytes: number];

/** Publishing leaves its record and the descriptor in the folder; a demo leaves nothing that was not there. */
async function tidy(folder: string, before: ReadonlySet<string>): Promise<void> {
  const added = (await readdir(folder)).filter((name) => !before.has(name) && (name === ".bookswarm" || isState(name)));
  await Promise.all(added.map((name) => rm(join(folder, name), { recursive: true })));
}
