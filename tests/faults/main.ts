// npm run test:faults [-- --kills N] [--seed S] [FILTER...]
//
// The tests of tests/faults with all that takes long: thousands of connections, hundreds of kills.

import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { kills: { type: "string", default: "60" }, seed: { type: "string", default: "4127" } },
});
const vitest = join(createRequire(import.meta.url).resolve("vitest/package.json"), "..", "vitest.mjs");
const run = spawn(process.execPath, [vitest, "run", "--project", "faults", ...positionals], {
  stdio: "inherit",
  env: { ...process.env, BOOKSWARM_FAULTS: "all", BOOKSWARM_KILLS: values.kills, BOOKSWARM_SEED: values.seed },
});
run.once("exit", (code) => {
  process.exitCode = code ?? 1;
});
