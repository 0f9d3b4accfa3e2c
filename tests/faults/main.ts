// npm run test:faults [-- --kills N] [--seed S] [FILTER...]
//
// The tests of tests/faults with all that takes long: thousands of connections, hundreds of kills. Its last lines are the
// table of what was tried.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { TABLE_HEAD, TABLE_VARIABLE } from "./report.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { kills: { type: "string", default: "60" }, seed: { type: "string", default: "4127" } },
});
const folder = mkdtempSync(join(tmpdir(), "bookswarm-faults-"));
const table = join(folder, "table");
const vitest = join(createRequire(import.meta.url).resolve("vitest/package.json"), "..", "vitest.mjs");
// One file after the other: what is measured is how long a swarm needs that has the machine for itself.
const args = ["run", "--project", "faults", "--no-file-parallelism", ...positionals];
const run = spawn(process.execPath, [vitest, ...args], {
  stdio: "inherit",
  env: {
    ...process.env,
    ...{ BOOKSWARM_FAULTS: "all", BOOKSWARM_KILLS: values.kills, BOOKSWARM_SEED: values.seed },
    [TABLE_VARIABLE]: table,
  },
});
run.once("exit", (code) => {
  if (existsSync(table)) process.stdout.write(`${TABLE_HEAD}${readFileSync(table, "utf8")}`);
  rmSync(folder, { recursive: true });
  process.exitCode = code ?? 1;
});
