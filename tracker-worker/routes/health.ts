// That a tracker is here, said without waking any object.

import { Hono } from "hono";
import type { HealthAnswer } from "../../shared/tracker-api/http.ts";
import { TRACKER_API_VERSION } from "../../shared/tracker-api/limits.ts";
import type { TrackerEnv } from "./environment.ts";

export const health = new Hono<TrackerEnv>().get("/health", (c) => {
  return c.json<HealthAnswer>({ bookswarm: "tracker", version: TRACKER_API_VERSION }, 200, {
    "Cache-Control": "no-store",
  });
});
