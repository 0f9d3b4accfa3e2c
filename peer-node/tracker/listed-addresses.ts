// Which of the addresses that a tracker lists may be dialled at all. A tracker can be anybody's: it must not be able to
// send a reader to the doors of the reader's own machine or network, nor to a third party's services. An address that
// means something only inside a network is taken from a tracker that stands inside, or when it is a neighbour's. The same
// holds for what a reader remembers: it may have moved to another network since, and the file may be anybody's.

import { BlockList } from "node:net";
import { networkInterfaces } from "node:os";
import { familyOf, type Host, isLoopback, isNobodys, isPrivate, parseHost } from "../../shared/hosts.ts";
import { DIALLED_PORT_MIN } from "../../shared/limits.ts";
import type { ReaderAddress } from "../../shared/tracker-api/fields.ts";
import type { TrackerMessage } from "../../shared/tracker-api/flags.ts";

/** What an address means to whoever gets it. "nobody" cannot be dialled, or must not. */
type Reach = "public" | "private" | "wire" | "loopback" | "nobody";

/** From where a tracker speaks, and to whom. */
export interface Vantage {
  /** Where the tracker was reached; undefined when that is not known. */
  readonly trackerHost: Host | undefined;
  /** True for an address in one of this machine's own networks. */
  readonly isNeighbour: (host: Host) => boolean;
}

/** A message without the addresses that this reader must not dial. */
export function withoutTraps(message: TrackerMessage, vantage: Vantage): TrackerMessage {
  const without = <Entry extends { readonly addresses: readonly ReaderAddress[] }>(entry: Entry): Entry => ({
    ...entry,
    addresses: entry.addresses.filter((address) => mayDial(address, vantage)),
  });
  if ("addresses" in message) return without(message);
  return "sublist" in message ? { ...message, sublist: message.sublist.map(without) } : message;
}

/** True when a reader that this tracker lists, or once listed, at the address may be dialled there. */
export function mayDial({ host, port }: ReaderAddress, { trackerHost, isNeighbour }: Vantage): boolean {
  if (port < DIALLED_PORT_MIN) return false;
  const tracker = trackerHost === undefined ? "public" : reachOf(trackerHost);
  switch (reachOf(host)) {
    case "public":
      return true;
    case "private":
      return tracker !== "public" || isNeighbour(host);
    case "wire":
      return tracker === "wire";
    case "loopback":
      return tracker === "loopback";
    case "nobody":
      return false;
  }
}

/** From where our memory speaks of readers that a tracker once listed: of one that is known by a name, nobody knows where it was. */
export function vantageOf(tracker: string | undefined): Vantage {
  const name = tracker === undefined ? "" : new URL(tracker).hostname;
  return { trackerHost: parseHost(name === "localhost" ? "127.0.0.1" : name), isNeighbour: ownNetworks() };
}

/** This machine's own networks, as they are now. */
export function ownNetworks(): Vantage["isNeighbour"] {
  const networks = new BlockList();
  for (const { cidr, family } of Object.values(networkInterfaces()).flatMap((one) => one ?? [])) {
    const [network, bits] = cidr?.split("/") ?? [];
    if (network !== undefined) networks.addSubnet(network, Number(bits), family === "IPv4" ? "ipv4" : "ipv6");
  }
  return (host) => networks.check(host, familyOf(host) === "IPv4" ? "ipv4" : "ipv6");
}

/** Addresses of a provider's own network (RFC 6598); private networks of some tunnels, too. */
const SHARED = /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./;

function reachOf(host: Host): Reach {
  if (isNobodys(host)) return "nobody";
  if (isLoopback(host)) return "loopback";
  if (/^(169\.254\.|fe[89ab])/.test(host)) return "wire";
  return isPrivate(host) || SHARED.test(host) ? "private" : "public";
}
