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
    expect(other.isFull).toBe(false);
    other.handedOver(session, page(1), PIECE_BYTES, 0);
    expect(other.isFull).toBe(true);
  });

  it("counts a page as under way until its reader says that it holds it, however soon its bytes have left", () => {
    const uplink = new Uplink();
    const session = sessionWith(1, PAGES);
    for (const number of [0, 1]) uplink.handedOver(session, page(number), PAGE_BYTES, 0);
    uplink.left(session, 2 * PAGE_BYTES, 10);
    expect(uplink.isFull).toBe(true);
    expect(uplink.arrived(session, page(1), 30)).toBe(true);
    expect(uplink.isFull).toBe(false);
    expect(uplink.arrived(session, page(1), 30)).toBe(false);
    expect(uplink.arrived(sessionWith(2, PAGES), page(0), 30)).toBe(false);
  });

  it("takes twice what arrives in the time that a page takes", () => {
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
    expect(uplink.writeOff(late - 1)).toEqual([]);
    expect(uplink.isFull).toBe(true);
    expect(uplink.writeOff(late).length).toBe(pages);
    expect(uplink.isFull).toBe(false);
    expect(fill(uplink, late, pages)).toBe(pages);
  });

  it("writes off again, after all that was under way had been written off", () => {
    const uplink = new Uplink();
    const first = fill(uplink, 0);
    expect(uplink.writeOff(ARRIVAL_MS_MIN * 10)).toHaveLength(first);
    const second = fill(uplink, ARRIVAL_MS_MIN * 10, first);
    expect(uplink.isFull).toBe(true);
    expect(uplink.writeOff(ARRIVAL_MS_MIN * 20)).toHaveLength(second);
  });

  it("counts nothing that goes to a reader which let a page be written off, until it says that a page has arrived", () => {
    const uplink = new Uplink();
    const [mute, other] = [sessionWith(1, PAGES), sessionWith(2, PAGES)];
    for (const number of [0, 1]) expect(uplink.handedOver(mute, page(number), PAGE_BYTES, 0)).toBe(true);
    expect(uplink.isMute(mute)).toBe(false);
    expect(uplink.writeOff(4 * ARRIVAL_MS_MIN)).toEqual([0, 1]);
    expect([uplink.isMute(mute), uplink.isMute(other)]).toEqual([true, false]);
    for (let number = 2; number < 20; number++) {
      expect(uplink.handedOver(mute, page(number), PAGE_BYTES, 5_000)).toBe(false);
      expect(uplink.isFull).toBe(false);
    }
    // A word about a page that was never sent to it changes nothing.
    expect(uplink.arrived(mute, page(50), 6_000)).toBe(false);
    expect(uplink.isMute(mute)).toBe(true);
    expect(uplink.arrived(mute, page(2), 6_000)).toBe(false);
    expect(uplink.isMute(mute)).toBe(false);
    expect(uplink.handedOver(mute, page(20), PAGE_BYTES, 6_000)).toBe(true);
    expect(uplink.ended(mute)).toEqual([20]);
  });

  it("learns nothing from a page that was written off", () => {
    const uplink = new Uplink();
    const session = sessionWith(1, PAGES);
    for (const number of [0, 1]) uplink.handedOver(session, page(number), PAGE_BYTES, 0);
    const late = 4 * ARRIVAL_MS_MIN;
    expect(uplink.writeOff(late)).toEqual([0, 1]);
    expect(uplink.arrived(session, page(0), late + 1)).toBe(false);
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
    expect(uplink.isFull).toBe(true);
    expect(uplink.dropped(session, page(0))).toBe(true);
    expect(uplink.dropped(session, page(0))).toBe(false);
    expect(uplink.isFull).toBe(false);
    expect(uplink.ended(session)).toEqual([1]);
    expect(uplink.isIdle(0)).toBe(true);
    expect(fill(uplink, 0)).toBe(2);
  });

  it("comes out even, whatever is handed over, arrives, is dropped or written off, and in whatever order", () => {
    const step = fc.record({
      what: fc.constantFrom("handedOver" as const, "arrived" as const, "dropped" as const, "left" as const),
      number: fc.nat(3),
      at: fc.nat(5),
      afterMs: fc.constantFrom(0, 5, 100, 2_000),
    });
    always(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const uplink = new Uplink();
        const sessions = Array.from({ length: 4 }, (_, at) => sessionWith(at, PAGES));
        /** What each step changes in the number of pages that count as on their way. */
        const does = {
          handedOver: (session: Session, at: PageIndex, now: number) =>
            Number(uplink.handedOver(session, at, PIECE_BYTES, now)),
          arrived: (session: Session, at: PageIndex, now: number) => -Number(uplink.arrived(session, at, now)),
          dropped: (session: Session, at: PageIndex) => -Number(uplink.dropped(session, at)),
          left: (session: Session, _: PageIndex, now: number) => {
            uplink.left(session, PIECE_BYTES, now);
            return 0;
          },
        };
        let [now, onTheirWay] = [0, 0];
        for (const { what, number, at, afterMs } of steps) {
          now += afterMs;
          onTheirWay += does[what](sessions[number] ?? sessionWith(9, PAGES), page(at), now);
          onTheirWay -= uplink.writeOff(now).length;
          expect(uplink.nextAt(now) ?? now + 1).toBeGreaterThan(now);
        }
        for (const session of sessions) onTheirWay -= uplink.ended(session).length;
        expect(onTheirWay).toBe(0);
        // Nothing is under way any more: it takes what a new one takes, or more where it has come to know how fast it is.
        const taken = fill(uplink, now);
        if (uplink.pageMs === 0) expect(taken).toBe(2);
        else expect(taken).toBeGreaterThanOrEqual(2);
      }),
    );
  });
});
