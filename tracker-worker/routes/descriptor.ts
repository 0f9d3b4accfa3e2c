// The descriptor, as it was published: streamed, resumable, and the same for ever.

import { Hono } from "hono";
import { Refusal } from "../../shared/tracker-api/refusals.ts";
import { refusalResponse } from "../answers.ts";
import { repositoryOf } from "../objects.ts";
import { unwrap } from "../outcome.ts";
import { requireRead } from "../tokens.ts";
import { bookIdOf, type TrackerEnv } from "./environment.ts";

export const descriptor = new Hono<TrackerEnv>().get("/books/:bookId/descriptor", async (c) => {
  requireRead(c.req.raw, c.env);
  const wish = {
    range: c.req.header("Range"),
    ifRange: c.req.header("If-Range"),
    ifNoneMatch: c.req.header("If-None-Match"),
  };
  const { plan, size, etag, body } = unwrap(await repositoryOf(c.env, bookIdOf(c)).descriptor(wish));
  const headers = {
    "Accept-Ranges": "bytes",
    // What a read token protects must not stay in a cache that others share. Nothing on the way may compress it: the
    // tag would become weak, the length unknown, and a resumed download impossible.
    "Cache-Control": `${c.env.READ_TOKEN ? "private" : "public"}, max-age=31536000, immutable, no-transform`,
    ETag: etag,
  };
  if (plan.status === 304) return new Response(null, { status: 304, headers });
  if (plan.status === 416) {
    const response = refusalResponse(new Refusal("bad-range", `The descriptor has ${size} bytes`));
    response.headers.set("Content-Range", `bytes */${size}`);
    return response;
  }
  const { from, to } = plan.range;
  return new Response(withLength(body, to - from), {
    status: plan.status,
    headers: {
      ...headers,
      "Content-Type": "application/x-ndjson; charset=utf-8",
      "Content-Disposition": "attachment",
      "Content-Length": String(to - from),
      ...(plan.status === 206 && { "Content-Range": `bytes ${from}-${to - 1}/${size}` }),
    },
  });
});

/** A body of known length: only then does the runtime send Content-Length instead of chunks. */
function withLength(body: ReadableStream<Uint8Array> | null, bytes: number): ReadableStream | null {
  return body === null ? null : body.pipeThrough(new FixedLengthStream(bytes));
}
