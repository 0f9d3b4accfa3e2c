#!/usr/bin/env node
// The command `bookswarm`. The compile cache halves the time to the first line of every later start.

import { enableCompileCache } from "node:module";

enableCompileCache();
const { runCommandLine } = await import("./command-line.ts");
process.exitCode = await runCommandLine(process.argv.slice(2));
