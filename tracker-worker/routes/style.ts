// The style sheet of the pages, from the Worker itself: no asset to configure, and the pages' policy can stay strict.

import { Hono } from "hono";
import { STYLE, STYLE_PATH } from "../pages/style.ts";
import type { TrackerEnv } from "./environment.ts";

export const style = new Hono<TrackerEnv>().get(STYLE_PATH, (c) =>
  c.body(STYLE, 200, { "Content-Type": "text/css; charset=utf-8", "Cache-Control": "public, max-age=3600" }),
);
