// Who may speak to the local page at all. It listens on loopback, and everything that a browser shows on this machine
// can reach loopback: pages on other origins, and names that an attacker lets point here. So a request must name this
// very host, must not come from another origin, and must show the token before it learns or changes anything.

import type { Context, MiddlewareHandler } from "hono";
import { bearerAuth } from "hono/bearer-auth";
import { secureHeaders } from "hono/secure-headers";
import { BODY_BYTES_MAX } from "./api/limits.ts";

/** What a browser may say of where a request comes from: this page, or the person themselves. */
const OWN_SITES = new Set(["same-origin", "none"]);

/** Names under which a browser on this machine finds the port; any other name is somebody's trick. */
export function localHosts(port: number): ReadonlySet<string> {
  return new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
}

/** Lets nothing pass that another site could have caused. @param hosts - values of `Host` that mean this page */
export function fromHere(hosts: () => ReadonlySet<string>): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header("Host") ?? "";
    if (!hosts().has(host)) return refuse(context, 421, "wrong-host", "This is not the name of the local page.");
    const origin = context.req.header("Origin");
    const site = context.req.header("Sec-Fetch-Site");
    const isForeign =
      (origin !== undefined && origin !== `http://${host}`) || (site !== undefined && !OWN_SITES.has(site));
    if (isForeign) return refuse(context, 403, "other-origin", "The local page answers only to itself.");
    return next();
  };
}

/** Lets nothing pass without the token, which is compared in constant time. */
export function withToken(token: string): MiddlewareHandler {
  const message = { code: "no-token", message: "This needs the token that was printed with the page's address." };
  return bearerAuth({
    token,
    noAuthenticationHeader: { message },
    invalidAuthenticationHeader: { message },
    invalidToken: { message },
  });
}

/** Takes no body that is large, or does not say how large it is. */
export function smallBodies(): MiddlewareHandler {
  return async (context, next) => {
    const length = Number(context.req.header("Content-Length") ?? 0);
    const isOpenEnded = context.req.header("Transfer-Encoding") !== undefined;
    if (isOpenEnded || length > BODY_BYTES_MAX) return refuse(context, 413, "too-large", "That is too much at once.");
    return next();
  };
}

/** What the page may do: use what it brings itself, and pictures that it fetched. No inline script or style, no frame. */
const PAGE_POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", "blob:"],
  connectSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
  requireTrustedTypesFor: ["'script'"],
};

/** What an answer of the API may do, should anybody open it by itself: nothing. A second wall behind a picture's type. */
const ANSWER_POLICY = { defaultSrc: ["'none'"], frameAncestors: ["'none'"], sandbox: [] };

/** Headers that leave a browser no way to do more with an answer than show it. Nothing is kept in a cache. */
export function strictHeaders(): MiddlewareHandler {
  const [page, answer] = [PAGE_POLICY, ANSWER_POLICY].map((contentSecurityPolicy) =>
    secureHeaders({
      contentSecurityPolicy,
      xFrameOptions: "DENY",
      referrerPolicy: "no-referrer",
      crossOriginResourcePolicy: "same-origin",
      crossOriginOpenerPolicy: "same-origin",
      strictTransportSecurity: false,
    }),
  ) as [MiddlewareHandler, MiddlewareHandler];
  return async (context, next) => {
    await (context.req.path.startsWith("/api/") ? answer : page)(context, next);
    context.header("Cache-Control", "no-store");
  };
}

/** A refusal: a code for programs, a sentence for people. */
export function refuse(
  context: Context,
  status: 400 | 403 | 404 | 409 | 413 | 421 | 500 | 503,
  code: string,
  message: string,
): Response {
  return context.json({ code, message }, status);
}
