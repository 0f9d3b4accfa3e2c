// `npm run load [-- --readers N] [-- --returning N]`: a crowd of real sockets on one book of the Worker under Miniflare,
// a crowd whose tracker is killed, and the largest descriptor. Prints figures. Exits with 0 when nobody was lost or counted twice, with 1
// otherwise, with 2 when it was called wrongly. A reader takes two file descriptors in the runtime and some 100 kB.

import { parseArgs } from "node:util";
import { bySecond, comeback } from "./comeback.ts";
import { largestDescriptor } from "./largest-descriptor.ts";
import { rounds } from "./rounds.ts";

const USAGE =
  "Usage: npm run load [-- [--readers N] [--returning N]]   readers of one book (5,000), of a killed tracker (1,000)\n";

const LIST_MS = 5_000;

async function main(): Promise<number> {
  const { readers, returning } = countsIn(process.argv.slice(2));
  if (!(isCount(readers) && isCount(returning))) {
    process.stderr.write(USAGE);
    return 2;
  }
  const wrong = [...(await showRounds(readers)), ...(await showComeback(returning)), ...(await showDescriptor())];
  for (const sentence of wrong) process.stderr.write(`${sentence}\n`);
  return wrong.length === 0 ? 0 : 1;
}

async function showRounds(size: number): Promise<readonly string[]> {
  print(`${size} readers of one book`);
  const { roundMs, ...figures } = await rounds(size, LIST_MS);
  print(`  registered            ${figures.registeredPerSecond.toFixed(0)} a second`);
  print(`  heartbeat rounds      ${roundMs.map((ms) => `${ms.toFixed(0)} ms`).join(", ")} of the object's time`);
  print(`  last answer noted     ${figures.answeredMs.toFixed(0)} ms after the first round began`);
  print(`  fell silent           ${figures.muted}, of whom ${figures.evicted} were evicted`);
  print(`  sublists              ${figures.listsPerSecond.toFixed(0)} a second`);
  print(`  all sockets cut       everybody registered again in ${(figures.returnedMs / 1_000).toFixed(1)} s`);
  return figures.wrong;
}

async function showComeback(size: number): Promise<readonly string[]> {
  print(`${size} readers whose tracker is killed`);
  const { awayMs, returnsMs, wrong } = await comeback(size);
  print(`  it was away for       ${(awayMs / 1_000).toFixed(1)} s`);
  print(`  all registered again  ${((returnsMs.at(-1) ?? 0) / 1_000).toFixed(1)} s after the kill`);
  for (const [second, count] of bySecond(returnsMs).entries()) {
    print(
      `  second ${String(second + 1).padStart(2)}  ${String(count).padStart(6)}  ${"#".repeat(Math.ceil((count / size) * 100))}`,
    );
  }
  return wrong;
}

async function showDescriptor(): Promise<readonly string[]> {
  const { bytes, uploadMs, checkMs, downloadMs, wrong } = await largestDescriptor();
  print(`A descriptor of ${bytes.toLocaleString("en")} bytes`);
  print(`  published in          ${(uploadMs / 1_000).toFixed(1)} s`);
  print(`  checked in            ${(checkMs / 1_000).toFixed(1)} s, in the object, with its last slice`);
  print(`  fetched in            ${(downloadMs / 1_000).toFixed(1)} s`);
  return wrong;
}

function countsIn(args: readonly string[]): { readonly readers: number; readonly returning: number } {
  const text = { type: "string" } as const;
  try {
    const { values } = parseArgs({ args: [...args], options: { readers: text, returning: text } });
    return { readers: Number(values.readers ?? 5_000), returning: Number(values.returning ?? 1_000) };
  } catch {
    return { readers: Number.NaN, returning: Number.NaN };
  }
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 10;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exitCode = await main();
