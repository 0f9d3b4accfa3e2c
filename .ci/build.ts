// Builds `dist`, the JavaScript of the packed package: the program, the Worker for its own tracker, and the gallery. The
// types beside it come from the compiler.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { bundleWorker } from "../peer-node/cli/local-tracker/worker-script.ts";
import { bundlePage } from "../peer-node/web/page-files.ts";

const ROOT = resolve(import.meta.dirname, "..");
const DIST = join(ROOT, "dist");

/** Where the program begins. */
const ENTRIES = ["peer-node/cli/bookswarm.js", "peer-node/index.ts", "peer-node/web/api/client.ts"];

/** What helping threads begin with and run. */
const HELPERS = ["helper-start.js", "digest-helper.ts", "verify-helper.ts"].map((name) => `peer-node/storage/${name}`);

/** A module in `dist` finds the files beside it as its source does: where it would lie by itself. */
const inPlace: Plugin = {
  name: "in-place",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/](peer-node|shared)[\\/].*\.[jt]s$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const place = relative(ROOT, path).replaceAll(sep, "/").replace(/\.ts$/, ".js");
      const address = `new URL(${JSON.stringify(place)}, import.meta.url).href`;
      return { contents: source.replaceAll("import.meta.url", address), loader: path.endsWith(".ts") ? "ts" : "js" };
    });
  },
};

rmSync(DIST, { recursive: true, force: true });
await buildProgram();
await buildWorker();
await buildPage();

/**
 * The program in a few files: to load each of its modules by itself would take a fifth of the time until a first page.
 * What several commands need comes in files that they share, so that each still loads only what it uses.
 */
async function buildProgram(): Promise<void> {
  const options: BuildOptions = {
    absWorkingDir: ROOT,
    outdir: DIST,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node22.12",
    packages: "external",
    plugins: [inPlace],
    logLevel: "warning",
  };
  await build({ ...options, entryPoints: ENTRIES, entryNames: "[name]", splitting: true });
  await build({ ...options, entryPoints: HELPERS, outbase: "." });
}

/** `bookswarm tracker` of the package has no bundler; it finds the Worker bundled. */
async function buildWorker(): Promise<void> {
  const room = join(DIST, "tracker-worker");
  mkdirSync(room, { recursive: true });
  writeFileSync(join(room, "worker.js"), await bundleWorker(join(ROOT, "tracker-worker", "index.ts")));
}

/** The gallery of the package has no bundler either. */
async function buildPage(): Promise<void> {
  const room = join("peer-node", "web", "page");
  mkdirSync(join(DIST, room), { recursive: true });
  for (const [name, bytes] of await bundlePage(join(ROOT, room))) writeFileSync(join(DIST, room, name), bytes);
}
