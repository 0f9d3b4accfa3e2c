// The tracker's Worker as the local runtime is told of it: what wrangler.toml says to Cloudflare's.

import type { MiniflareOptions } from "miniflare";

/** The day whose runtime behaviour the Worker was written for; wrangler.toml says the same, and a test compares. */
export const COMPATIBILITY_DATE = "2026-10-20";

/** Name of the Worker; it stands in the names of its data's folders. */
export const WORKER_NAME = "tracker";

/** @param script - the Worker's module @param variables - the owner's, as in wrangler.toml */
export function workerConfig(script: string, variables: Readonly<Record<string, string>>) {
  const object = (exportName: string) => ({ type: "durable-object", worker: WORKER_NAME, exportName }) as const;
  const texts = Object.entries(variables).map(([name, value]) => [name, { type: "text", value } as const] as const);
  return {
    config: {
      name: WORKER_NAME,
      compatibilityDate: COMPATIBILITY_DATE,
      manifest: {
        mainModule: "worker.js",
        modulesRoot: "/",
        modules: { "worker.js": { type: "esm", contents: script } },
      },
      env: { REPOSITORY: object("Repository"), CATALOG: object("Catalog"), ...Object.fromEntries(texts) },
      exports: {
        Repository: { type: "durable-object", storage: "sqlite" },
        Catalog: { type: "durable-object", storage: "sqlite" },
      },
    },
    // Its cache would stand under the data, for ever; one machine asks its own objects as quickly.
    dev: { cacheAPI: false },
  } as const satisfies NonNullable<MiniflareOptions["workers"]>[number];
}
