// Addresses from which readers are seen, and under which others are told of them. A reader never says its own host:
// it is observed, so nobody can send readers to a third party's door. Only the port is the reader's word.

import type { ReaderAddress } from "../../shared/tracker-api/fields.ts";
import { ADDRESSES_PER_READER_MAX } from "../../shared/tracker-api/limits.ts";

/** An IP address in one spelling, without brackets or zone. */
export type Host = string;

const IPV4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;

/**
 * One spelling for the address that the platform reports. A dual-stack listener sees an IPv4 client as ::ffff:a.b.c.d,
 * which is the same address and must not count as a second one.
 * @returns undefined when `text` is no IP address
 * @example parseHost("::FFFF:192.0.2.7") // "192.0.2.7"
 * @example parseHost("2001:DB8:0::1") // "2001:db8::1"
 */
export function parseHost(text: string): Host | undefined {
  const bare = text.trim().replace(/^\[|\]$|%.*$/g, "");
  if (IPV4.test(bare)) return bare;
  // The URL parser is the platform's own reading of IPv6, and spells it canonically.
  if (!bare.includes(":") || !URL.canParse(`http://[${bare}]`)) return undefined;
  const host = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host);
  if (mapped === null) return host;
  const [high, low] = [Number.parseInt(mapped[1] ?? "", 16), Number.parseInt(mapped[2] ?? "", 16)];
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

/** The addresses in a list separated by commas; what is none is left out. */
export function parseHosts(text: string): readonly Host[] {
  return text
    .split(",")
    .map(parseHost)
    .filter((host) => host !== undefined);
}

/** Which of the two Internets an address belongs to. */
export function familyOf(host: Host): "IPv4" | "IPv6" {
  return host.includes(":") ? "IPv6" : "IPv4";
}

/** True for an address that means "this machine" to whoever uses it. */
export function isLoopback(host: Host): boolean {
  return host === "::1" || host.startsWith("127.");
}

/**
 * What counts as one place in limits: an IPv4 address, or the /64 that a provider gives to one IPv6 customer, who can
 * otherwise appear under as many addresses as there are stars.
 * @example placeOf("2001:db8:1:2:3:4:5:6") // "2001:db8:1:2"
 */
export function placeOf(host: Host): string {
  if (familyOf(host) === "IPv4") return host;
  const [head = "", tail] = host.split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const after = tail === "" ? [] : tail.split(":");
    groups.push(...Array.from({ length: 8 - groups.length - after.length }, () => "0"), ...after);
  }
  return groups.slice(0, 4).join(":");
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
