// Which readers we know of, whom to dial, and when to ask the tracker for more. Only a reader that still lacks pages
// dials: whoever is complete waits to be asked. Knows addresses and times, and nothing of pages.

import type { ReaderId } from "../../shared/ids.ts";
import type { Address, ListedReader, Millis, SwarmEvent } from "./events.ts";
import {
  DIALS_MAX,
  LINKS_LOW,
  LINKS_WANTED,
  REDIAL_MS_MAX,
  REDIAL_MS_MIN,
  RELIST_MS_MAX,
  RELIST_MS_MIN,
} from "./policy.ts";

type Neighbour = {
  readonly addresses: readonly Address[];
  state: "idle" | "dialling" | "linked";
  failures: number;
  /** Not dialled before this time. */
  dialAt: Millis;
  /** Was seen to hold every page. */
  complete: boolean;
};

export class Neighbours {
  readonly #self: ReaderId;
  readonly #random: () => number;
  readonly #known = new Map<ReaderId, Neighbour>();
  #dialling = 0;
  #linked = 0;
  /** Readers of the book besides us, and those of them that hold every page, as the tracker last said. */
  #others = 0;
  #othersComplete = 0;
  #trackerReady = false;
  #listAt: Millis = 0;
  #listWaitMs = RELIST_MS_MIN;

  constructor(self: ReaderId, random: () => number) {
    this.#self = self;
    this.#random = random;
  }

  /** Readers of the book besides us, as the tracker last said. */
  get others(): number {
    return this.#others;
  }

  /** True when another reader holds every page, as it said itself or the tracker does. */
  get someoneComplete(): boolean {
    if (this.#othersComplete > 0) return true;
    for (const neighbour of this.#known.values()) if (neighbour.complete) return true;
    return false;
  }

  trackerReady(ready: boolean, now: Millis): void {
    this.#trackerReady = ready;
    this.#listWaitMs = RELIST_MS_MIN;
    // Registration brings a first sublist, so the first ask comes a wait later.
    this.#listAt = now + RELIST_MS_MIN;
  }

  listed({ readers, others, othersComplete }: Extract<SwarmEvent, { readonly type: "listed" }>, now: Millis): void {
    this.#others = others;
    this.#othersComplete = othersComplete;
    let news = false;
    for (const { reader, addresses } of readers) {
      if (reader === this.#self || addresses.length === 0) continue;
      const known = this.#known.get(reader);
      if (known !== undefined && sameAddresses(known.addresses, addresses)) continue;
      news = true;
      if (known?.state === "linked" || known?.state === "dialling") continue;
      this.#known.set(reader, { addresses, state: "idle", failures: 0, dialAt: now, complete: false });
    }
    if (news) this.#listWaitMs = RELIST_MS_MIN;
  }

  /** Readers to dial now; each is then under way until `dialFailed`, `joined` or `left`. */
  toDial(now: Millis): readonly ListedReader[] {
    const room = Math.min(LINKS_WANTED - this.#linked - this.#dialling, DIALS_MAX - this.#dialling);
    if (room <= 0) return [];
    const ready = [...this.#known].filter(([, neighbour]) => neighbour.state === "idle" && neighbour.dialAt <= now);
    const chosen: ListedReader[] = [];
    while (chosen.length < room && ready.length > 0) {
      const [[reader, neighbour] = [undefined, undefined]] = ready.splice(Math.floor(this.#random() * ready.length), 1);
      if (reader === undefined) break;
      neighbour.state = "dialling";
      this.#dialling++;
      chosen.push({ reader, addresses: neighbour.addresses });
    }
    return chosen;
  }

  /** True when the tracker is to be asked now; it counts as asked from then on. */
  toAskTracker(now: Millis): boolean {
    if (!this.#wantsMore() || now < this.#listAt) return false;
    this.#listAt = now + this.#listWaitMs * (1 + this.#random() / 4);
    this.#listWaitMs = Math.min(RELIST_MS_MAX, this.#listWaitMs * 2);
    return true;
  }

  /** When `toDial` or `toAskTracker` may next say something; undefined when only news can change that. */
  nextAt(): Millis | undefined {
    const times: Millis[] = this.#wantsMore() ? [this.#listAt] : [];
    if (this.#linked + this.#dialling < LINKS_WANTED && this.#dialling < DIALS_MAX) {
      for (const { state, dialAt } of this.#known.values()) if (state === "idle") times.push(dialAt);
    }
    return times.length === 0 ? undefined : Math.min(...times);
  }

  joined(reader: ReaderId): void {
    const known = this.#known.get(reader);
    this.#linked++;
    if (known === undefined) {
      // It dialled us, so we have no address of it that anybody vouched for.
      this.#known.set(reader, {
        addresses: [],
        state: "linked",
        failures: 0,
        dialAt: Number.POSITIVE_INFINITY,
        complete: false,
      });
      return;
    }
    if (known.state === "dialling") this.#dialling--;
    known.state = "linked";
    known.failures = 0;
  }

  completed(reader: ReaderId): void {
    const known = this.#known.get(reader);
    if (known !== undefined) known.complete = true;
  }

  /** The link is gone; a reader that we can dial is dialled again after a while. */
  left(reader: ReaderId, now: Millis): void {
    this.#linked--;
    const known = this.#known.get(reader);
    if (known === undefined) return;
    if (known.addresses.length === 0) this.#known.delete(reader);
    else this.#rest(known, now);
  }

  /** The dial, or the greeting after it, came to nothing. Returns how often in a row that was so. */
  dialFailed(reader: ReaderId, now: Millis): number {
    const known = this.#known.get(reader);
    if (known?.state !== "dialling") return 0;
    this.#dialling--;
    this.#rest(known, now);
    return known.failures;
  }

  /** Not to be dialled again. */
  forget(reader: ReaderId): void {
    const known = this.#known.get(reader);
    if (known !== undefined) known.dialAt = Number.POSITIVE_INFINITY;
  }

  #rest(known: Neighbour, now: Millis): void {
    known.state = "idle";
    const wait = Math.min(REDIAL_MS_MAX, REDIAL_MS_MIN * 2 ** known.failures);
    known.failures++;
    if (known.dialAt !== Number.POSITIVE_INFINITY) known.dialAt = now + wait * (0.5 + this.#random());
  }

  #wantsMore(): boolean {
    return this.#trackerReady && this.#linked + this.#dialling < Math.min(LINKS_LOW, Math.max(1, this.#others));
  }
}

function sameAddresses(a: readonly Address[], b: readonly Address[]): boolean {
  return (
    a.length === b.length && a.every((address, at) => address.host === b[at]?.host && address.port === b[at]?.port)
  );
}
