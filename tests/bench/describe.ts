// How fast a folder is described, beside `sha1sum` of the same files in one process: alternating, so that both have the
// same machine. Run with folders to describe: node tests/bench/describe.ts [--rounds N] FOLDER...

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { MAIN, median, type Row, showRows } from "./measuring.ts";

export interface DescribeMeasure {
  readonly folders: readonly string[];
  readonly rounds: number;
}

/** Seconds of each, and how many times as fast describing is. */
export async function measureDescribe({ folders, rounds }: DescribeMeasure): Promise<readonly Row[]> {
  const scratch = mkdtempSync(join(tmpdir(), "bookswarm-bench-"));
  try {
    return folders.map((folder) => {
      const described: number[] = [];
      const summed: number[] = [];
      for (let round = 0; round < rounds; round++) {
        summed.push(secondsOf("sh", ["-c", 'find "$1" -type f -print0 | xargs -0 sha1sum', "sh", folder]));
        described.push(secondsOf(process.execPath, [MAIN, "describe", folder, "-o", join(scratch, "it.desc")]));
      }
      return {
        what: `describe ${basename(folder)}`,
        "sha1sum s": median(summed),
        "describe s": median(described),
        "times as fast": median(summed.map((seconds, round) => seconds / (described[round] ?? seconds))),
      };
    });
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function secondsOf(program: string, args: readonly string[]): number {
  const start = performance.now();
  execFileSync(program, args, { stdio: ["ignore", "ignore", "inherit"], maxBuffer: Number.POSITIVE_INFINITY });
  return (performance.now() - start) / 1_000;
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: "string", default: "5" } },
  });
  showRows(await measureDescribe({ folders: positionals, rounds: Number(values.rounds) }));
}
