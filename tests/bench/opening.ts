// What it takes to open a huge complete book again, with nothing changed: seconds until it is served, and the memory of
// the process then. The book is made first (huge-book.ts). Run: node tests/bench/opening.ts [--images N] [--pages N]

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PAGE_BYTES } from "../../shared/limits.ts";
import { Bookswarm } from "../processes/bookswarm.ts";
import { makeHugeBook } from "./huge-book.ts";
import { median, memoryOf, processorSeconds, type Row, showRows } from "./measuring.ts";

export interface OpeningMeasure {
  readonly images: number;
  /** Pages of each image. */
  readonly pages: number;
  readonly rounds: number;
}

/** A tracker that nobody is behind: what is measured is over before it would be missed. */
const NOWHERE = "http://127.0.0.1:1";

/** The book is served as soon as its progress is told for the first time, whether or not a tracker answers. */
export async function measureOpening({ images, pages, rounds }: OpeningMeasure): Promise<readonly Row[]> {
  const scratch = mkdtempSync(join(tmpdir(), "bookswarm-bench-"));
  const folder = join(scratch, "book");
  try {
    await makeHugeBook({ folder, images, imageBytes: pages * PAGE_BYTES, trackers: [NOWHERE] });
    const opened: Awaited<ReturnType<typeof openOnce>>[] = [];
    for (let round = 0; round < rounds; round++) opened.push(await openOnce(folder, scratch));
    const figure = (of: (each: (typeof opened)[number]) => number) => median(opened.map(of));
    return [
      {
        what: `restart of ${images} images, ${images * pages} pages`,
        "ready s": figure(({ seconds }) => seconds),
        "CPU s": figure(({ processor }) => processor),
        "resident MB": figure(({ resident }) => resident),
        "private MB": figure(({ private: own }) => own),
      },
    ];
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

async function openOnce(folder: string, state: string) {
  const start = performance.now();
  const reader = new Bookswarm(["seed", folder, "--json"], { env: { BOOKSWARM_STATE: join(state, "state") } });
  await reader.event("progress");
  const seconds = (performance.now() - start) / 1_000;
  const figures = { seconds, processor: processorSeconds(reader.pid), ...memoryOf(reader.pid) };
  reader.signal("SIGTERM");
  await reader.exit;
  return figures;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      images: { type: "string", default: "100000" },
      pages: { type: "string", default: "10" },
      rounds: { type: "string", default: "3" },
    },
  });
  const [images, pages, rounds] = [values.images, values.pages, values.rounds].map(Number);
  showRows(await measureOpening({ images: images ?? 0, pages: pages ?? 0, rounds: rounds ?? 0 }));
}
