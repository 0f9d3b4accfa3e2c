// What every answer says to a browser, refusals and all: a page of ours runs no script but its own, loads nothing from
// anywhere else, and cannot be framed.

import { createMiddleware } from "hono/factory";
import { secureHeaders } from "hono/secure-headers";
import type { TrackerEnv } from "./environment.ts";

const headers = secureHeaders({
  // Whether a whole domain is https only is for its owner to say, not for one Worker on it.
  strictTransportSecurity: false,
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    scriptSrc: ["'self'"],
    imgSrc: ["'self'"],
    connectSrc: ["'self'"],
    requireTrustedTypesFor: ["'script'"],
    trustedTypes: ["'none'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

/** Sets them on all but a WebSocket: a 101 has headers that nothing may set afterwards, and is no page. */
export const pageSafety = createMiddleware<TrackerEnv>((c, next) =>
  c.req.header("Upgrade")?.toLowerCase() === "websocket" ? next() : headers(c, next),
);
