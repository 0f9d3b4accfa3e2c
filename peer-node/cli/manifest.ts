// What this package says of itself. The command lies deeper in the built package than in a checkout.

import { existsSync, readFileSync } from "node:fs";
import * as v from "valibot";

const schema = v.object({ version: v.string(), peerDependencies: v.object({ miniflare: v.string() }) });

/** The parts of package.json that commands speak of. */
export type Manifest = v.InferOutput<typeof schema>;

/** Reads package.json, next to which this command was installed. */
export function readManifest(): Manifest {
  const places = ["../../package.json", "../../../package.json"].map((path) => new URL(path, import.meta.url));
  const place = places.find((each) => existsSync(each));
  if (place === undefined) throw new Error("This installation of bookswarm has lost its package.json");
  return v.parse(schema, JSON.parse(readFileSync(place, "utf8")));
}
