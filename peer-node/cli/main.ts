// The command `bookswarm`, in a Node that can run it.

import { runCommandLine } from "./command-line.ts";

process.exitCode = await runCommandLine(process.argv.slice(2));
