// Where a secret may go. A token is shown to the tracker that its owner named, never to an origin that came from a
// link or a descriptor, and never in the clear across networks that are not one's own.

import { isLoopback, isPrivate, parseHost } from "../../shared/hosts.ts";
import { TrackerFault } from "./tracker-faults.ts";

/** A secret, and the one tracker that may see it. */
export interface Credential {
  /** Base address of the tracker, as its user gave it. */
  readonly tracker: string;
  readonly token: string;
}

/**
 * The headers that show `credential` to `tracker`; none when it is meant for another one.
 * @throws TrackerFault "not-private" when it would travel in the clear beyond this machine and its private network
 */
export function authorization(tracker: string, credential: Credential | undefined): Readonly<Record<string, string>> {
  if (credential === undefined) return {};
  const url = new URL(tracker);
  if (new URL(credential.tracker).origin !== url.origin) return {};
  if (url.protocol !== "https:" && !isOwnNetwork(url.hostname)) {
    throw new TrackerFault(
      "not-private",
      `A token is not sent to ${url.origin}, where anyone on the way could read it: use https`,
    );
  }
  return { Authorization: `Bearer ${credential.token}` };
}

function isOwnNetwork(hostname: string): boolean {
  const host = parseHost(hostname);
  if (host === undefined) return hostname === "localhost" || hostname.endsWith(".localhost");
  return isLoopback(host) || isPrivate(host);
}
