// Which readers we know of, whom to dial or to call, and when to ask the tracker for more. Only a reader that is
// looking for pages dials of its own accord; whoever is complete waits to be asked, and to be called. Knows addresses
// and times, and nothing of pages. Where it has reached readers is remembered from one start to the next, so that they
// are found again when no tracker can be asked.

import type { ReaderId } from "../../shared/ids.ts";
import { DIALLED_PORT_MIN } from "../../shared/limits.ts";
import { DialBudget, doorsOf } from "./dial-budget.ts";
import { earliest } from "./earliest.ts";
import type { Address, ListedReader, Millis, SwarmEvent } from "./events.ts";
import { NEWCOMER, type Neighbour, NeighbourTable } from "./neighbour-table.ts";
import {
  CALL_MS,
  DIALS_MAX,
  LINKS_DIALLED_MIN,
  LINKS_LOW,
  LINKS_MAX,
  LINKS_WANTED,
  READERS_REMEMBERED_MAX,
  REDIAL_MS_MAX,
  REDIAL_MS_MIN,
  RELIST_MS_MAX,
  RELIST_MS_MIN,
} from "./policy.ts";
import { isListed, type Way } from "./way.ts";

const NOBODY: readonly ListedReader[] = [];

/** A reader, and where we have reached it ourselves. */
export type ReachedReader = { readonly reader: ReaderId } & Address;

export class Neighbours {
  readonly #self: ReaderId;
  readonly #random: () => number;
  readonly #known = new NeighbourTable();
  /** What every dial and every call is paid from, whoever wished for it. */
  readonly #budget = new DialBudget();
  /** Readers that were called, and when each call counts as failed: nobody says so. */
  readonly #calls = new Map<ReaderId, Millis>();
  /** Readers that called us and are to be dialled. */
  readonly #callers = new Set<ReaderId>();
  /** Readers of the book besides us, and those of them that hold every page, as the tracker last said. */
  #others = 0;
  #othersComplete = 0;
  #trackerReady = false;
  /** True until somebody was reached in the place of a link that was given up. */
  #isRenewing = false;
  #listAt: Millis = 0;
  #listWaitMs = RELIST_MS_MIN;

  /** @param remembered - where readers were reached before our last start, as `toRemember` had it */
  constructor(self: ReaderId, random: () => number, remembered: readonly ReachedReader[] = []) {
    this.#self = self;
    this.#random = random;
    for (const { reader, host, port } of remembered.slice(0, READERS_REMEMBERED_MAX)) {
      if (reader !== self) this.#known.put(reader, { ...NEWCOMER, addresses: [{ host, port }], way: "remembered" });
    }
  }

  /** Readers of the book besides us, as the tracker last said. */
  get others(): number {
    return this.#others;
  }

  /**
   * True when another reader holds every page, as the tracker says, or as it said itself. It may have gone since its link
   * ended, which the tracker knows better, if there is one.
   */
  get someoneComplete(): boolean {
    if (this.#othersComplete > 0) return true;
    for (const [, { complete, state }] of this.#known)
      if (complete && (state === "linked" || !this.#trackerReady)) return true;
    return false;
  }

  /** True when there are other readers, and each of them holds every page, as the tracker last said. */
  get allComplete(): boolean {
    return this.#others > 0 && this.#othersComplete >= this.#others;
  }

  /** True while the tracker can be asked for readers. */
  get hasTracker(): boolean {
    return this.#trackerReady;
  }

  /** Links of our own choice that are lacking to the least that we want. */
  get chosenLacking(): number {
    return Math.max(0, LINKS_DIALLED_MIN - this.#known.chosenLinked);
  }

  /** True when the book has readers with whom we share no link, as far as we know. */
  get hasOthers(): boolean {
    return this.#others > this.#known.linked;
  }

  /** True when there are too few links and no tracker that could tell of more readers. */
  get lacksTracker(): boolean {
    return !this.#trackerReady && this.#linkedSoon < LINKS_LOW;
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
    for (const { reader, addresses: all } of readers) {
      if (reader === this.#self) continue;
      const addresses = doorsOf(all);
      const known = this.#known.get(reader);
      if (known !== undefined && isListed(known.way) && sameAddresses(known.addresses, addresses)) continue;
      news = true;
      if (known?.state === "linked") this.#known.change(reader, { addresses, way: "dialled", dialAt: now });
      else if (known?.state !== "dialling") {
        this.#known.put(reader, { ...NEWCOMER, addresses, way: "dialled", dialAt: now });
      }
    }
    this.#forgetWorst();
    if (news) this.#listWaitMs = RELIST_MS_MIN;
  }

  /** A reader called: it is dialled once, whether we look for readers or not. */
  called(reader: ReaderId, addresses: readonly Address[], now: Millis): void {
    const known = this.#known.get(reader);
    if (reader === this.#self || addresses.length === 0 || (known !== undefined && known.state !== "idle")) return;
    // One that was dialled in vain lately has to wait: calls make nobody dial more often.
    if (known !== undefined && known.dialAt > now) return;
    const { failures, complete } = known ?? NEWCOMER;
    const doors = doorsOf(addresses);
    this.#known.put(reader, { ...NEWCOMER, addresses: doors, way: "connect-back", failures, complete, dialAt: now });
    this.#callers.add(reader);
    this.#forgetWorst();
  }

  /** True for a reader of which we have not heard, and which we have room to remember. */
  isNewcomer(reader: ReaderId): boolean {
    return reader !== this.#self && !this.#known.isFull && this.#known.get(reader) === undefined;
  }

  /** A neighbour says that a newcomer listens there. */
  hinted(reader: ReaderId, address: Address, now: Millis): void {
    this.#known.put(reader, { ...NEWCOMER, addresses: [address], way: "exchange", dialAt: now });
  }

  /** Readers that we have reached ourselves, and where. */
  reached(): readonly ReachedReader[] {
    return [...this.#known].flatMap(([reader, { reachedAt }]) => (reachedAt ? [{ reader, ...reachedAt }] : []));
  }

  /**
   * What to keep for the next start: readers that we have reached, the linked ones first; those still to be tried again;
   * and linked ones that dialled us, which say themselves where they listen.
   */
  toRemember(): readonly ReachedReader[] {
    const reached = this.reached().toSorted((a, b) => this.#isLinked(b.reader) - this.#isLinked(a.reader));
    const others = [...this.#known].filter(([, { reachedAt }]) => reachedAt === undefined);
    const untried = others.flatMap(([reader, { way, state, failures, addresses }]) => {
      const [address] = way === "remembered" && state !== "linked" && failures === 0 ? addresses : [];
      return address === undefined ? [] : [{ reader, ...address }];
    });
    const saying = others.flatMap(([reader, { state, saysAt }]) => {
      return state === "linked" && saysAt !== undefined ? [{ reader, ...saysAt }] : [];
    });
    return [...reached, ...untried, ...saying].slice(0, READERS_REMEMBERED_MAX);
  }

  /**
   * Readers to reach now: to dial, or to call when they have no address. Each is then under way until `dialFailed`,
   * `joined` or `left`, or until its call has lasted too long.
   * @param isLooking - false: only callers are dialled
   */
  toReach(now: Millis, isLooking: boolean): readonly ListedReader[] {
    if (this.#calls.size > 0) {
      for (const [reader, until] of this.#calls) if (until <= now) this.dialFailed(reader, now);
    }
    const callers = this.#callers.size > 0 ? this.#takeCallers(now) : NOBODY;
    // Asked after every event, and most of the time there is nobody: that must cost nothing.
    return isLooking && this.#room > 0 ? [...callers, ...this.#takeReady(now)] : callers;
  }

  /** True when the tracker is to be asked now; it counts as asked from then on. */
  toAskTracker(now: Millis): boolean {
    if (!this.#wantsMore() || now < this.#listAt) return false;
    this.#listAt = now + this.#listWaitMs * (1 + this.#random() / 4);
    this.#listWaitMs = Math.min(RELIST_MS_MAX, this.#listWaitMs * 2);
    return true;
  }

  /**
   * When `toReach` or `toAskTracker` may next say something; undefined when only news can change that.
   * @param isLooking - as for `toReach`; who is not looking asks no tracker
   */
  nextAt(isLooking: boolean): Millis | undefined {
    let next: Millis | undefined;
    for (const at of this.#calls.values()) next = earliest(next, at);
    if (this.#callers.size > 0 && this.#hasRoomForCallers) {
      for (const reader of this.#callers) next = earliest(next, this.#known.get(reader)?.budgetAt);
    }
    if (isLooking && this.#wantsMore()) next = earliest(next, this.#listAt);
    if (isLooking && this.#room > 0) {
      for (const [, neighbour] of this.#known) {
        if (neighbour.state === "idle") next = earliest(next, readyAt(neighbour));
      }
    }
    return next;
  }

  /** As what a link with this reader is to be known, from whichever side it comes. */
  wayTo(reader: ReaderId, dialled: boolean): Way {
    if (dialled) return this.#known.get(reader)?.way ?? "dialled";
    return this.#calls.has(reader) ? "connect-back" : "accepted";
  }

  /**
   * @param dialledHost - where we reached it; absent when it dialled us, and its id is only a claim
   * @returns true when it was not known before that it can be reached there
   */
  joined(reader: ReaderId, dialledHost?: string): boolean {
    // Of one that dialled us unheard of, we have no address that anybody vouched for.
    const stranger: Neighbour = { ...NEWCOMER, way: "accepted", dialAt: Number.POSITIVE_INFINITY };
    const known = this.#known.get(reader) ?? stranger;
    const isChosen = known.isChosen && (dialledHost !== undefined || this.#calls.has(reader));
    this.#calls.delete(reader);
    this.#callers.delete(reader);
    this.#known.put(reader, { ...known, state: "linked", failures: 0, isChosen });
    const reachedAt = known.addresses.find(({ host }) => host === dialledHost);
    if (reachedAt === undefined) return false;
    this.#reached(reader, reachedAt);
    return known.reachedAt !== reachedAt;
  }

  /** A reader that dialled us says on which port it listens. */
  listensAt(reader: ReaderId, saysAt: Address): void {
    if (saysAt.port >= DIALLED_PORT_MIN) this.#known.change(reader, { saysAt });
  }

  completed(reader: ReaderId): void {
    this.#known.change(reader, { complete: true });
  }

  /** The link is gone; a reader that we can reach is dialled or called again after a while. */
  left(reader: ReaderId, now: Millis): void {
    const known = this.#known.get(reader);
    if (known === undefined) return;
    if (known.way === "accepted") this.#known.delete(reader);
    else this.#rest(reader, known, now);
  }

  /**
   * The dial, the call, or the greeting after it, came to nothing.
   * @returns how often in a row that was so, for a reader that the tracker has named
   */
  dialFailed(reader: ReaderId, now: Millis): number {
    const known = this.#known.get(reader);
    if (known?.state !== "dialling") return 0;
    this.#calls.delete(reader);
    // A hint that was wrong is neither tried again nor held against the reader.
    if (known.way === "exchange") {
      this.#known.delete(reader);
      return 0;
    }
    this.#rest(reader, { ...known, reachedAt: undefined, complete: false }, now);
    return isListed(known.way) ? known.failures + 1 : 0;
  }

  /** One of the two found their link not useful: for a while somebody else is preferred. */
  notUseful(reader: ReaderId, now: Millis): void {
    const known = this.#known.get(reader);
    if (known !== undefined) this.#known.change(reader, { dialAt: Math.max(known.dialAt, now + REDIAL_MS_MAX) });
  }

  /** A link was given up so that one with another reader may take its place, however many there are. */
  renew(): void {
    this.#isRenewing = true;
  }

  /** Not to be dialled after all, nor again, nor told of. */
  forget(reader: ReaderId): void {
    this.#calls.delete(reader);
    const nothing = { reachedAt: undefined, saysAt: undefined, complete: false };
    this.#known.change(reader, { ...nothing, state: "idle", dialAt: Number.POSITIVE_INFINITY });
  }

  /** Links that there are, and that there will be when all that is under way comes to something. */
  get #linkedSoon(): number {
    return this.#known.linked + this.#known.dialling;
  }

  #isLinked(reader: ReaderId): number {
    return this.#known.get(reader)?.state === "linked" ? 1 : 0;
  }

  /** Dials and calls that may be added to those under way. */
  get #room(): number {
    const { linked, dialling, chosenLinked } = this.#known;
    // Links that others made to us may all be one enemy's: some must be of our own choice.
    const lacking = Math.max(LINKS_WANTED - linked, LINKS_DIALLED_MIN - chosenLinked) - dialling;
    const wanted = Math.max(lacking, this.#isRenewing ? 1 : 0);
    return Math.min(wanted, DIALS_MAX - dialling, LINKS_MAX - linked - dialling);
  }

  /** Who calls is dialled even by a reader that has links enough. */
  get #hasRoomForCallers(): boolean {
    return this.#linkedSoon < LINKS_MAX && this.#known.dialling < DIALS_MAX;
  }

  #takeCallers(now: Millis): readonly ListedReader[] {
    const chosen: ListedReader[] = [];
    for (const reader of this.#callers) {
      if (!this.#hasRoomForCallers) break;
      const known = this.#known.get(reader);
      if (known?.state !== "idle" || known.dialAt > now) this.#callers.delete(reader);
      else if (this.#mayGo(reader, known, now)) chosen.push(this.#setOut(reader, known, false, now));
    }
    return chosen;
  }

  #takeReady(now: Millis): readonly ListedReader[] {
    const ready = [...this.#known].filter(([, known]) => known.state === "idle" && readyAt(known) <= now);
    const chosen: ListedReader[] = [];
    while (this.#room > 0 && ready.length > 0) {
      const [[reader, known] = []] = ready.splice(Math.floor(this.#random() * ready.length), 1);
      if (reader === undefined || known === undefined) break;
      if (!this.#mayGo(reader, known, now)) continue;
      chosen.push(this.#setOut(reader, known, true, now));
      this.#isRenewing = false;
    }
    return chosen;
  }

  /** True when the budget pays for a dial or a call now; if not, it says when it is worth asking again. */
  #mayGo(reader: ReaderId, { addresses, budgetAt, way }: Neighbour, now: Millis): boolean {
    if (budgetAt > now) return false;
    const at = this.#budget.readyAt(addresses, now, way === "remembered");
    if (at > now) this.#known.change(reader, { budgetAt: at });
    return at <= now;
  }

  #setOut(reader: ReaderId, known: Neighbour, isChosen: boolean, now: Millis): ListedReader {
    const { addresses, way } = known;
    this.#budget.dialled(addresses, now, way === "remembered");
    this.#callers.delete(reader);
    this.#known.put(reader, { ...known, state: "dialling", isChosen });
    if (addresses.length === 0) this.#calls.set(reader, now + CALL_MS);
    return { reader, addresses };
  }

  #reached(reader: ReaderId, reachedAt: Address): void {
    this.#known.change(reader, { reachedAt });
    this.#budget.reached(reachedAt);
    // What was knocked there is paid back: whoever waits for the budget may go now.
    for (const [waiting, { budgetAt }] of this.#known) {
      if (budgetAt > NEWCOMER.budgetAt) this.#known.change(waiting, { budgetAt: NEWCOMER.budgetAt });
    }
  }

  #rest(reader: ReaderId, known: Neighbour, now: Millis): void {
    const wait = Math.min(REDIAL_MS_MAX, REDIAL_MS_MIN * 2 ** known.failures);
    const dialAt = known.dialAt === Number.POSITIVE_INFINITY ? known.dialAt : now + wait * (0.5 + this.#random());
    this.#known.put(reader, { ...known, state: "idle", isChosen: false, failures: known.failures + 1, dialAt });
  }

  #forgetWorst(): void {
    for (const reader of this.#known.forgetWorst()) this.#callers.delete(reader);
  }

  #wantsMore(): boolean {
    if (!this.#trackerReady) return false;
    if (this.#isRenewing && this.hasOthers) return true;
    const others = Math.max(1, this.#others);
    // More links than it counted mean that its count is old, as it is for whoever comes first of a crowd.
    const isCountOld = this.#known.linked > this.#others;
    if (this.#linkedSoon < (isCountOld ? LINKS_LOW : Math.min(LINKS_LOW, others))) return true;
    // Whoever only claims to be a reader of the book does not count for one that the tracker knows.
    return this.#known.listedLinked + this.#known.dialling < Math.min(LINKS_DIALLED_MIN, others);
  }
}

/** When nothing but room is lacking to reach it. */
function readyAt({ dialAt, budgetAt }: Neighbour): Millis {
  return Math.max(dialAt, budgetAt);
}

function sameAddresses(a: readonly Address[], b: readonly Address[]): boolean {
  return (
    a.length === b.length && a.every((address, at) => address.host === b[at]?.host && address.port === b[at]?.port)
  );
}
