// How much may be on its way to others at once: enough to keep the uplink busy, and no more, so that a page that is
// chosen leaves at once and the next is chosen late, with all that is known by then.
//
// A page's bytes count from the moment they are handed to a socket until its reader announces the page: so what sleeps
// in the kernel's buffers is seen as well as what sleeps in ours. The budget follows what arrives a second and how long
// a page takes at the least, as BBR (Cardwell et al., 2016) does for one connection; here for all links together,
// because they share one uplink. A reader that is slow to take its page holds up its own link only: a page that takes too
// long is written off, and until its reader says that it holds a page again nothing that is sent to it counts.

import type { PageIndex } from "../../shared/ids.ts";
import { PAGE_BYTES, PIECE_BYTES } from "../../shared/limits.ts";
import { ArrivalRate, type Mark } from "./arrival-rate.ts";
import type { Millis } from "./events.ts";
import {
  ARRIVAL_MS_MIN,
  NEXT_AHEAD_MS,
  STRETCH_BYTES_MIN,
  STUCK_AFTER_MS,
  TRANSIT_MS_MIN,
  UNDER_WAY_GAIN,
  UNSENT_BYTES_MAX,
  UNSENT_MS,
  UNTOLD_PAGES_MAX,
  UPLINK_MEMORY_MS,
} from "./policy.ts";
import { RecentExtreme } from "./recent-extreme.ts";
import type { Session } from "./session.ts";

/** A page, or the part of it that was handed over so far, on its way to one reader. */
interface Shipment {
  bytes: number;
  /** Whether it counts as under way. */
  counts: boolean;
  readonly departed: Mark;
}

const NONE: readonly PageIndex[] = [];

export class Uplink {
  readonly #shipments = new Map<Session, Map<PageIndex, Shipment>>();
  #underWay = 0;
  readonly #rate = new ArrivalRate();
  /** From the first byte handed over to the reader's word that it holds the page: the least that was seen lately. */
  readonly #transitMs = new RecentExtreme(Math.min, UPLINK_MEMORY_MS);
  /** Readers that let a page be written off and have not said since that one of ours has arrived. */
  readonly #mute = new Set<Session>();
  /** When the first of the pages under way may next be written off. */
  #writeOffAt: Millis = 0;
  /** Links with bytes that were handed over and have not left. */
  readonly #draining = new Set<Session>();

  /** True when as much is under way as is useful: no further page is begun. */
  get isFull(): boolean {
    return this.#underWay >= this.#budget;
  }

  /** True when nothing is known of what became of earlier pages: this reader comes behind all that say so. */
  isMute(session: Session): boolean {
    return this.#mute.has(session);
  }

  /** When the uplink is full, makes room by what has been under way for too long. Returns those pages. */
  writeOff(now: Millis): readonly PageIndex[] {
    return this.isFull && now >= this.#writeOffAt ? this.#writeOffLate(now) : NONE;
  }

  /** True when little of what was handed over is still to leave. Links that do not drain are not waited for. */
  isIdle(now: Millis): boolean {
    let unsent = 0;
    for (const session of this.#draining) if (now < session.drainedAt + STUCK_AFTER_MS) unsent += session.unsent;
    return unsent < this.#unsentMax / 2;
  }

  /** True when this link can take more. */
  hasRoom(session: Session): boolean {
    return session.unsent < this.#unsentMax;
  }

  /** Bytes that one link is given at once: a multiple of STRETCH_BYTES_MIN. */
  get stretchBytes(): number {
    return Math.floor(this.#unsentMax / STRETCH_BYTES_MIN) * STRETCH_BYTES_MIN;
  }

  /** Time that a whole page takes to leave; 0 while nothing was measured. */
  get pageMs(): Millis {
    const rate = this.#rate.value;
    return rate === undefined ? 0 : PAGE_BYTES / rate;
  }

  /** Bytes that leave between the word of a page and the page; without end while nothing was measured. */
  get bytesTold(): number {
    const rate = this.#rate.value;
    return rate === undefined ? Number.POSITIVE_INFINITY : rate * NEXT_AHEAD_MS;
  }

  /** When `isIdle` or `isFull` may change although nothing happened; undefined when only news can change them. */
  nextAt(now: Millis): Millis | undefined {
    let next = Number.POSITIVE_INFINITY;
    for (const session of this.#draining) {
      const at = session.drainedAt + STUCK_AFTER_MS;
      if (at > now) next = Math.min(next, at);
    }
    if (this.isFull) {
      // What was handed over since the last look has all its time before it.
      if (this.#writeOffAt <= now) this.#writeOffAt = this.#firstLateAt;
      next = Math.min(next, this.#writeOffAt);
    }
    return next === Number.POSITIVE_INFINITY ? undefined : next;
  }

  /** Bytes of a page were handed to its link. True when from now on the page counts as on its way to this reader. */
  handedOver(session: Session, page: PageIndex, bytes: number, now: Millis): boolean {
    if (session.unsent === 0) session.drainedAt = now;
    session.unsent += bytes;
    this.#draining.add(session);
    const pages = this.#pagesOf(session);
    const shipment = pages.get(page);
    if (shipment !== undefined) {
      shipment.bytes += bytes;
      if (shipment.counts) this.#underWay += bytes;
      return false;
    }
    // Of what they hold meanwhile, from elsewhere, they say nothing more.
    const counts = !this.#mute.has(session) && !session.theirs.has(page);
    if (!counts) forgetOldest(pages);
    pages.set(page, { bytes, counts, departed: this.#rate.departs(now, this.#underWay === 0) });
    if (counts) this.#underWay += bytes;
    return counts;
  }

  /** Bytes that were handed over left this process. */
  left(session: Session, bytes: number, now: Millis): void {
    session.unsent = Math.max(0, session.unsent - bytes);
    session.drainedAt = now;
    if (session.unsent === 0) this.#draining.delete(session);
  }

  /**
   * Their reader holds the page.
   * @param isWhole - whether all of it was handed over; what came from elsewhere meanwhile says nothing of our uplink
   * @returns false when it did not count as on its way to it
   */
  arrived(session: Session, page: PageIndex, now: Millis, isWhole = true): boolean {
    const shipment = this.#take(session, page);
    if (shipment === undefined) return false;
    this.#mute.delete(session);
    if (!shipment.counts) return false;
    if (!isWhole) return true;
    this.#rate.arrives(shipment.bytes, shipment.departed, now);
    const elapsed = now - shipment.departed.at;
    if (elapsed > 0) this.#transitMs.add(elapsed, now);
    return true;
  }

  /** The page will not be sent to its end. False when it did not count as on its way to this reader. */
  dropped(session: Session, page: PageIndex): boolean {
    return this.#take(session, page)?.counts === true;
  }

  /** The session is over. Returns the pages that counted as on their way. */
  ended(session: Session): readonly PageIndex[] {
    const pages = [...(this.#shipments.get(session)?.keys() ?? [])];
    this.#draining.delete(session);
    this.#mute.delete(session);
    return pages.filter((page) => this.#take(session, page)?.counts === true);
  }

  get #budget(): number {
    const transitMs = Math.max(TRANSIT_MS_MIN, this.#transitMs.value ?? 0);
    const useful = UNDER_WAY_GAIN * (this.#rate.value ?? 0) * transitMs;
    return Math.max(PAGE_BYTES + PIECE_BYTES, useful);
  }

  /** Bytes that one link, or all that drain together, may have handed over and not gone. */
  get #unsentMax(): number {
    return Math.min(UNSENT_BYTES_MAX, Math.max(STRETCH_BYTES_MIN, (this.#rate.value ?? 0) * UNSENT_MS));
  }

  /** How long a page counts as under way. What takes longer is held up by its reader, and not by our uplink. */
  get #patienceMs(): Millis {
    return Math.max(ARRIVAL_MS_MIN, 4 * (this.#transitMs.value ?? ARRIVAL_MS_MIN));
  }

  /** When the first of the pages that count as under way is late. */
  get #firstLateAt(): Millis {
    let first = Number.POSITIVE_INFINITY;
    for (const pages of this.#shipments.values()) {
      for (const { departed, counts } of pages.values()) if (counts) first = Math.min(first, departed.at);
    }
    return first + this.#patienceMs;
  }

  #writeOffLate(now: Millis): readonly PageIndex[] {
    const patience = this.#patienceMs;
    const late: PageIndex[] = [];
    for (const [session, pages] of this.#shipments) {
      for (const [page, shipment] of pages) {
        if (!shipment.counts || now < shipment.departed.at + patience) continue;
        this.#underWay -= shipment.bytes;
        shipment.counts = false;
        this.#mute.add(session);
        late.push(page);
      }
    }
    // Also when nothing is left: what is handed over from now on must be looked at in its time.
    this.#writeOffAt = Math.min(this.#firstLateAt, now + patience);
    return late;
  }

  #pagesOf(session: Session): Map<PageIndex, Shipment> {
    let pages = this.#shipments.get(session);
    if (pages === undefined) {
      pages = new Map();
      this.#shipments.set(session, pages);
    }
    return pages;
  }

  #take(session: Session, page: PageIndex): Shipment | undefined {
    const pages = this.#shipments.get(session);
    const shipment = pages?.get(page);
    if (pages === undefined || shipment === undefined) return undefined;
    pages.delete(page);
    if (pages.size === 0) this.#shipments.delete(session);
    if (shipment.counts) this.#underWay -= shipment.bytes;
    return shipment;
  }
}

/** Any later page of whose arrival it tells makes a reader one that tells. */
function forgetOldest(pages: Map<PageIndex, Shipment>): void {
  for (const [page, { counts }] of pages) {
    if (pages.size < UNTOLD_PAGES_MAX) return;
    if (!counts) pages.delete(page);
  }
}
