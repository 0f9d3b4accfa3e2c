// What a linked reader does for us now, as far as our asks show it: the difference between one that is slow, one that
// serves others first, and one of which nothing is to be hoped.

import type { Millis } from "./events.ts";
import { STALL_MS_MIN } from "./policy.ts";
import type { Session } from "./session.ts";

/**
 * sends: bytes of pages that it holds. relays: bytes of pages that it fetches for us. asked: nothing of what it holds and
 * was asked for has come lately. snubbed: nothing has come in the time allowed. none: it is asked for nothing that it holds.
 */
export type Help = "sends" | "relays" | "asked" | "snubbed" | "none";

/** A reader sends as long as no more time has gone by since its last byte than any reader is given. */
const LATELY_MS = STALL_MS_MIN;

export function helpOf(session: Session, now: Millis): Help {
  if (session.asks.size === 0) return "none";
  const isOwner = isAskedForWhatItHolds(session);
  if (session.stalls > 0) return isOwner ? "snubbed" : "none";
  const { lastAt } = session.received;
  if (lastAt !== undefined && now - lastAt < LATELY_MS) return isOwner ? "sends" : "relays";
  return isOwner ? "asked" : "none";
}

function isAskedForWhatItHolds({ asks, theirs }: Session): boolean {
  for (const page of asks.keys()) if (theirs.has(page)) return true;
  return false;
}
