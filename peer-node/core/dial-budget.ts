// What may be dialled when, so that a tracker that lists a victim's addresses gains no weapon by it: its readers
// together are many, and each of them may knock only so often at doors where no reader has ever answered. Dials that
// are answered cost nothing for long; a swarm of honest readers never notices the budget. Knocks at doors that are only
// remembered have a smaller one within it, so that a memory of readers that are gone leaves room for those that are
// named now. Pure: addresses and times.

import { isLoopback, isPrivate, networkOf } from "../../shared/hosts.ts";
import type { Address, Millis } from "./events.ts";
import { Pace } from "./pace.ts";
import {
  DIALS_AT_ONCE,
  DIALS_MISSED_PER_HOUR,
  DIALS_PER_SECOND,
  DIALS_UNPROVED_PER_NETWORK,
  READERS_REMEMBERED_MAX,
  REMEMBERED_MS,
} from "./policy.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** Addresses remembered as proved; beyond that the oldest are forgotten, and only cost a proof again. Chosen. */
const PROVED_MAX = 4_096;

export class DialBudget {
  readonly #pace = new Pace(DIALS_AT_ONCE, 1_000 / DIALS_PER_SECOND);
  readonly #memoryPace = new Pace(READERS_REMEMBERED_MAX, REMEMBERED_MS);
  /** Where a reader has answered as itself, the oldest first. */
  readonly #proved = new Set<string>();
  /** Each knock at an unproved address, oldest first; it leaves when a reader answers there, or an hour later. */
  #knocks: { readonly at: Millis; readonly key: string; readonly network: string | undefined }[] = [];

  /**
   * When a reader at these addresses may be dialled; `now`, or earlier, when it may be at once.
   * @param isMemory - nobody has named it since our last start
   */
  readyAt(addresses: readonly Address[], now: Millis, isMemory = false): Millis {
    this.#forgetOld(now);
    const token = this.#pace.readyAt(now);
    const unproved = this.#unproved(addresses);
    if (unproved.length === 0) return token;
    const memory = isMemory ? this.#memoryPace.readyAt(now) : now;
    const ready = Math.max(token, memory, readyFor(this.#knocks, unproved.length, DIALS_MISSED_PER_HOUR, HOUR));
    if (ready > now) return ready;
    const networks = unproved.map(({ host }) => networkAround(host)).filter((network) => network !== undefined);
    return Math.max(ready, ...networks.map((network) => this.#networkReadyAt(network, networks)));
  }

  /** A reader is dialled. */
  dialled(addresses: readonly Address[], now: Millis, isMemory = false): void {
    this.#forgetOld(now);
    this.#pace.take(now);
    const unproved = this.#unproved(addresses);
    if (isMemory && unproved.length > 0) this.#memoryPace.take(now);
    for (const address of unproved) {
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

  #networkReadyAt(network: string, networks: readonly string[]): Millis {
    const isThere = (each: string | undefined) => each === network;
    const knocks = this.#knocks.filter((knock) => isThere(knock.network));
    return readyFor(knocks, networks.filter(isThere).length, DIALS_UNPROVED_PER_NETWORK, MINUTE);
  }

  #forgetOld(now: Millis): void {
    while ((this.#knocks[0]?.at ?? now) + HOUR <= now) this.#knocks.shift();
  }
}

/** Of one reader's addresses those at which one dial knocks: no more in one network than may be knocked at in a minute. */
export function doorsOf(addresses: readonly Address[]): readonly Address[] {
  const doors = new Map<string, number>();
  return addresses.filter(({ host }) => {
    const network = networkAround(host);
    if (network === undefined) return true;
    doors.set(network, (doors.get(network) ?? 0) + 1);
    return (doors.get(network) ?? 0) <= DIALS_UNPROVED_PER_NETWORK;
  });
}

/** When a dial may add its knocks to those before it, of which there may be `most` within `span`: enough have become old. */
function readyFor(knocks: readonly { readonly at: Millis }[], added: number, most: number, span: Millis): Millis {
  const last = knocks.at(-Math.max(1, most - added + 1));
  return last === undefined ? 0 : last.at + span;
}

function keyOf({ host, port }: Address): string {
  return `${host} ${port}`;
}

/** Where a victim would stand: an IPv4 /24, an IPv6 /64. One's own network is nobody's weapon. */
function networkAround(host: string): string | undefined {
  if (isPrivate(host) || isLoopback(host)) return undefined;
  return host.includes(":") ? networkOf(host) : host.slice(0, host.lastIndexOf("."));
}
