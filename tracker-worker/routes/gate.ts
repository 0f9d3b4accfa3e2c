// What is turned away before any object wakes: more than one address may ask for, and what a page of another origin has
// a browser do. The counts are this isolate's own, so that keeping them costs nothing; Cloudflare runs several, and each
// admits as much. What must be exact is counted by the book's object.

import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { type Host, parseHost } from "../../shared/hosts.ts";
import { Refusal } from "../../shared/tracker-api/refusals.ts";
import { Fence } from "../domain/fence.ts";
import { perMinute } from "../domain/token-bucket.ts";
import { limitsOf } from "../limits.ts";
import type { TrackerEnv } from "./environment.ts";

/** Addresses that are remembered at once; a megabyte or two. Chosen. */
const PLACES_MAX = 10_000;

const requests = new Fence(PLACES_MAX);
const registrations = new Fence(PLACES_MAX);
const searches = new Fence(PLACES_MAX);

/** Counts every request; sets no header, so a WebSocket passes. */
export const gate = createMiddleware<TrackerEnv>(async (c, next) => {
  const { REQUESTS_PER_MINUTE } = limitsOf(c.env);
  if (!requests.admits(placeOf(c), perMinute(REQUESTS_PER_MINUTE), Date.now())) {
    throw new Refusal("too-many", `Your address sends more than ${REQUESTS_PER_MINUTE} requests a minute`);
  }
  const { origin } = new URL(c.req.url);
  const theirs = c.req.header("Origin");
  // A program sends no Origin. A page of ours may read and search; nobody's page registers or publishes.
  if (theirs !== undefined && theirs !== origin && (c.req.method !== "GET" || c.req.header("Upgrade") !== undefined)) {
    throw new Refusal("foreign-origin", "A page of another origin may not use this tracker");
  }
  await next();
});

/** @throws Refusal "too-many" when an address registers too often */
export function admitRegistration(c: Context<TrackerEnv>): void {
  const { REGISTRATIONS_PER_MINUTE } = limitsOf(c.env);
  if (!registrations.admits(placeOf(c), perMinute(REGISTRATIONS_PER_MINUTE), Date.now())) {
    throw new Refusal("too-many", `Your address registers more than ${REGISTRATIONS_PER_MINUTE} times a minute`);
  }
}

/** @throws Refusal "too-many" when an address searches too often */
export function admitSearch(c: Context<TrackerEnv>): void {
  const { SEARCHES_PER_MINUTE } = limitsOf(c.env);
  if (!searches.admits(placeOf(c), perMinute(SEARCHES_PER_MINUTE), Date.now())) {
    throw new Refusal("too-many", `Your address searches more than ${SEARCHES_PER_MINUTE} times a minute`);
  }
}

/** Where a request comes from, as the platform says; undefined when it does not. */
export function hostOf(c: Context<TrackerEnv>): Host | undefined {
  return parseHost(c.req.header("CF-Connecting-IP") ?? "");
}

/** Requests without an address, which the platform never sends, share one bucket. */
function placeOf(c: Context<TrackerEnv>): Host {
  return hostOf(c) ?? "0.0.0.0";
}
