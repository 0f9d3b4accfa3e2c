// What a linked reader does for us now, as far as our asks show it: the difference between one that is slow, one that
// serves others first, and one of which nothing is to be hoped.

import type { Millis } from "./events.ts";
import { STALL_MS_MIN } from "./policy.ts";
import type { Session } from "./session.ts";

/**
 * sends: pages that it holds have come lately, or still do. relays: pages that it fetches for us have. asked: nothing of
 * what it holds and was asked for has come lately. snubbed: nothing has come in the time allowed. none: nothing of these.
 */
export type Help = "sends" | "relays" | "asked" | "snubbed" | "none";

/**
 * Lately is less than any reader's patience. So who has everything that its readers hold, and gets each new page as soon
 * as one of them has it, is told that they send, and not from moment to moment that nobody holds the next one.
 */
const LATELY_MS = STALL_MS_MIN;

export function helpOf(session: Session, now: Millis): Help {
  const { asks, stalls, received, pagesReceived, pagesRelayed } = session;
  const isOwner = isAskedForWhatItHolds(session);
  if (stalls > 0) return isOwner ? "snubbed" : "none";
  if (received.lastAt === undefined || now - received.lastAt >= LATELY_MS) return isOwner ? "asked" : "none";
  const onlyRelays = asks.size > 0 ? !isOwner : pagesRelayed > 0 && pagesRelayed === pagesReceived;
  return onlyRelays ? "relays" : "sends";
}

function isAskedForWhatItHolds({ asks, theirs }: Session): boolean {
  for (const page of asks.keys()) if (theirs.has(page)) return true;
  return false;
}
