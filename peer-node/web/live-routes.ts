// What concerns the process as a whole: its state, its live updates, its limits, and books that come.

import { Hono } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { KEEPALIVE_MS, STREAMS_MAX } from "./api/limits.ts";
import { limitsSchema, newBookSchema } from "./api/messages.ts";
import { Backlog } from "./backlog.ts";
import type { BookOpener } from "./book-opener.ts";
import { refuse } from "./guard.ts";
import { bodyOf } from "./requests.ts";
import type { WatchedBooks } from "./watched-books.ts";

export function liveRoutes(books: WatchedBooks, opener: BookOpener): Hono {
  let streams = 0;
  const routes = new Hono();

  routes.get("/state", (context) => context.json(books.state()));

  routes.get("/events", (context) => {
    if (streams >= STREAMS_MAX) return refuse(context, 503, "too-many-streams", "Too many tabs are open.");
    streams++;
    return streamSSE(context, async (stream) => {
      try {
        await follow(books, stream);
      } finally {
        streams--;
      }
    });
  });

  routes.put("/limits", async (context) => {
    const { upload, download } = await bodyOf(context, limitsSchema);
    opener.node.limit({ upload: upload ?? Number.POSITIVE_INFINITY, download: download ?? Number.POSITIVE_INFINITY });
    books.changed();
    return context.body(null, 204);
  });

  routes.post("/books", async (context) => {
    const id = await opener.open(await bodyOf(context, newBookSchema));
    return context.json(books.get(id)?.state(), 201);
  });

  return routes;
}

/** Writes live updates, as fast as they are read, until whoever reads them is gone. */
async function follow(books: WatchedBooks, stream: SSEStreamingApi): Promise<void> {
  const gone = new AbortController();
  stream.onAbort(() => gone.abort());
  const backlog = new Backlog(gone.signal);
  const unlisten = books.listen((event) => backlog.add(event));
  const alive = setInterval(() => void stream.write(":\n\n"), KEEPALIVE_MS);
  try {
    while (!gone.signal.aborted) {
      for (const { event, data } of backlog.take()) await stream.writeSSE({ event, data: JSON.stringify(data) });
      await backlog.more();
    }
  } finally {
    clearInterval(alive);
    unlisten();
  }
}
