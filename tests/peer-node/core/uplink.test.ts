import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ARRIVAL_MS_MIN,
  STRETCH_BYTES_MIN,
  STUCK_AFTER_MS,
  UNDER_WAY_GAIN,
  UNSENT_BYTES_MAX,
  UNSENT_MS,
  UPLINK_MEMORY_MS,
} from "../../../peer-node/core/policy.ts";
import type { Session } from "../../../peer-node/core/session.ts";
import { Uplink } from "../../../peer-node/core/uplink.ts";
import type { PageIndex } from "../../../shared/ids.ts";
import { PAGE_BYTES, PIECE_BYTES } from "../../../shared/limits.ts";
import { always } from "../../shared/property.ts";
import { sessionWith } from "./puzzle.ts";

const PAGES = 100;
const page = (number: number) => number as PageIndex;

/** Hands over full pages whose bytes leave at once, one after the other, until the uplink is full; how many that took. */
function fill(uplink: Uplink, now: number, first = 0): number {
  const session = sessionWith(900, PAGES);
  let pages = 0;
  for (; !uplink.isFull && pages < PAGES; pages++) {
    uplink.handedOver(session, page(first + pages), PAGE_BYTES, now);
    uplink.left(session, PAGE_BYTES, now);
  }
  return pages;
}

/** Eight pages, each on a link of its own, all of which arrive after 100 ms. */
function measured(): { readonly uplink: Uplink; readonly now: number } {
  const uplink = new Uplink();
  const sessions = Array.from({ length: 8 }, (_, at) => sessionWith(at + 1, PAGES));
  for (const session of sessions) {
    uplink.handedOver(session, page(0), PAGE_BYTES, 1_000);
    uplink.left(session, PAGE_BYTES, 1_000);
  }
  for (const session of sessions) expect(uplink.arrived(session, page(0), 1_100)).toBe(true);
  return { uplink, now: 1_100 };
}

describe("An uplink", () => {
  it("takes little more than one page before anything is known of it", () => {
    const uplink = new Uplink();
    expect(fill(uplink, 0)).toBe(2);
    expect(uplink.pageMs).toBe(0);
    const other = new Uplink();
    const session = sessionWith(1, PAGES);
    other.handedOver(session, page(0), PAGE_BYTES, 0);
    expect(other.isFull(0)).toBe(false);
    other.handedOver(session, page(1), PIECE_BYTES, 0);
    expect(other.isFull(0)).toBe(true);
  });

  it("counts a page as under way until its reader says that it holds it, however soon its bytes have left", () => {
    const uplink = new Uplink();
    const session = sessionWith(1, PAGES);
    for (const number of [0, 1]) uplink.handedOver(session, page(number), PAGE_BYTES, 0);
    uplink.left(session, 2 * PAGE_BYTES, 10);
    expect(uplink.isFull(20)).toBe(true);
    expect(uplink.arrived(session, page(1), 30)).toBe(true);
    expect(uplink.isFull(30)).toBe(false);
    expect(uplink.arrived(session, page(1), 30)).toBe(false);
    expect(uplink.arrived(sessionWith(2, PAGES), page(0), 30)).toBe(false);
  });

  it("takes as much as arrives in the time that a page takes, and half as much again", () => {
    const { uplink, now } = measured();
    expect(uplink.pageMs).toBe(100 / 8);
    expect(fill(uplink, now)).toBe(8 * UNDER_WAY_GAIN);
  });

  it("forgets how fast it was once slower pages have arrived for long enough", () => {
    const { uplink, now } = measured();
    const session = sessionWith(1, PAGES);
    for (let at = now; at < now + 2 * UPLINK_MEMORY_MS; at += 500) {
      uplink.handedOver(session, page(1), PAGE_BYTES, at);
      uplink.arrived(session, page(1), at + 400);
    }
    expect(uplink.pageMs).toBe(400);
    expect(fill(uplink, now + 2 * UPLINK_MEMORY_MS)).toBe(2);
  });

  it("writes off what does not arrive in time, so that a slow reader holds up nobody else, and says when that is", () => {
    const { uplink, now } = measured();
    const pages = fill(uplink, now);
    const late = uplink.nextAt(now) ?? Number.NaN;
    expect(late).toBe(now + ARRIVAL_MS_MIN);
    expect(uplink.isFull(late - 1)).toBe(true);
    expect(uplink.isFull(late)).toBe(false);
    expect(fill(uplink, late, pages)).toBe(pages);
  });

  it("learns nothing from a page that was written off", () => {
    const uplink = new Uplink();
    const session = sessionWith(1, PAGES);
    for (const number of [0, 1]) uplink.handedOver(session, page(number), PAGE_BYTES, 0);
    const late = 4 * ARRIVAL_MS_MIN;
    expect(uplink.isFull(late)).toBe(false);
    expect(uplink.arrived(session, page(0), late + 1)).toBe(true);
    expect(uplink.pageMs).toBe(0);
    expect(fill(uplink, late + 1)).toBe(2);
  });

  it("is not idle while much of what was handed over is still to leave", () => {
    const uplink = new Uplink();
    const session = sessionWith(1, PAGES);
    uplink.handedOver(session, page(0), PIECE_BYTES, 0);
    expect(uplink.isIdle(1)).toBe(false);
    uplink.left(session, PIECE_BYTES / 2, 1);
    expect(uplink.isIdle(1)).toBe(false);
    uplink.left(session, PIECE_BYTES / 2, 2);
    expect(uplink.isIdle(2)).toBe(true);
  });

  it("does not wait for a link that takes no bytes, says when that is, and gives that link nothing more", () => {
    const uplink = new Uplink();
    const stuck = sessionWith(1, PAGES);
    uplink.handedOver(stuck, page(0), PIECE_BYTES, 10);
    expect(uplink.isIdle(9 + STUCK_AFTER_MS)).toBe(false);
    expect(uplink.nextAt(10)).toBe(10 + STUCK_AFTER_MS);
    expect(uplink.isIdle(10 + STUCK_AFTER_MS)).toBe(true);
    expect(uplink.hasRoom(stuck)).toBe(false);
    expect(uplink.hasRoom(sessionWith(2, PAGES))).toBe(true);
    // It takes bytes again, and is waited for again.
    uplink.left(stuck, 1_000, 1_000);
    expect(uplink.isIdle(1_000)).toBe(false);
  });

  it("gives a link a little at a time while nothing is known, and what leaves in a moment on a fast uplink", () => {
    expect(new Uplink().stretchBytes).toBe(STRETCH_BYTES_MIN);
    const { uplink } = measured();
    const moment = Math.min(UNSENT_BYTES_MAX, ((8 * PAGE_BYTES) / 100) * UNSENT_MS);
    expect(uplink.stretchBytes).toBe(Math.floor(moment / STRETCH_BYTES_MIN) * STRETCH_BYTES_MIN);
    expect(uplink.stretchBytes).toBeGreaterThan(STRETCH_BYTES_MIN);
  });

  it("has its place back when a page is dropped or a link ends, and says whether the page was on its way", () => {
    const uplink = new Uplink();
    const session = sessionWith(1, PAGES);
    expect(uplink.handedOver(session, page(0), PIECE_BYTES, 0)).toBe(true);
    expect(uplink.handedOver(session, page(0), PAGE_BYTES - PIECE_BYTES, 0)).toBe(false);
    uplink.handedOver(session, page(1), PAGE_BYTES, 0);
    expect(uplink.isFull(0)).toBe(true);
    expect(uplink.dropped(session, page(0))).toBe(true);
    expect(uplink.dropped(session, page(0))).toBe(false);
    expect(uplink.isFull(0)).toBe(false);
    expect(uplink.ended(session)).toEqual([1]);
    expect(uplink.isIdle(0)).toBe(true);
    expect(fill(uplink, 0)).toBe(2);
  });

  it("comes out even, whatever is handed over, arrives, is dropped or written off, and in whatever order", () => {
    const step = fc.record({
      does: fc.constantFrom("handedOver" as const, "arrived" as const, "dropped" as const, "left" as const),
      number: fc.nat(3),
      page: fc.nat(5),
      afterMs: fc.constantFrom(0, 5, 100, 2_000),
    });
    always(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const uplink = new Uplink();
        const links = Array.from({ length: 4 }, (_, at) => new WatchedLink(uplink, at));
        let now = 0;
        for (const { does, number, page, afterMs } of steps) {
          now += afterMs;
  XXuplink.nextAt(now) ?? now + 1).toBeGreaterThan(now);
        }
        for (const link of links) link.ends();
        // Nothing is under way any more: it takes what a new one takes, or more where it has come to know how fast it is.
        const taken = fill(uplink, now);
        if (uplink.pageMs === 0) expect(taken).toBe(2);
        else expect(taken).toBeGreaterThanOrEqual(2);
      }),
    );
  });
});

/** One link of an uplink, with a plain set of the pages that are on their way to its reader. */
class WatchedLink {
  readonly #uplink: Uplink;
  readonly #session: Session;
  readonly #pages = new Set<number>();

  constructor(uplink: Uplink, number: number) {
    this.#uplink = uplink;
    this.#session = sessionWith(number, PAGES);
  }

  handedOver(number: number, now: number): void {
    const isNew = !this.#pages.has(number);
    expect(this.#uplink.handedOver(this.#session, page(number), PIECE_BYTES, now)).toBe(isNew);
    this.#pages.add(number);
  }

  arrived(number: number, now: number): void {
    expect(this.#uplink.arrived(this.#session, page(number), now)).toBe(this.#pages.delete(number));
  }

  dropped(number: number): void {
    expect(this.#uplink.dropped(this.#session, page(number))).toBe(this.#pages.delete(number));
  }

  left(_: number, now: number): void {
    this.#uplink.left(this.#session, PIECE_BYTES, now);
  }

  ends(): void {
    expect(new Set(this.#uplink.ended(this.#session))).toEqual(this.#pages);
  }
}
