// Where a secret may go. A token is shown to the tracker that its owner named, never to an origin that came from a
// link or a descriptor, and never in the clear across networks that are not one's own.

import { BlockList, isIP } from "node:net";
import { TrackerFault } from "./tracker-faults.ts";

/** A secret, and the one tracker that may see it. */
export interface Credential {
  /** Base address of the tracker, as its user gave it. */
  readonly tracker: string;
  readonly token: string;
}

/** Loopback, link-local and private networks (RFC 1918, 3927, 4193, 4291). */
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ["127.0.0.0", 8],
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["169.254.0.0", 16],
] as const) {
  PRIVATE.addSubnet(network, prefix, "ipv4");
}
for (const [network, prefix] of [
  ["::1", 128],
  ["fc00::", 7],
  ["fe80::", 10],
] as const) {
  PRIVATE.addSubnet(network, prefix, "ipv6");
}

/**
 * The headers that show `credential` to `tracker`; none when it is meant for another one.
 * @throws TrackerFault "not-private" when it would travel in the clear beyond this machine and its private network
 */
export function authorization(tracker: string, credential: Credential | undefined): Readonly<Record<string, string>> {
  if (credential === undefined) return {};
  const url = new URL(tracker);
  if (new URL(credential.tracker).origin !== url.origin) return {};
  if (url.protocol !== "https:" && !isPrivate(url.hostname)) {
    throw new TrackerFault(
      "not-private",
      `A token is not sent to ${url.origin}, where anyone on the way could read it: use https`,
    );
  }
  return { Authorization: `Bearer ${credential.token}` };
}

function isPrivate(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  const family = isIP(host);
  if (family === 0) return host === "localhost" || host.endsWith(".localhost");
  return PRIVATE.check(host, family === 6 ? "ipv6" : "ipv4");
}
