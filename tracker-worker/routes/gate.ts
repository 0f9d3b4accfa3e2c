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
const lists = new Fence(PLACES_MAX);

/**
 * Lists without words that an address has for each search: one reads 201 rows at most, where a search reads all. Chosen; a
 * page that is open looks twice a minute, so 200 of them at a school's one address leave room for whoever turns pages.
 */
const LISTS_PER_SEARCH = 5;

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
  admit(c, registrations, limitsOf(c.env).REGISTRATIONS_PER_MINUTE, "registers");
}

/** @throws Refusal "too-many" when an address searches too often */
export function admitSearch(c: Context<TrackerEnv>): void {
  admit(c, searches, limitsOf(c.env).SEARCHES_PER_MINUTE, "searches");
}

/** @throws Refusal "too-many" when an address has books listed too often */
export function admitList(c: Context<TrackerEnv>): void {
  admit(c, lists, limitsOf(c.env).SEARCHES_PER_MINUTE * LISTS_PER_SEARCH, "has books listed");
}

function admit(c: Context<TrackerEnv>, fence: Fence, times: number, does: string): void {
  if (fence.admits(placeOf(c), perMinute(times), Date.now())) return;
  throw new Refusal("too-many", `Your address ${does} more than ${times} times a minute`);
}

/** Where a request comes from, as the platform says; undefined when it does not. */
export function hostOf(c: Context<TrackerEnv>): Host | undefined {
  return parseHost(c.req.header("CF-Connecting-IP") ?? "");
}

/** Requests without an address, which the platform never sends, share one bucket. */
function placeOf(c: Context<TrackerEnv>): Host {
  return hostOf(c) ?? "0.0.0.0";
}
