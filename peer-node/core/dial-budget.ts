// What may be dialled when, so that a tracker that lists a victim's addresses gains no weapon by it: its readers
// together are many, and each of them may knock only so often at doors where no reader has ever answered. Dials that
// are answered cost nothing for long; a swarm of honest readers never notices the budget. Pure: addresses and times.

import { isLoopback, isPrivate, networkOf } from "../../shared/hosts.ts";
import type { Address, Millis } from "./events.ts";
import { DIALS_AT_ONCE, DIALS_MISSED_PER_HOUR, DIALS_PER_SECOND, DIALS_UNPROVED_PER_NETWORK } from "./policy.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** Addresses remembered as proved; beyond that the oldest are forgotten, and only cost a proof again. Chosen. */
const PROVED_MAX = 4_096;

export class DialBudget {
  /** Dials that may begin now, as of `#countedAt`. */
  #tokens = DIALS_AT_ONCE;
  #countedAt: Millis = 0;
  /** Where a reader has answered as itself, the oldest first. */
  readonly #proved = new Set<string>();
  /** Each knock at an unproved address, oldest first; it leaves when a reader answers there, or an hour later. */
  #knocks: { readonly at: Millis; readonly key: string; readonly network: string | undefined }[] = [];

  /** When a reader at these addresses may be dialled; `now`, or earlier, when it may be at once. */
  readyAt(addresses: readonly Address[], now: Millis): Millis {
    this.#pass(now);
    const token = this.#tokens >= 1 ? now : now + ((1 - this.#tokens) * 1_000) / DIALS_PER_SECOND;
    const unproved = this.#unproved(addresses);
    if (unproved.length === 0) return token;
    // As many knocks as this dial adds must have become old.
    const inHour = this.#knocks.at(-Math.max(1, DIALS_MISSED_PER_HOUR - unproved.length + 1));
    const ready = Math.max(token, inHour === undefined ? now : inHour.at + HOUR);
    if (ready > now) return ready;
    return Math.max(ready, ...unproved.map(({ host }) => this.#networkReadyAt(networkAround(host))));
  }

  /** A reader is dialled. */
  dialled(addresses: readonly Address[], now: Millis): void {
    this.#pass(now);
    this.#tokens -= 1;
    for (const address of this.#unproved(addresses)) {
      this.#knocks.push({ at: now, key: keyOf(address), network: networkAround(address.host) });
    }
  }

  /** A reader answered as itself there: that knock was no harm, and the next one will be none. */
  reached(address: Address): void {
    const key = keyOf(address);
    this.#knocks = this.#knocks.filter((knock) => knock.key !== key);
    this.#proved.add(key);
    for (const oldest of this.#proved) {
      if (this.#proved.size <= PROVED_MAX) break;
      this.#proved.delete(oldest);
    }
  }

  #unproved(addresses: readonly Address[]): readonly Address[] {
    return addresses.filter((address) => !this.#proved.has(keyOf(address)));
  }

  #networkReadyAt(network: string | undefined): Millis {
    if (network === undefined) return 0;
    const knock = this.#knocks.filter((each) => each.network === network).at(-DIALS_UNPROVED_PER_NETWORK);
    return knock === undefined ? 0 : knock.at + MINUTE;
  }

  #pass(now: Millis): void {
    const earned = (Math.max(0, now - this.#countedAt) * DIALS_PER_SECOND) / 1_000;
    this.#tokens = Math.min(DIALS_AT_ONCE, this.#tokens + earned);
    this.#countedAt = now;
    while ((this.#knocks[0]?.at ?? now) + HOUR <= now) this.#knocks.shift();
  }
}

function keyOf({ host, port }: Address): string {
  return `${host} ${port}`;
}

/** Where a victim would stand: an IPv4 /24, an IPv6 /64. One's own network is nobody's weapon. */
function networkAround(host: string): string | undefined {
  if (isPrivate(host) || isLoopback(host)) return undefined;
  return host.includes(":") ? networkOf(host) : host.slice(0, host.lastIndexOf("."));
}
