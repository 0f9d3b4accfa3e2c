// Who may do what. Three secrets of the owner, each including the one below it: admin, publish, read. They travel as
// `Authorization: Bearer ...`, are compared in constant time, and never appear in an answer or a log.

import { Refusal } from "../shared/tracker-api/refusals.ts";
import { sameSecret } from "./digest.ts";

type TokenVariables = Pick<Env, "PUBLISH_TOKEN" | "READ_TOKEN" | "ADMIN_TOKEN" | "OPEN_PUBLISHING">;

/** The token of a request; undefined when it carries none. */
export function bearerOf(request: Request): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(request.headers.get("Authorization") ?? "")?.[1];
}

/** @throws Refusal "not-authorised" when the tracker's books are not for everybody and the token does not open them */
export function requireRead(request: Request, env: TokenVariables): void {
  if (isUnset(env.READ_TOKEN)) return;
  requireOneOf(
    request,
    [env.READ_TOKEN, env.PUBLISH_TOKEN, env.ADMIN_TOKEN],
    "This tracker's books need its read token",
  );
}

/** @throws Refusal "publishing-closed" when nobody may publish, "not-authorised" when the token is missing or wrong */
export function requirePublish(request: Request, env: TokenVariables): void {
  const publishing = publishingOf(env);
  if (publishing === "open") return;
  if (publishing === "closed") {
    throw new Refusal(
      "publishing-closed",
      "This tracker's owner has not set a publishing token, so nobody can publish",
    );
  }
  requireOneOf(request, [env.PUBLISH_TOKEN, env.ADMIN_TOKEN], "Publishing on this tracker needs its publishing token");
}

/** Who may publish, to be told before anybody tries. */
export function publishingOf(env: TokenVariables): "open" | "token" | "closed" {
  if (env.OPEN_PUBLISHING === "1") return "open";
  return isUnset(env.PUBLISH_TOKEN) && isUnset(env.ADMIN_TOKEN) ? "closed" : "token";
}

/** @throws Refusal "not-authorised" when the request does not carry the admin token, or the owner has set none */
export function requireAdmin(request: Request, env: TokenVariables): void {
  if (!isAdmin(request, env)) throw new Refusal("not-authorised", "This needs the tracker's admin token");
}

/** True when the request carries the admin token. */
export function isAdmin(request: Request, env: TokenVariables): boolean {
  const token = bearerOf(request);
  return token !== undefined && !isUnset(env.ADMIN_TOKEN) && sameSecret(token, env.ADMIN_TOKEN);
}

function requireOneOf(request: Request, tokens: readonly (string | undefined)[], message: string): void {
  const token = bearerOf(request);
  // Every token is compared, so that the time says nothing about which one was nearly right.
  const matches = tokens.filter((wanted) => !isUnset(wanted) && sameSecret(token ?? "", wanted));
  if (token === undefined || matches.length === 0) throw new Refusal("not-authorised", message);
}

function isUnset(token: string | undefined): token is undefined | "" {
  return token === undefined || token === "";
}
