// Who is not spoken to again. A link that we dialled to a listed address has a known reader id; on any other the id is
// only a claim, and the offence is laid to the claim at that address. An address from which many wrong pages came is
// refused whole: one school may hold one bad apple, an attacker makes new names for ever. Links come and go, and what was
// wrong on one of them is not forgotten with it.

import { networkOf } from "../../shared/hosts.ts";
import type { ReaderId } from "../../shared/ids.ts";
import { HOSTS_BLAMED_MAX, WRONG_PAGES_MAX, WRONG_PAGES_PER_HOST_MAX } from "./policy.ts";

/** The side of a link that can be held to account. */
export interface Suspect {
  readonly reader: ReaderId;
  readonly host: string;
  /** True when we dialled it at an address that the tracker vouches for. */
  readonly isVouched: boolean;
}

export class Bans {
  /** Readers that are banned wherever they are. */
  readonly #readers = new Set<ReaderId>();
  /** Wrong pages by network and by claim, the network that was blamed last at the end. */
  readonly #wrong = new Map<string, Map<ReaderId, number>>();

  /** A page from this side was wrong. Returns how many were, with those that stand against it from before. */
  blame({ reader, host, isVouched }: Suspect): number {
    const network = networkOf(host);
    const claims = this.#wrong.get(network) ?? new Map<ReaderId, number>();
    const wrong = (claims.get(reader) ?? 0) + 1;
    this.#wrong.delete(network);
    this.#wrong.set(network, claims.set(reader, wrong));
    for (const oldest of this.#wrong.keys()) {
      if (this.#wrong.size <= HOSTS_BLAMED_MAX) break;
      this.#wrong.delete(oldest);
    }
    if (isVouched && wrong >= WRONG_PAGES_MAX) this.#readers.add(reader);
    return wrong;
  }

  /** It made up for what was wrong; a ban stays. */
  forgive({ reader, host }: Suspect): void {
    const claims = this.#wrong.get(networkOf(host));
    if ((claims?.get(reader) ?? 0) < WRONG_PAGES_MAX) claims?.delete(reader);
  }

  /** True when this side may not speak to us. */
  includes({ reader, host, isVouched }: Suspect): boolean {
    if (this.#readers.has(reader)) return true;
    if (isVouched) return false;
    const claims = this.#wrong.get(networkOf(host));
    if (claims === undefined) return false;
    const inAll = [...claims.values()].reduce((sum, wrong) => sum + wrong, 0);
    return (claims.get(reader) ?? 0) >= WRONG_PAGES_MAX || inAll >= WRONG_PAGES_PER_HOST_MAX;
  }
}
