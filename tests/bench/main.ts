// `npm run bench`: bookswarm beside whatever else this machine has that moves files, and what parts of it can do alone.
// Exits with 0 when everything was delivered byte for byte, with 1 when not, with 2 when it was called wrongly, with 130
// when it was interrupted.

import { parseArgs } from "node:util";
import { measureDelay } from "./delay.ts";
import { measureIdle } from "./idle.ts";
import { measureParts } from "./micro/main.ts";
import { compete } from "./rounds.ts";
import { measureStarts } from "./starts.ts";
import type { WorkloadName } from "./workloads.ts";

const USAGE = `Usage: npm run bench [-- W1 W2 W3 W4] [OPTIONS]   moves folders, bookswarm beside others
       npm run bench -- micro                     parts of bookswarm, each by itself
       npm run bench -- delay [OPTIONS]           many small images over a long line
       npm run bench -- start [OPTIONS]           what comes before the first page
       npm run bench -- idle [OPTIONS]            what a complete reader takes that nobody asks anything

  --runs N         rounds (5)
  --against LIST   libtorrent,aria2,webtorrent,rsync,curl,cp,pipeline (whoever is here; "" is nobody)
  --json FILE      writes every run down
  --readme         puts the tables into README.md
  --small          a hundredth of each workload, to see that everything works
  --ms N           delay: milliseconds that each direction of the line adds (50)
  --seconds N      idle: how long it is watched (120)
`;

const WORKLOADS: readonly string[] = ["W1", "W2", "W3", "W4"] satisfies readonly WorkloadName[];

const OPTIONS = {
  runs: { type: "string", default: "5" },
  against: { type: "string" },
  json: { type: "string" },
  readme: { type: "boolean", default: false },
  small: { type: "boolean", default: false },
  ms: { type: "string", default: "50" },
  seconds: { type: "string", default: "120" },
} as const;

/** As shells have it of whoever Ctrl-C has ended. */
const INTERRUPTED = 130;

async function main(args: readonly string[], atEnd: AsyncDisposableStack): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return misuse(error instanceof Error ? error.message : String(error));
  }
  const { positionals, values } = parsed;
  const [runs, ms, seconds] = [values.runs, values.ms, values.seconds].map(Number);
  if (![runs, ms, seconds].every((number) => Number.isSafeInteger(number) && Number(number) > 0))
    return misuse("--runs, --ms and --seconds take whole numbers from 1 on");
  if (values.small && values.readme) return misuse("--readme takes figures of whole workloads, not of --small ones");
  const measurements = new Map([
    ["micro", () => measureParts(atEnd)],
    ["delay", () => measureDelay(Number(ms), values.small, atEnd)],
    ["start", () => measureStarts(Number(runs), values.small, atEnd)],
    ["idle", () => measureIdle(Number(seconds), atEnd)],
  ]);
  const [word = "", ...rest] = positionals;
  const measure = measurements.get(word);
  if (measure !== undefined) return rest.length === 0 ? measure() : misuse(`${word} stands alone`);
  const unknown = positionals.find((name) => !WORKLOADS.includes(name));
  if (unknown !== undefined) return misuse(`There is no workload ${unknown}`);
  return compete(
    {
      names: (positionals.length > 0 ? positionals : WORKLOADS) as readonly WorkloadName[],
      rounds: Number(runs),
      against: values.against?.split(",").filter((name) => name !== ""),
      json: values.json,
      isForReadme: values.readme,
      isSmall: values.small,
    },
    atEnd,
  );
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
}

function misuse(sentence: string): number {
  process.stderr.write(`${sentence}\n\n${USAGE}`);
  return 2;
}

const atEnd = new AsyncDisposableStack();
let isInterrupted = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, async () => {
    isInterrupted = true;
    await atEnd.disposeAsync();
    process.exit(INTERRUPTED);
  });
}
try {
  process.exitCode = await main(process.argv.slice(2), atEnd);
} catch (error) {
  // What fails because everything is being ended is no news.
  if (!isInterrupted) process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = isInterrupted ? INTERRUPTED : 1;
} finally {
  await atEnd.disposeAsync();
}
