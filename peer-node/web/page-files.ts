// The page as files: built beforehand in the package, bundled on the spot in a checkout, where nothing has to be built
// by hand and nothing can be out of date.

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";

/** One file of the page. */
export interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The page's files and their types. */
const FILES: Readonly<Record<string, string>> = {
  "index.html": "text/html; charset=utf-8",
  "page.js": "text/javascript; charset=utf-8",
  "page.css": "text/css; charset=utf-8",
  "icon.svg": "image/svg+xml",
};

const ROOM = new URL("./page/", import.meta.url);

/** The page's files by their paths, as in "/page.js"; "/" is the page itself. */
export async function pageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const isBuilt = existsSync(new URL("page.js", ROOM));
  const contents = isBuilt ? builtPage() : await bundlePage(fileURLToPath(ROOM));
  const files = new Map<string, PageFile>();
  for (const [name, bytes] of contents) {
    const file = { type: FILES[name] ?? "application/octet-stream", bytes: new Uint8Array(bytes) };
    files.set(`/${name}`, file);
    if (name === "index.html") files.set("/", file);
  }
  return files;
}

function builtPage(): Map<string, Uint8Array> {
  return new Map(Object.keys(FILES).map((name) => [name, readFileSync(new URL(name, ROOM))]));
}

/**
 * Bundles the page from its sources; the package is built with this too.
 * @param room - the folder of its sources
 * @param plugins - what else is to be done
 */
export async function bundlePage(room: string, plugins: Plugin[] = []): Promise<Map<string, Uint8Array>> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    absWorkingDir: room,
    entryPoints: [
      { in: "main.tsx", out: "page" },
      { in: "page.css", out: "page" },
    ],
    bundle: true,
    write: false,
    outdir: room,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    legalComments: "none",
    jsx: "automatic",
    jsxImportSource: "preact",
    plugins,
    logLevel: "warning",
  });
  const files = new Map<string, Uint8Array>();
  for (const name of ["index.html", "icon.svg"]) files.set(name, readFileSync(`${room}/${name}`));
  for (const { path, contents } of outputFiles) files.set(path.endsWith(".css") ? "page.css" : "page.js", contents);
  return files;
}
