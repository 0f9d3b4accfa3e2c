#!/usr/bin/env node
// The command `bookswarm`. The compile cache halves the time to the first line of every later start. A Node that is too
// old is named in a sentence: it could not load the rest, and would say why in words that help nobody.

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > 22 || (major === 22 && minor >= 12)) {
  const { enableCompileCache } = await import("node:module");
  enableCompileCache();
  const { runCommandLine } = await import("./command-line.ts");
  process.exitCode = await runCommandLine(process.argv.slice(2));
} else {
  console.error(
    `bookswarm: It needs Node 22.12 or newer, and this is Node ${process.versions.node}; install a newer one`,
  );
  process.exitCode = 1;
}
