// Where the runtime makes a file for each object that is asked, as on one's own machine, whoever makes up ids would fill
// the disk. There the catalog, which knows every book that is here or on its way, is asked first. At Cloudflare an object
// that writes nothing leaves nothing, and asking twice would only cost more.

import { createMiddleware } from "hono/factory";
import { PATHS } from "../../shared/tracker-api/http.ts";
import { Refusal } from "../../shared/tracker-api/refusals.ts";
import { catalogOf } from "../objects.ts";
import { bookIdOf, type TrackerEnv } from "./environment.ts";

/** Lets requests for a book pass that the catalog knows, and those that begin an upload. */
export const knownBooks = createMiddleware<TrackerEnv>(async (c, next) => {
  if (c.env.ASK_CATALOG_FIRST === "1") {
    const bookId = bookIdOf(c);
    const begins = c.req.method === "PUT" && c.req.path === PATHS.book(bookId);
    if (!begins && !(await catalogOf(c.env).knows(bookId))) {
      throw new Refusal("unknown-book", "This tracker does not have the book");
    }
  }
  await next();
});
