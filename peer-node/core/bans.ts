// Who is not spoken to again. A link that we dialled to a listed address has a known reader id; on any other the id is
// only a claim, and the offence is laid to the claim at that address. An address from which several banned readers came
// is refused whole: one school may hold one bad apple, an attacker makes new names for ever.

import { networkOf } from "../../shared/hosts.ts";
import type { ReaderId } from "../../shared/ids.ts";
import { BANS_PER_HOST_MAX } from "./policy.ts";

/** The side of a link that can be held to account. */
export interface Suspect {
  readonly reader: ReaderId;
  readonly host: string;
  /** True when we dialled it at an address that the tracker vouches for. */
  readonly isVouched: boolean;
}

export class Bans {
  readonly #readers = new Set<ReaderId>();
  readonly #claims = new Map<string, Set<ReaderId>>();

  ban({ reader, host, isVouched }: Suspect): void {
    if (isVouched) this.#readers.add(reader);
    const network = networkOf(host);
    const claims = this.#claims.get(network) ?? new Set();
    this.#claims.set(network, claims.add(reader));
  }

  /** True when this side may not speak to us. */
  includes({ reader, host, isVouched }: Suspect): boolean {
    if (this.#readers.has(reader)) return true;
    if (isVouched) return false;
    const claims = this.#claims.get(networkOf(host));
    return claims !== undefined && (claims.has(reader) || claims.size >= BANS_PER_HOST_MAX);
  }
}
