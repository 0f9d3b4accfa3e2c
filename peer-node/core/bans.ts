// Who is not spoken to again. A dialled link reached a listed address, so its reader id is known; on an accepted link
// the id is only a claim, and the offence is laid to the claim at that address. An address from which several banned
// readers came is refused whole: one school may hold one bad apple, an attacker makes new names for ever.

import type { ReaderId } from "../../shared/ids.ts";
import { BANS_PER_HOST_MAX } from "./policy.ts";

/** The side of a link that can be held to account. */
export interface Suspect {
  readonly reader: ReaderId;
  readonly host: string;
  /** True when we dialled it. */
  readonly dialled: boolean;
}

export class Bans {
  readonly #readers = new Set<ReaderId>();
  readonly #claims = new Map<string, Set<ReaderId>>();

  ban({ reader, host, dialled }: Suspect): void {
    if (dialled) this.#readers.add(reader);
    const network = networkOf(host);
    const claims = this.#claims.get(network) ?? new Set();
    this.#claims.set(network, claims.add(reader));
  }

  /** True when this side may not speak to us. */
  includes({ reader, host, dialled }: Suspect): boolean {
    if (this.#readers.has(reader)) return true;
    if (dialled) return false;
    const claims = this.#claims.get(networkOf(host));
    return claims !== undefined && (claims.has(reader) || claims.size >= BANS_PER_HOST_MAX);
  }
}

/** What one party holds: an IPv4 address, or the first four groups (/64) of an IPv6 address. */
export function networkOf(host: string): string {
  if (!host.includes(":")) return host;
  const [head = "", tail] = host.split("::");
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array.from({ length: zeros }, () => "0"), ...last];
  return groups.slice(0, 4).join(":");
}
