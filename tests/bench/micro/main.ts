// `npm run bench -- micro`: parts of bookswarm, each by itself, so that a slip is seen where it happens.

import { Bench, type Task } from "tinybench";
import { Disks } from "../disks.ts";
import { inWords, thisMachine } from "../machine.ts";
import type { Part } from "./part.ts";
import { pureParts } from "./pure-parts.ts";
import { storeParts } from "./store-parts.ts";

/** Milliseconds for each part, of which there is no end. */
const PART_MS = 1_000;

/** More than the parts of the store write. */
const STORE_BYTES = 2e8;

/** @returns the exit code */
export async function measureParts(atEnd: AsyncDisposableStack): Promise<number> {
  const disks = await Disks.make(atEnd, STORE_BYTES);
  if (disks.why !== undefined) process.stdout.write(`The store writes into an ordinary folder: ${disks.why}\n`);
  const folder = disks.fresh(atEnd, STORE_BYTES);
  process.stdout.write(
    `${inWords(thisMachine())}\n\n| part | one | median µs | fastest | MB/s |\n| --- | --- | --: | --: | --: |\n`,
  );
  for (const part of [...pureParts(), ...(await storeParts(folder, atEnd))])
    process.stdout.write(`${await measure(part)}\n`);
  return 0;
}

/** The part's row. @throws what the part throws */
async function measure({ name, each, times, bytes, calls, work, prepare }: Part): Promise<string> {
  const limited = { iterations: calls ?? 1, time: 0, warmup: false };
  const bench = new Bench({ throws: true, ...(calls === undefined ? { time: PART_MS } : limited) });
  // A store is asked for each page once: which kind of function this is cannot be found out by a trial.
  bench.add(name, () => work(), {
    async: calls !== undefined,
    ...(prepare === undefined ? {} : { beforeEach: prepare }),
  });
  const [task] = await bench.run();
  const { median, fastest } = latencyOf(task);
  const rate = bytes === undefined ? "-" : (bytes / median / 1e3).toFixed(0);
  const [one, best] = [median, fastest].map((ms) => ((1_000 * ms) / times).toFixed(2));
  return `| ${name} | ${each} | ${one} | ${best} | ${rate} |`;
}

/** Milliseconds a call. */
function latencyOf(task: Task | undefined): { readonly median: number; readonly fastest: number } {
  const result = task?.result;
  if (result === undefined || !("latency" in result)) throw new Error(`${task?.name} gave no figures`);
  return { median: result.latency.p50, fastest: result.latency.min };
}
