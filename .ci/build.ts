// Builds `dist`, the JavaScript of the packed package: the program, the Worker for its own tracker, and the gallery, each
// with what it uses of other packages, and those packages' licences. The types beside it come from the compiler.

import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
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

/** Other packages `require` Node's own modules; in an ES module there is no `require`. */
const nodesOwn: Plugin = {
  name: "nodes-own",
  setup({ onResolve, onLoad }) {
    const names = new RegExp(`^(node:)?(${builtinModules.join("|")})$`);
    onResolve({ filter: names }, ({ kind, path }) =>
      kind === "require-call" ? { path, namespace: "nodes-own" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "nodes-own" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};

/** The folders of the packages that `dist` contains parts of. */
const packages = new Set<string>();

const gathered: Plugin = {
  name: "gathered",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]node_modules[\\/]/ }, ({ path }) => {
      const [folder] = /^.*[\\/]node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+/.exec(path) ?? [];
      if (folder !== undefined) packages.add(folder);
      return undefined;
    });
  },
};

rmSync(DIST, { recursive: true, force: true });
await buildProgram();
await buildWorker();
await buildPage();
writeLicences();

/**
 * The program in a few files, other packages within them: to load each module by itself would take a third of the time
 * until a first page. What several commands need comes in files that they share, so that each still loads only what it
 * uses.
 */
async function buildProgram(): Promise<void> {
  const options: BuildOptions & { readonly write: false } = {
    absWorkingDir: ROOT,
    outdir: DIST,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node22.12",
    write: false,
    // A tracker's runtime is installed by whoever has one; the others are faster ways to do what `ws` does itself.
    external: ["esbuild", "miniflare", "bufferutil", "utf-8-validate"],
    plugins: [inPlace, nodesOwn, gathered],
    logLevel: "warning",
  };
  const { outputFiles: program } = await build({
    ...options,
    entryPoints: ENTRIES,
    entryNames: "[name]",
    splitting: true,
  });
  const { outputFiles: helpers } = await build({ ...options, entryPoints: HELPERS, outbase: "." });
  for (const { path, text } of [...program, ...helpers]) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, withoutFacades(text));
  }
}

/**
 * Node's own modules as plain objects. For an `import` of one Node makes a module around it, of all that it exports:
 * `node:crypto` alone would be loaded to its last corner.
 */
function withoutFacades(code: string): string {
  return code.replace(
    /^import (\{[^}]*\}|\w+|\* as \w+) from ("node:[^"]+");$/gm,
    (_, names: string, module: string) => {
      const target = names.replaceAll(" as ", ": ").replace(/^\*: /, "");
      return `const ${target} = process.getBuiltinModule(${module});`;
    },
  );
}

/** `bookswarm tracker` of the package has no bundler; it finds the Worker bundled. */
async function buildWorker(): Promise<void> {
  const room = join(DIST, "tracker-worker");
  mkdirSync(room, { recursive: true });
  writeFileSync(join(room, "worker.js"), await bundleWorker(join(ROOT, "tracker-worker", "index.ts"), [gathered]));
}

/** The gallery of the package has no bundler either. */
async function buildPage(): Promise<void> {
  const room = join("peer-node", "web", "page");
  mkdirSync(join(DIST, room), { recursive: true });
  for (const [name, bytes] of await bundlePage(join(ROOT, room), [gathered]))
    writeFileSync(join(DIST, room, name), bytes);
}

/** Whoever passes these packages on passes their terms on. */
function writeLicences(): void {
  const texts = [...packages].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const [licence] = globSync("{LICENSE,license}*", { cwd: folder });
    if (licence === undefined) throw new Error(`${name} has no licence that could be passed on`);
    return `${name} ${version}\n\n${readFileSync(join(folder, licence), "utf8").trim()}\n`;
  });
  writeFileSync(join(DIST, "THIRD-PARTY-LICENSES.txt"), texts.join(`\n${"-".repeat(80)}\n\n`));
}
