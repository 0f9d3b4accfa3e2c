// Who may know whom. A row is a folder or a file; a file belongs to the longest row that holds it, and may import its
// own row and what the row knows. Everything else is refused, and so is a file that stands in no row.

export interface Room {
  /** Folders and files that this room may import, beside itself. */
  readonly knows: readonly string[];
  /** Those of which it may import types alone. */
  readonly knowsTypesOf?: readonly string[];
  /** A pure room decides and touches nothing: no clock, no chance, no network, and only these packages. */
  readonly pure?: { readonly packages: readonly string[] };
}

/** What the Worker and its objects have in common: limits, tokens, digests, refusals, the log, and each other's names. */
const WORKER_WORDS = ["answers", "digest", "limits", "log", "objects", "outcome", "tokens"].map(
  (name) => `tracker-worker/${name}.ts`,
);
const DURABLE_OBJECTS = ["tracker-worker/repository", "tracker-worker/catalog"];
const PAGE_STORE = "peer-node/storage/page-store.ts";

/** What whoever touches files shares: digests, the look of a file, what errors mean, where a user keeps state, what was verified. */
const FILE_WORDS = [
  "hasher",
  "file-digests",
  "digest-crew",
  "stamp",
  "disk-fault",
  "make-folder",
  "replace-file",
  "state-folder",
  "verified-stamps",
].map((word) => `peer-node/storage/${word}.ts`);

/** What the page in the browser says in the same words as the rest: how pages stand. */
const PAGE_WORDS = ["peer-node/core/page-map.ts"];

// biome-ignore format: a table
export const ROOMS: Readonly<Record<string, Room>> = {
  "shared":                    { knows: [],                                                        pure: { packages: [] } },
  "shared/tracker-api":        { knows: ["shared"],                                                pure: { packages: ["valibot"] } },

  "peer-node/core":            { knows: ["shared"],                                                pure: { packages: [] } },
  "peer-node/transport":       { knows: ["shared", "peer-node/core", PAGE_STORE] },
  "peer-node/storage":         { knows: ["shared", "peer-node/core"] },
  "peer-node/tracker":         { knows: ["shared", "peer-node/core", PAGE_STORE] },
  "peer-node/library":         { knows: ["shared", "peer-node/core", PAGE_STORE, ...FILE_WORDS] },
  "peer-node/node":            { knows: ["shared", "peer-node/core", "peer-node/transport", "peer-node/storage",
                                         "peer-node/tracker", "peer-node/library"] },
  "peer-node/cli":             { knows: ["shared", "peer-node"] },
  "peer-node/web":             { knows: ["shared", "peer-node"] },
  "peer-node/web/api":         { knows: ["shared"] },
  "peer-node/web/page":        { knows: ["shared", "peer-node/web/api", ...PAGE_WORDS] },

  "peer-node/index.ts":        { knows: ["shared", "peer-node"] },

  "tracker-worker":            { knows: ["shared"] },
  "tracker-worker/domain":     { knows: ["shared"],                                                pure: { packages: [] } },
  "tracker-worker/repository": { knows: ["shared", "tracker-worker/domain", ...WORKER_WORDS] },
  "tracker-worker/catalog":    { knows: ["shared", "tracker-worker/domain", ...WORKER_WORDS] },
  "tracker-worker/prober":     { knows: ["shared", "tracker-worker/domain", ...WORKER_WORDS] },
  "tracker-worker/pages":      { knows: ["shared", "tracker-worker/domain", "tracker-worker/digest.ts"], knowsTypesOf: DURABLE_OBJECTS },
  "tracker-worker/routes":     { knows: ["shared", "tracker-worker/domain", "tracker-worker/pages", ...WORKER_WORDS],
                                 knowsTypesOf: DURABLE_OBJECTS },
  "tracker-worker/index.ts":   { knows: ["shared", "tracker-worker"] },
};

/** The folders whose sources are read. */
export const ROOFS = ["shared", "peer-node", "tracker-worker"] as const;

/** True when `path` is `place` or lies in it. */
export function liesIn(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

/** The row of ROOMS that holds `path`, if any. */
export function roomOf(path: string): string | undefined {
  return Object.keys(ROOMS)
    .filter((place) => liesIn(path, place))
    .reduce<string | undefined>((best, place) => (place.length > (best?.length ?? 0) ? place : best), undefined);
}
