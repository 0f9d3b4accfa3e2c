// Addresses from which readers are seen, and under which others are told of them. A reader cannot send others to a
// third party's door: its hosts are observed and dialled back, and only the port is its word. The private hosts that it
// names itself are passed to those alone who are seen at the very same address, behind the same router.

import { familyOf, type Host, isLoopback, isShared, parseHost } from "../../shared/hosts.ts";
import type { ReaderAddress } from "../../shared/tracker-api/fields.ts";
import { ADDRESSES_PER_READER_MAX } from "../../shared/tracker-api/limits.ts";
import type { Reader } from "./reader.ts";

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

/** `hosts` with the one that a reader shows over its other family; the family of its socket stays as it was seen there. */
export function withOtherFamily(hosts: readonly [Host, ...Host[]], shown: Host): readonly [Host, ...Host[]] {
  const [first] = hosts;
  return familyOf(first) === familyOf(shown) ? hosts : [first, shown];
}

/** What decides under which addresses a reader is listed. */
export interface Listing {
  readonly reader: Pick<Reader, "hosts" | "privateHosts" | "port" | "reach">;
  /** Where the asking reader is seen. */
  readonly askerHosts: readonly Host[];
  /** Addresses of the tracker's own machine; empty where it does not stand on the readers' network. */
  readonly interfaces: readonly Host[];
}

/** What an asker is told. */
export interface Listed {
  readonly addresses: readonly ReaderAddress[];
  readonly dialable: boolean;
}

/**
 * The addresses that an asker is told: those where the reader was reached, or else, as not dialable, those where it is
 * seen and may yet be. Loopback means something only to a reader on the same machine; to all others such a reader is
 * listed under the machine's interfaces.
 */
export function addressesFor({ reader, askerHosts, interfaces }: Listing): Listed {
  const { hosts, privateHosts, port, reach } = reader;
  if (port === 0) return { addresses: [], dialable: false };
  const isHere = askerHosts.some(isLoopback);
  const seen = hosts
    .flatMap((host) => (isLoopback(host) && !isHere ? interfaces : [host]))
    .filter((host) => askerHosts.some((asker) => isShared(host, asker)));
  const isBehindOneRouter = hosts.some((host) => !isLoopback(host) && askerHosts.includes(host));
  const reached = seen.filter((host) => reach?.hosts.includes(host));
  // What is proved always has room: a network of one's own may have changed since it was named.
  const near = isBehindOneRouter ? privateHosts.slice(0, Math.max(0, ADDRESSES_PER_READER_MAX - reached.length)) : [];
  const dialable = [...new Set([...near, ...reached])];
  const told = dialable.length > 0 ? dialable : seen;
  return {
    addresses: told.slice(0, ADDRESSES_PER_READER_MAX).map((host) => ({ host, port })),
    dialable: dialable.length > 0,
  };
}
