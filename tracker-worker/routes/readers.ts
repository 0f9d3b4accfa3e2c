// Readers register here. The socket belongs to the book's object; this route only turns away what need not wake it.

import { Hono } from "hono";
import { Refusal } from "../../shared/tracker-api/refusals.ts";
import { repositoryOf } from "../objects.ts";
import { requireRead } from "../tokens.ts";
import { bookIdOf, type TrackerEnv } from "./environment.ts";
import { admitRegistration } from "./gate.ts";

export const readers = new Hono<TrackerEnv>().get("/books/:bookId/readers", (c) => {
  const bookId = bookIdOf(c);
  requireRead(c.req.raw, c.env);
  if (c.req.header("Upgrade")?.toLowerCase() !== "websocket") {
    throw new Refusal("upgrade-needed", "Readers register over a WebSocket");
  }
  admitRegistration(c);
  // The request itself goes on: the observed address is in its headers, and a socket cannot cross an object's methods.
  return repositoryOf(c.env, bookId).fetch(c.req.raw);
});
