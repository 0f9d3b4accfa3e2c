#!/usr/bin/env node
// What the shell starts. JavaScript, because whatever else is loaded as TypeScript first would have Node load its
// compiler for it: behind the compile cache, which this turns on, all further files are read as they were compiled before.
// A Node that is too old is named in a sentence: it could not load the rest, and would say why in words that help nobody.

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
  await import("./main.ts");
} else {
  console.error(
    `bookswarm: It needs Node 22.12 or newer, and this is Node ${process.versions.node}; install a newer one`,
  );
  process.exitCode = 1;
}
