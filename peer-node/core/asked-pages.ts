// Which pages are asked of whom. A page is asked of one reader; of another too only where that one would be left with
// nothing to do for us, and while nobody has begun to send it. The first to begin it finishes it, and the others are
// told so in time: so no uplink is idle for our sake, and hardly a byte comes twice.

import type { PageIndex } from "../../shared/ids.ts";
import type { Millis } from "./events.ts";
import type { PagePicker } from "./page-picker.ts";
import {
  ASKED_AGAIN_MS,
  ASKED_AGAIN_SMALL_MS,
  ASKED_OF_MAX,
  ASKED_SCANNED,
  CRAWL_MS,
  SMALL_PAGE_BYTES,
} from "./policy.ts";
import type { OpenAsk, Session } from "./session.ts";

const NOBODY: readonly Session[] = [];

export class AskedPages {
  readonly #picker: PagePicker;
  readonly #askers = new Map<PageIndex, Set<Session>>();
  /** Readers that have what is asked elsewhere, and how soon it may be asked of them too. */
  readonly #idle = new Set<Session>();
  #retryAt: Millis | undefined;

  constructor(picker: PagePicker) {
    this.#picker = picker;
  }

  /** Readers that the page is asked of. */
  askedOf(page: PageIndex): readonly Session[] {
    const askers = this.#askers.get(page);
    return askers === undefined ? [] : [...askers];
  }

  /** True when the page is asked of this reader. */
  isAskedOf(page: PageIndex, session: Session): boolean {
    return this.#askers.get(page)?.has(session) === true;
  }

  add(page: PageIndex, session: Session): void {
    const askers = this.#askers.get(page);
    if (askers === undefined) this.#askers.set(page, new Set([session]));
    else askers.add(session);
  }

  /** The page is not asked of this reader any more. True when it was the last one. */
  delete(page: PageIndex, session: Session): boolean {
    const askers = this.#askers.get(page);
    if (askers === undefined || !askers.delete(session)) return false;
    if (askers.size > 0) return false;
    this.#askers.delete(page);
    return true;
  }

  /** The page is not asked of anybody any more. */
  clear(page: PageIndex): void {
    this.#askers.delete(page);
  }

  /** For a reader that would be left idle: the rarest page that others were asked for long enough and have not begun. */
  pickAgain(session: Session, now: Millis): PageIndex | undefined {
    let best: PageIndex | undefined;
    let fewest = Number.POSITIVE_INFINITY;
    let scanned = 0;
    for (const [page, askers] of this.#askers) {
      if (++scanned > ASKED_SCANNED) {
        if (best === undefined) this.#lookFurther(session, now);
        break;
      }
      // The cheapest question first: this is asked for every page of every idle reader.
      const owners = this.#picker.owners(page);
      if (owners >= fewest || !session.theirs.has(page)) continue;
      if (session.asks.has(page) || session.avoided.has(page)) continue;
      const at = againAt(page, askers);
      if (at > now) {
        this.later(session, at, now);
        continue;
      }
      best = page;
      fewest = owners;
    }
    return best;
  }

  /** The first pages are nothing for this reader: they go to the end, so that the next look is at others. */
  #lookFurther(session: Session, now: Millis): void {
    let left = ASKED_SCANNED;
    for (const [page, askers] of this.#askers) {
      if (left-- === 0) break;
      this.#askers.delete(page);
      this.#askers.set(page, askers);
    }
    this.later(session, now + ASKED_AGAIN_MS, now);
  }

  /** When `takeIdle` may next have somebody; undefined while nobody is idle. */
  get retryAt(): Millis | undefined {
    return this.#retryAt;
  }

  /** Idle readers that may be asked now for what is asked of others. */
  takeIdle(now: Millis): readonly Session[] {
    if (this.#retryAt === undefined || now < this.#retryAt) return NOBODY;
    const idle = [...this.#idle];
    this.#idle.clear();
    this.#retryAt = undefined;
    return idle;
  }

  /** There may be something to ask of this reader at that time. */
  later(session: Session, at: Millis, now: Millis): void {
    if (at === Number.POSITIVE_INFINITY) return;
    this.#idle.add(session);
    // Not for each page by itself: a few times a second serves them all.
    const soon = Math.max(at, now + ASKED_AGAIN_MS / 4);
    this.#retryAt = Math.min(this.#retryAt ?? soon, soon);
  }

  /** The session is over. */
  ended(session: Session): void {
    this.#idle.delete(session);
  }
}

/** How long an ask that was not begun is the only one. */
function patienceFor({ bytes }: OpenAsk): Millis {
  return bytes < SMALL_PAGE_BYTES ? ASKED_AGAIN_SMALL_MS : ASKED_AGAIN_MS;
}

/**
 * When a page may be asked of one more reader; not while somebody sends it as it should be sent. Of those who send it too
 * slowly each is given twice as long as the one before: a third honest one would make it no faster, and without any end
 * two that send a byte now and then would keep the page for themselves.
 */
function againAt(page: PageIndex, askers: ReadonlySet<Session>): Millis {
  if (askers.size >= ASKED_OF_MAX) return Number.POSITIVE_INFINITY;
  const asks = [...askers].flatMap(({ asks: theirs }) => theirs.get(page) ?? []);
  const isBegun = asks.some(({ begunAt }) => begunAt !== undefined);
  const crawlMs = CRAWL_MS * 2 ** (askers.size - 1);
  let at = 0;
  for (const ask of asks) at = Math.max(at, (ask.begunAt ?? ask.askedAt) + (isBegun ? crawlMs : patienceFor(ask)));
  return at;
}
