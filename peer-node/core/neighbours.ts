// Which readers we know of, whom to dial or to call, and when to ask the tracker for more. Only a reader that is
// looking for pages dials of its own accord; whoever is complete waits to be asked, and to be called. Knows addresses
// and times, and nothing of pages.

import type { ReaderId } from "../../shared/ids.ts";
import type { Address, ListedReader, Millis, SwarmEvent } from "./events.ts";
import {
  CALL_MS,
  DIALS_MAX,
  LINKS_LOW,
  LINKS_MAX,
  LINKS_WANTED,
  REDIAL_MS_MAX,
  REDIAL_MS_MIN,
  RELIST_MS_MAX,
  RELIST_MS_MIN,
} from "./policy.ts";
import type { Way } from "./way.ts";

type Neighbour = {
  /** None while nobody has vouched for one; such a reader can only be called. */
  readonly addresses: readonly Address[];
  /** What a link that we dial is to be known as. */
  readonly way: Way;
  /** dialling: a dial or a call is under way. */
  state: "idle" | "dialling" | "linked";
  failures: number;
  /** Neither dialled nor called before this time. */
  dialAt: Millis;
  /** Was seen to hold every page. */
  complete: boolean;
  /** Where we have reached it ourselves. */
  reachedAt?: Address | undefined;
};

export class Neighbours {
  readonly #self: ReaderId;
  readonly #random: () => number;
  readonly #known = new Map<ReaderId, Neighbour>();
  /** Readers that were called, and when each call counts as failed: nobody says so. */
  readonly #calls = new Map<ReaderId, Millis>();
  /** Readers that called us and are to be dialled. */
  readonly #callers = new Set<ReaderId>();
  #dialling = 0;
  #linked = 0;
  /** Readers of the book besides us, and those of them that hold every page, as the tracker last said. */
  #others = 0;
  #othersComplete = 0;
  #trackerReady = false;
  /** True until somebody was reached in the place of a link that was given up. */
  #isRenewing = false;
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

  /** True while the tracker can be asked for readers. */
  get hasTracker(): boolean {
    return this.#trackerReady;
  }

  /** True when the book has readers with whom we share no link, as far as we know. */
  get hasOthers(): boolean {
    return this.#others > this.#linked;
  }

  /** True when there are too few links and no tracker that could tell of more readers. */
  get lacksTracker(): boolean {
    return !this.#trackerReady && this.#linked + this.#dialling < LINKS_LOW;
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
      if (reader === this.#self) continue;
      const known = this.#known.get(reader);
      const isListed = known !== undefined && known.way !== "exchange";
      if (isListed && sameAddresses(known.addresses, addresses)) continue;
      news = true;
      if (known?.state === "linked" || known?.state === "dialling") continue;
      this.#known.set(reader, { addresses, way: "dialled", state: "idle", failures: 0, dialAt: now, complete: false });
    }
    if (news) this.#listWaitMs = RELIST_MS_MIN;
  }

  /** A reader called: it is dialled once, whether we look for readers or not. */
  called(reader: ReaderId, addresses: readonly Address[], now: Millis): void {
    const known = this.#known.get(reader);
    if (reader === this.#self || addresses.length === 0 || (known !== undefined && known.state !== "idle")) return;
    // One that was dialled in vain lately has to wait: calls make nobody dial more often.
    if (known !== undefined && known.dialAt > now) return;
    const { failures = 0, complete = false } = known ?? {};
    this.#known.set(reader, { addresses, way: "connect-back", state: "idle", failures, dialAt: now, complete });
    this.#callers.add(reader);
  }

  /** True for a reader of which we have not heard. */
  isNewcomer(reader: ReaderId): boolean {
    return reader !== this.#self && !this.#known.has(reader);
  }

  /** A neighbour says that a newcomer listens there. */
  hinted(reader: ReaderId, address: Address, now: Millis): void {
    const blank = { state: "idle", failures: 0, complete: false } as const;
    this.#known.set(reader, { ...blank, addresses: [address], way: "exchange", dialAt: now });
  }

  /** Readers that we have reached ourselves, and where. */
  reached(): readonly ({ readonly reader: ReaderId } & Address)[] {
    return [...this.#known].flatMap(([reader, { reachedAt }]) => (reachedAt ? [{ reader, ...reachedAt }] : []));
  }

  /**
   * Readers to reach now: to dial, or to call when they have no address. Each is then under way until `dialFailed`,
   * `joined` or `left`, or until its call has lasted too long.
   * @param isLooking - false: only callers are dialled
   */
  toReach(now: Millis, isLooking: boolean): readonly ListedReader[] {
    for (const [reader, until] of this.#calls) if (until <= now) this.dialFailed(reader, now);
    return [...this.#takeCallers(now), ...(isLooking && this.#room > 0 ? this.#takeReady(now) : [])];
  }

  /** True when the tracker is to be asked now; it counts as asked from then on. */
  toAskTracker(now: Millis): boolean {
    if (!this.#wantsMore() || now < this.#listAt) return false;
    this.#listAt = now + this.#listWaitMs * (1 + this.#random() / 4);
    this.#listWaitMs = Math.min(RELIST_MS_MAX, this.#listWaitMs * 2);
    return true;
  }

  /** When `toReach` or `toAskTracker` may next say something; undefined when only news can change that. */
  nextAt(): Millis | undefined {
    const times: Millis[] = [...this.#calls.values()];
    if (this.#wantsMore()) times.push(this.#listAt);
    if (this.#room > 0) for (const { state, dialAt } of this.#known.values()) if (state === "idle") times.push(dialAt);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** As what a link with this reader is to be known, from whichever side it comes. */
  wayTo(reader: ReaderId, dialled: boolean): Way {
    if (dialled) return this.#known.get(reader)?.way ?? "dialled";
    return this.#calls.has(reader) ? "connect-back" : "accepted";
  }

  /** @param host - where we dialled it; absent when it dialled us */
  joined(reader: ReaderId, host?: string): void {
    const known = this.#known.get(reader);
    this.#linked++;
    this.#calls.delete(reader);
    if (known === undefined) {
      // It dialled us, so we have no address of it that anybody vouched for.
      this.#known.set(reader, {
        addresses: [],
        way: "dialled",
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
    if (host !== undefined) known.reachedAt = known.addresses.find((address) => address.host === host);
  }

  completed(reader: ReaderId): void {
    const known = this.#known.get(reader);
    if (known !== undefined) known.complete = true;
  }

  /** The link is gone; a reader that we can reach is dialled or called again after a while. */
  left(reader: ReaderId, now: Millis): void {
    this.#linked--;
    const known = this.#known.get(reader);
    if (known === undefined) return;
    if (known.addresses.length === 0 && known.dialAt === Number.POSITIVE_INFINITY) this.#known.delete(reader);
    else this.#rest(known, now);
  }

  /** The dial, the call, or the greeting after it, came to nothing. Returns how often in a row that was so. */
  dialFailed(reader: ReaderId, now: Millis): number {
    const known = this.#known.get(reader);
    if (known?.state !== "dialling") return 0;
    this.#calls.delete(reader);
    this.#dialling--;
    known.reachedAt = undefined;
    this.#rest(known, now);
    // A hint that was wrong is neither tried again nor held against the reader.
    if (known.way === "exchange") this.#known.delete(reader);
    return known.way === "exchange" ? 0 : known.failures;
  }

  /** One of the two found their link not useful: for a while somebody else is preferred. */
  notUseful(reader: ReaderId, now: Millis): void {
    const known = this.#known.get(reader);
    if (known !== undefined) known.dialAt = Math.max(known.dialAt, now + REDIAL_MS_MAX);
  }

  /** A link was given up so that one with another reader may take its place, however many there are. */
  renew(): void {
    this.#isRenewing = true;
  }

  /** Not to be dialled again. */
  forget(reader: ReaderId): void {
    const known = this.#known.get(reader);
    if (known !== undefined) known.dialAt = Number.POSITIVE_INFINITY;
  }

  /** Dials and calls that may be added to those under way. */
  get #room(): number {
    const wanted = Math.max(LINKS_WANTED - this.#linked - this.#dialling, this.#isRenewing ? 1 : 0);
    return Math.min(wanted, DIALS_MAX - this.#dialling);
  }

  #takeCallers(now: Millis): readonly ListedReader[] {
    const chosen: ListedReader[] = [];
    for (const reader of this.#callers) {
      if (this.#linked + this.#dialling >= LINKS_MAX || this.#dialling >= DIALS_MAX) break;
      this.#callers.delete(reader);
      const known = this.#known.get(reader);
      if (known?.state === "idle") chosen.push(this.#setOut(reader, known, now));
    }
    return chosen;
  }

  #takeReady(now: Millis): readonly ListedReader[] {
    const ready = [...this.#known].filter(([, neighbour]) => neighbour.state === "idle" && neighbour.dialAt <= now);
    const chosen: ListedReader[] = [];
    while (this.#room > 0 && ready.length > 0) {
      const [[reader, known] = []] = ready.splice(Math.floor(this.#random() * ready.length), 1);
      if (reader === undefined || known === undefined) break;
      chosen.push(this.#setOut(reader, known, now));
      this.#isRenewing = false;
    }
    return chosen;
  }

  #setOut(reader: ReaderId, known: Neighbour, now: Millis): ListedReader {
    known.state = "dialling";
    this.#dialling++;
    if (known.addresses.length === 0) this.#calls.set(reader, now + CALL_MS);
    return { reader, addresses: known.addresses };
  }

  #rest(known: Neighbour, now: Millis): void {
    known.state = "idle";
    const wait = Math.min(REDIAL_MS_MAX, REDIAL_MS_MIN * 2 ** known.failures);
    known.failures++;
    if (known.dialAt !== Number.POSITIVE_INFINITY) known.dialAt = now + wait * (0.5 + this.#random());
  }

  #wantsMore(): boolean {
    if (!this.#trackerReady) return false;
    if (this.#isRenewing && this.hasOthers) return true;
    return this.#linked + this.#dialling < Math.min(LINKS_LOW, Math.max(1, this.#others));
  }
}

function sameAddresses(a: readonly Address[], b: readonly Address[]): boolean {
  return (
    a.length === b.length && a.every((address, at) => address.host === b[at]?.host && address.port === b[at]?.port)
  );
}
