// The local page's addresses: what may be asked for, and what it answers. Every route is visible here; LOCAL-API.md is
// the page about them for people.

import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { API_VERSION } from "./api/messages.ts";
import type { BookOpener } from "./book-opener.ts";
import { bookRoutes } from "./book-routes.ts";
import { fromHere, refuse, smallBodies, strictHeaders, withToken } from "./guard.ts";
import { liveRoutes } from "./live-routes.ts";
import type { PageFile } from "./page-files.ts";
import { refusalOf } from "./refusals.ts";
import type { WatchedBooks } from "./watched-books.ts";

export interface AppOptions {
  /** Values of `Host` that mean this page; known once the port is open. */
  readonly hosts: () => ReadonlySet<string>;
  readonly token: string;
  readonly books: WatchedBooks;
  readonly opener: BookOpener;
  /** The page itself, by path. */
  readonly files: () => Promise<ReadonlyMap<string, PageFile>>;
}

export function localApp({ hosts, token, books, opener, files }: AppOptions): Hono {
  const app = new Hono();
  app.use(strictHeaders(), fromHere(hosts));

  const api = new Hono();
  api.use(withToken(token));
  api.use(smallBodies());
  // The whole process: its state, live updates, limits.
  api.route("/", liveRoutes(books, opener));
  // One book: its images, its pages, and what is done with them.
  api.route("/books", bookRoutes(books, opener));
  app.route(`/api/v${API_VERSION}`, api);

  // The page itself, which holds no secret.
  app.get("*", async (context) => {
    const file = (await files()).get(context.req.path);
    if (file === undefined) return refuse(context, 404, "not-found", "There is nothing at this address.");
    return context.body(file.bytes, 200, { "Content-Type": file.type });
  });

  app.notFound((context) => refuse(context, 404, "not-found", "There is nothing at this address."));
  app.onError((error, context) => {
    // The refusals of Hono's own checks are answers already.
    if (error instanceof HTTPException && error.res !== undefined) return error.getResponse();
    const { status, code, message } = refusalOf(error);
    return refuse(context, status, code, message);
  });
  return app;
}
