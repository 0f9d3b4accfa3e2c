// Numbers for the owner's own monitoring, in the text format of Prometheus. Only the catalog is asked, and it adds up at
// most once a minute: watching wakes no book.

import { Hono } from "hono";
import { formatMetrics } from "../domain/catalog-totals.ts";
import { catalogOf } from "../objects.ts";
import { requireAdmin } from "../tokens.ts";
import type { TrackerEnv } from "./environment.ts";

export const metrics = new Hono<TrackerEnv>().get("/metrics", async (c) => {
  requireAdmin(c.req.raw, c.env);
  const text = formatMetrics(await catalogOf(c.env).totals());
  return c.body(text, 200, { "Content-Type": "text/plain; version=0.0.4; charset=utf-8", "Cache-Control": "no-store" });
});
