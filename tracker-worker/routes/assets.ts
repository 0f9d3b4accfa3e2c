// Style, script and icon of the pages, from the Worker itself: nothing to configure, and the pages' policy stays strict.

import { Hono } from "hono";
import { Refusal } from "../../shared/tracker-api/refusals.ts";
import { ASSETS } from "../pages/assets.ts";
import type { TrackerEnv } from "./environment.ts";

export const assets = new Hono<TrackerEnv>().get("/assets/:digest/:name", (c) => {
  const asset = Object.values(ASSETS).find(({ name }) => name === c.req.param("name"));
  if (asset === undefined) throw new Refusal("not-found", "Nothing stands at this address");
  // While a new version is brought out, a page of one may ask the other: it gets what there is, not to be kept.
  const isExact = asset.digest === c.req.param("digest");
  return c.body(asset.content, 200, {
    "Content-Type": asset.type,
    "Cache-Control": isExact ? "public, max-age=31536000, immutable" : "no-cache",
  });
});
