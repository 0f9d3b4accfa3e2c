// Answers that the platform's cache keeps for a while, so that a page that many people have open costs its object one
// look a period and place instead of one for each of them. The cache is the platform's, one for each of its places; where
// there is none, as in its previews, every look is made.

import type { Context } from "hono";
import type { TrackerEnv } from "./environment.ts";

/**
 * The kept answer for `path`, or a new one, which is then kept.
 * @param path - with its query, spelt the same for the same question; undefined for a question that is worded freely, whose
 * answer is not kept, because there is no end of them
 * @param make - gives the answer's JSON; what it throws is not kept
 */
export async function cachedJson(
  c: Context<TrackerEnv>,
  path: string | undefined,
  seconds: number,
  make: () => Promise<object>,
): Promise<Response> {
  if (path === undefined) return answer(c, JSON.stringify(await make()), seconds);
  const cache = await caches.open("live");
  const key = new URL(path, c.req.url).href;
  const kept = await cache.match(key);
  if (kept === undefined) {
    const json = JSON.stringify(await make());
    const toKeep = new Response(json, { headers: { "Cache-Control": `max-age=${seconds}` } });
    c.executionCtx.waitUntil(cache.put(key, toKeep));
    return answer(c, json, seconds);
  }
  return answer(c, await kept.text(), seconds);
}

/** What a read token protects is kept behind the token's check, and by nobody on the way. */
function answer(c: Context<TrackerEnv>, json: string, seconds: number): Response {
  const scope = c.env.READ_TOKEN ? "private" : "public";
  return c.body(json, 200, { "Content-Type": "application/json", "Cache-Control": `${scope}, max-age=${seconds}` });
}
