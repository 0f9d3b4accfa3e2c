// IP addresses as every room spells and counts them, so that a log, a ban, a limit and the tracker mean the same party.

/** An IP address in one spelling, without brackets or zone. */
export type Host = string;

/** Without leading zeros, which make another spelling of the same address, and to some programs one in octal. */
const IPV4 = /^(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;

/** All that an IPv6 address is made of, the dots of a mapped one included. */
const IPV6_SIGNS = /^[\da-f.]*:[\da-f:.]*$/i;

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
  // The URL parser is the platform's own reading of IPv6, and spells it canonically. It would also read a name and an @.
  if (!IPV6_SIGNS.test(bare) || !URL.canParse(`http://[${bare}]`)) return undefined;
  const host = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host);
  if (mapped === null) return host;
  const [high, low] = [Number.parseInt(mapped[1] ?? "", 16), Number.parseInt(mapped[2] ?? "", 16)];
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

/** Which of the two Internets an address belongs to. */
export function familyOf(host: Host): "IPv4" | "IPv6" {
  return host.includes(":") ? "IPv6" : "IPv4";
}

/** True for an address that means "this machine" to whoever uses it. */
export function isLoopback(host: Host): boolean {
  return host === "::1" || host.startsWith("127.");
}

/** Networks that anybody may have behind a router (RFC 1918, RFC 4193), and those of a single wire (RFC 3927, RFC 4291). */
const PRIVATE = /^(10\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.|169\.254\.|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/;

/** True for an address that means something only within one network; loopback is not among them. */
export function isPrivate(host: Host): boolean {
  return PRIVATE.test(host);
}

/**
 * Addresses at which no reader can be: this network, multicast, reserved, broadcast (RFC 6890); the unspecified address and
 * IPv6 multicast; and the one where cloud machines keep their keys to themselves.
 */
const NOBODYS = /^(0\.|22[4-9]\.|2[3-5]\d\.|::$|ff[0-9a-f]{2}:|169\.254\.169\.254$)/;

/** True for an address at which no reader can be, whoever names it. */
export function isNobodys(host: Host): boolean {
  return NOBODYS.test(host);
}

/**
 * True when `host` may mean to us what it means to a party that we see at `other`: a private address only within one
 * network, loopback only on one machine.
 * @example isShared("192.168.1.4", "192.168.1.9") // true
 * @example isShared("192.168.1.4", "192.0.2.1") // false
 */
export function isShared(host: Host, other: Host): boolean {
  if (isNobodys(host)) return false;
  if (isLoopback(host)) return isLoopback(other);
  return !isPrivate(host) || isPrivate(other) || isLoopback(other);
}

/** Bytes of an address as it travels between readers. */
export const HOST_BYTES = 16;

const MAPPED = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff);

/** An address as HOST_BYTES bytes; IPv4 stands behind ::ffff, as RFC 4291 maps it. */
export function writeHost(host: Host, target: Uint8Array, at: number): void {
  if (familyOf(host) === "IPv4") {
    target.set(MAPPED, at);
    target.set(host.split(".").map(Number), at + MAPPED.length);
    return;
  }
  for (const [group, digits] of groupsOf(host).entries()) {
    const value = Number.parseInt(digits, 16);
    target.set([value >> 8, value & 0xff], at + 2 * group);
  }
}

/** The address in the HOST_BYTES bytes at `at`, in its one spelling. */
export function readHost(bytes: Uint8Array, at: number): Host {
  const host = bytes.subarray(at, at + HOST_BYTES);
  if (MAPPED.every((byte, index) => host[index] === byte)) return host.subarray(MAPPED.length).join(".");
  const groups = Array.from({ length: 8 }, (_, group) => {
    return (((host[2 * group] ?? 0) << 8) | (host[2 * group + 1] ?? 0)).toString(16);
  });
  return parseHost(groups.join(":")) ?? "";
}

/**
 * What one party holds, for limits and bans: an IPv4 address, or the /64 that a provider gives to one IPv6 customer, who can
 * otherwise appear under as many addresses as there are stars.
 * @example networkOf("2001:db8:1:2:3:4:5:6") // "2001:db8:1:2"
 */
export function networkOf(host: Host): string {
  if (familyOf(host) === "IPv4") return host;
  return groupsOf(host).slice(0, 4).join(":");
}

/** The eight groups of an IPv6 address. */
function groupsOf(host: Host): readonly string[] {
  const [head = "", tail] = host.split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const after = tail === "" ? [] : tail.split(":");
    groups.push(...Array.from({ length: 8 - groups.length - after.length }, () => "0"), ...after);
  }
  return groups;
}
