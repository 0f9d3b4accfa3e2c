// The tracker's Worker as one script: built beforehand in the package, bundled on the spot in a checkout.

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";

const ROOM = new URL("../../../tracker-worker/", import.meta.url);

/** The Worker's module, ready for its runtime. */
export async function workerScript(): Promise<string> {
  try {
    return await readFile(new URL("worker.js", ROOM), "utf8");
  } catch {
    return bundleWorker(fileURLToPath(new URL("index.ts", ROOM)));
  }
}

/** Bundles the Worker from its sources; the package is built with this too. @param plugins - what else is to be done */
export async function bundleWorker(entry: string, plugins: Plugin[] = []): Promise<string> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    conditions: ["workerd", "worker"],
    target: "es2024",
    external: ["cloudflare:*", "node:*"],
    jsx: "automatic",
    jsxImportSource: "hono/jsx",
    plugins,
    logLevel: "warning",
  });
  return outputFiles[0]?.text ?? "";
}
