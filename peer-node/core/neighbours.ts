// Which readers we know of, whom to dial, and when to ask the tracker for more. Only a reader that still lacks pages
// dials: whoever is complete waits to be asked. Knows addresses and times, and nothing of pages.

import type { ReaderId } from "../../shared/ids.ts";
import { DialBudget } from "./dial-budget.ts";
import type { Address, ListedReader, Millis, SwarmEvent } from "./events.ts";
import {
  DIALS_MAX,
  KNOWN_MAX,
  LINKS_DIALLED_MIN,
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
  /** True while it is linked because we dialled it. */
  isDialled: boolean;
};

export class Neighbours {
  readonly #self: ReaderId;
  readonly #random: () => number;
  readonly #known = new Map<ReaderId, Neighbour>();
  readonly #budget = new DialBudget();
  #dialling = 0;
  #linked = 0;
  /** Those of them that we dialled, and those whose readers the tracker has listed. */
  #dialled = 0;
  #listedLinked = 0;
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
      if (known?.state === "linked" && known.addresses.length === 0) {
        this.#known.set(reader, { ...known, addresses, dialAt: now });
        this.#listedLinked++;
      }
      if (known?.state === "linked" || known?.state === "dialling") continue;
      this.#known.set(reader, {
        addresses,
        state: "idle",
        failures: 0,
        dialAt: now,
        complete: false,
        isDialled: false,
      });
    }
    this.#forgetWorst();
    if (news) this.#listWaitMs = RELIST_MS_MIN;
  }

  /** Readers to dial now; each is then under way until `dialFailed`, `joined` or `left`. */
  toDial(now: Millis): readonly ListedReader[] {
    const room = this.#room();
    const ready = [...this.#known].filter(([, neighbour]) => neighbour.state === "idle" && neighbour.dialAt <= now);
    const chosen: ListedReader[] = [];
    while (chosen.length < room && ready.length > 0) {
      const [[reader, neighbour] = [undefined, undefined]] = ready.splice(Math.floor(this.#random() * ready.length), 1);
      if (reader === undefined) break;
      if (this.#budget.readyAt(neighbour.addresses, now) > now) continue;
      this.#budget.dialled(neighbour.addresses, now);
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
  nextAt(now: Millis): Millis | undefined {
    const times: Millis[] = this.#wantsMore() ? [this.#listAt] : [];
    if (this.#room() > 0) {
      for (const { state, dialAt, addresses } of this.#known.values()) {
        if (state !== "idle") continue;
        times.push(dialAt > now ? dialAt : this.#budget.readyAt(addresses, now));
      }
    }
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** @param dialledHost - where it was reached; absent when it dialled us, and its id is only a claim */
  joined(reader: ReaderId, dialledHost?: string): void {
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
        isDialled: false,
      });
      return;
    }
    if (known.state === "dialling") this.#dialling--;
    known.isDialled = dialledHost !== undefined;
    if (dialledHost !== undefined) this.#reached(known, dialledHost);
    if (known.addresses.length > 0) this.#listedLinked++;
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
    if (known.isDialled) this.#dialled--;
    known.isDialled = false;
    if (known.addresses.length === 0) {
      this.#known.delete(reader);
      return;
    }
    this.#listedLinked--;
    this.#rest(known, now);
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

  #reached({ addresses }: Neighbour, host: string): void {
    this.#dialled++;
    this.#budget.reached(addresses, host);
  }

  /** Dials that may begin. Links that others made to us may all be one enemy's: some must be of our own choice. */
  #room(): number {
    const wanted = Math.max(LINKS_WANTED - this.#linked, LINKS_DIALLED_MIN - this.#dialled);
    return Math.min(wanted, DIALS_MAX) - this.#dialling;
  }

  #forgetWorst(): void {
    if (this.#known.size <= KNOWN_MAX) return;
    const idle = [...this.#known].filter(
      ([, { state, dialAt }]) => state === "idle" && dialAt < Number.POSITIVE_INFINITY,
    );
    const worst = idle.sort(([, a], [, b]) => b.failures - a.failures).slice(0, this.#known.size - KNOWN_MAX);
    for (const [reader] of worst) this.#known.delete(reader);
  }

  #wantsMore(): boolean {
    if (!this.#trackerReady) return false;
    const others = Math.max(1, this.#others);
    const enough = this.#linked + this.#dialling >= Math.min(LINKS_LOW, others);
    // Whoever only claims to be a reader of the book does not count for one that the tracker knows.
    return !enough || this.#listedLinked + this.#dialling < Math.min(LINKS_DIALLED_MIN, others);
  }
}

function sameAddresses(a: readonly Address[], b: readonly Address[]): boolean {
  return (
    a.length === b.length && a.every((address, at) => address.host === b[at]?.host && address.port === b[at]?.port)
  );
}
