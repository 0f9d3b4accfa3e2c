// The descriptor, as it was published: resumable, and the same as long as the book stays. The object hands it over in
// parts, and the Worker, whose waiting costs nothing, streams them to whoever downloads, as slowly as they like.

import { Hono } from "hono";
import { Refusal } from "../../shared/tracker-api/refusals.ts";
import { refusalResponse } from "../answers.ts";
import type { ByteRange } from "../domain/byte-range.ts";
import { type RepositoryStub, repositoryOf } from "../objects.ts";
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
  const repository = repositoryOf(c.env, bookIdOf(c));
  const { plan, size, etag, part } = unwrap(await repository.descriptor(wish));
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
  return new Response(bodyOf(repository, plan.range, part), {
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
function bodyOf(repository: RepositoryStub, { from, to }: ByteRange, first: Uint8Array): ReadableStream {
  let at = from;
  const parts = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const part = at === from ? first : unwrap(await repository.descriptorPart({ from: at, to }));
      controller.enqueue(part);
      at += part.length;
      if (at === to) controller.close();
    },
  });
  return parts.pipeThrough(new FixedLengthStream(to - from));
}
