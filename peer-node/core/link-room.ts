// Who makes room when a newcomer asks for a link and there is none left. Links are few and connections cost nothing, so
// whoever comes first must not be able to keep everybody else out: the party that has most of them gives one up, the
// one that has moved least. A party is a network; a newcomer of the largest party itself finds no room.

import type { LinkFault } from "../../shared/faults.ts";
import { networkOf } from "../../shared/hosts.ts";
import type { ReaderId } from "../../shared/ids.ts";
import { LINKS_FAIR, LINKS_MAX } from "./policy.ts";
import type { Session } from "./session.ts";
import type { SessionTable } from "./session-table.ts";

/**
 * True when a newcomer from `host` finds or gets a link.
 * @param kept - links that are kept free for those of our own choice
 */
export function hasRoom(sessions: SessionTable, host: string, kept: number): boolean {
  return sessions.size < LINKS_MAX - kept || leastUseful(sessions, host) !== undefined;
}

/** The session that ends because this reader comes in, and why; undefined when none has to. */
export function whoMakesWay(
  sessions: SessionTable,
  reader: ReaderId,
  host: string,
  kept: number,
): { readonly session: Session; readonly fault: LinkFault } | undefined {
  const twin = sessions.withReader(reader);
  if (twin !== undefined) return { session: twin, fault: "duplicate-link" };
  const session = sessions.size < LINKS_MAX - kept ? undefined : leastUseful(sessions, host);
  return session === undefined ? undefined : { session, fault: "not-useful" };
}

/** Of the links that the largest party has made to us, the one on which least moved, and of those the oldest. */
function leastUseful(sessions: SessionTable, host: string): Session | undefined {
  const parties = new Map<string, Session[]>();
  for (const session of sessions) {
    if (session.dialled) continue;
    const party = networkOf(session.host);
    parties.set(party, [...(parties.get(party) ?? []), session]);
  }
  const own = parties.get(networkOf(host))?.length ?? 0;
  const largest = [...parties.values()].reduce<readonly Session[]>(
    (most, each) => (each.length > most.length ? each : most),
    [],
  );
  if (largest.length <= Math.max(own, LINKS_FAIR)) return undefined;
  return largest.reduce((least, each) => (each.moved < least.moved ? each : least));
}
