// Addresses from which readers are seen, and under which others are told of them. A reader never says its own host:
// it is observed, so nobody can send readers to a third party's door. Only the port is the reader's word.

import { familyOf, type Host, isLoopback, parseHost } from "../../shared/hosts.ts";
import type { ReaderAddress } from "../../shared/tracker-api/fields.ts";
import { ADDRESSES_PER_READER_MAX } from "../../shared/tracker-api/limits.ts";

/** The addresses in a list separated by commas; what is none is left out. */
export function parseHosts(text: string): readonly Host[] {
  return text
    .split(",")
    .map(parseHost)
    .filter((host) => host !== undefined);
}

/** `observed` in the place of the older host of its family: a reader is known by at most one host of each. */
export function withHost(hosts: readonly Host[], observed: Host): readonly [Host, ...Host[]] {
  return [observed, ...hosts.filter((host) => familyOf(host) !== familyOf(observed))];
}

/** What decides under which addresses a reader is listed. */
export interface Listing {
  readonly hosts: readonly Host[];
  /** 0 when the reader does not listen. */
  readonly port: number;
  /** From where the asking reader is seen. */
  readonly askerHost: Host;
  /** Addresses of the tracker's own machine; empty where it does not stand on the readers' network. */
  readonly interfaces: readonly Host[];
}

/**
 * The addresses that an asker is told. Loopback means something only to a reader on the same machine; to all others
 * such a reader is listed under the machine's interfaces.
 */
export function addressesFor({ hosts, port, askerHost, interfaces }: Listing): readonly ReaderAddress[] {
  if (port === 0) return [];
  const reachable = hosts.flatMap((host) => (isLoopback(host) && !isLoopback(askerHost) ? interfaces : [host]));
  return reachable.slice(0, ADDRESSES_PER_READER_MAX).map((host) => ({ host, port }));
}
