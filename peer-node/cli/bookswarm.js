#!/usr/bin/env node
// What the shell starts. JavaScript, because whatever else is loaded as TypeScript first would have Node load its
// compiler for it: behind the compile cache, which this turns on, all further files are read as they were compiled before.
// A Node that is too old is named in a sentence: it could not load the rest, and would say why in words that help nobody.

const ROOT = new URL("../../", import.meta.url).href;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > 22 || (major === 22 && minor >= 12)) {
  const { enableCompileCache, registerHooks } = process.getBuiltinModule("node:module");
  const { setFlagsFromString } = process.getBuiltinModule("node:v8");
  enableCompileCache();
  // Absent before Node 22.15, which then finds out by itself.
  registerHooks?.({ resolve: resolveOwn });
  await import("./command-line.ts");
  // V8 lets the space for young objects grow to 128 MB while much is allocated, and keeps it. Here nearly everything dies
  // at once, and a reader of a large book takes a hundred megabytes less without that. It may grow once, while that much
  // of our code is loaded: the megabyte that it starts with is full every few milliseconds.
  setFlagsFromString("--semi-space-growth-factor=1");
  await import("./main.ts");
} else {
  console.error(
    `bookswarm: It needs Node 22.12 or newer, and this is Node ${process.versions.node}; install a newer one`,
  );
  process.exitCode = 1;
}

/**
 * Our own files lie where they say. For each of them Node would otherwise ask the disk whether it is there, whether it is
 * a link, and what kind of module it is: a tenth of the time until the first page, for two hundred files.
 */
function resolveOwn(specifier, context, resolveAsNode) {
  const { parentURL = "" } = context;
  const isOwn = parentURL.startsWith(ROOT) && !parentURL.startsWith("node_modules/", ROOT.length);
  if (!isOwn || !specifier.startsWith(".")) return resolveAsNode(specifier, context);
  const format = specifier.endsWith(".ts") ? "module-typescript" : "module";
  return { url: new URL(specifier, parentURL).href, format, shortCircuit: true };
}
