#!/usr/bin/env node
// The command `bookswarm`. The compile cache halves the time to the first line of every later start. A Node that is too
// old is named in a sentence: it could not load the rest, and would say why in words that help nobody.

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > 22 || (major === 22 && minor >= 12)) {
  const [{ enableCompileCache }, { setFlagsFromString }] = await Promise.all([
    import("node:module"),
    import("node:v8"),
  ]);
  enableCompileCache();
  // V8 lets the space for young objects grow to 128 MB while much is allocated, and keeps it. Here nearly everything dies
  // at once: the space it starts with does as well, and a reader of a large book takes a hundred megabytes less.
  setFlagsFromString("--semi-space-growth-factor=1");
  const { runCommandLine } = await import("./command-line.ts");
  process.exitCode = await runCommandLine(process.argv.slice(2));
} else {
  console.error(
    `bookswarm: It needs Node 22.12 or newer, and this is Node ${process.versions.node}; install a newer one`,
  );
  process.exitCode = 1;
}
