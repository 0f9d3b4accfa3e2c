// Sums over sessions, those that are gone included: a snapshot must not forget a link because it closed.

import type { ReaderId } from "../../shared/ids.ts";
import type { Millis } from "./events.ts";
import { helpOf } from "./help.ts";
import type { OutlookSnapshot } from "./outlook.ts";
import type { Session } from "./session.ts";
import type { LinkSnapshot, SwarmSnapshot } from "./snapshot.ts";

/** Readers that are counted as senders when they are gone. Chosen: a swarm of thousands, and no more than a megabyte. */
const SENDERS_MAX = 10_000;

type Sums = Pick<SwarmSnapshot, "bytesReceived" | "bytesSent" | "bytesWasted" | "pagesReceived" | "pagesSent">;

export class SwarmTally {
  #past: Sums = { bytesReceived: 0, bytesSent: 0, bytesWasted: 0, pagesReceived: 0, pagesSent: 0 };
  /** Readers that have sent a page, and are gone. */
  readonly #senders = new Set<ReaderId>();

  /** Keeps the numbers of a session that is over. */
  left(session: Session): void {
    this.#past = plus(this.#past, session);
    if (session.pagesReceived > 0 && this.#senders.size < SENDERS_MAX) this.#senders.add(session.reader);
  }

  /** The whole picture: `facts` as given, sums over `sessions` and all before them. */
  snapshot(
    facts: Pick<
      SwarmSnapshot,
      "pages" | "pagesHeld" | "bytesHeld" | "pagesMissing" | "paused" | "readers" | "pagesOnlyHere"
    > &
      OutlookSnapshot,
    sessions: Iterable<Session>,
    now: Millis,
  ): SwarmSnapshot {
    let sums = this.#past;
    let receiveRate = 0;
    let sendRate = 0;
    let ordersOpen = 0;
    const links: LinkSnapshot[] = [];
    const senders = new Set(this.#senders);
    for (const session of sessions) {
      sums = plus(sums, session);
      receiveRate += session.received.rate(now);
      sendRate += session.delivered.rate(now);
      ordersOpen += session.orders.size + (session.unsent > 0 ? 1 : 0);
      if (session.pagesReceived > 0) senders.add(session.reader);
      links.push(linkSnapshot(session, now));
    }
    return { ...facts, ...sums, readersSent: senders.size, receiveRate, sendRate, ordersOpen, links };
  }
}

function plus(sums: Sums, { received, delivered, bytesWasted, pagesReceived, pagesSent }: Session): Sums {
  return {
    bytesReceived: sums.bytesReceived + received.total,
    bytesSent: sums.bytesSent + delivered.total,
    bytesWasted: sums.bytesWasted + bytesWasted,
    pagesReceived: sums.pagesReceived + pagesReceived,
    pagesSent: sums.pagesSent + pagesSent,
  };
}

function linkSnapshot(session: Session, now: Millis): LinkSnapshot {
  return {
    reader: session.reader,
    host: session.host,
    dialled: session.dialled,
    way: session.way,
    pagesHeld: session.theirs.count,
    pagesReceived: session.pagesReceived,
    pagesRelayed: session.pagesRelayed,
    pagesSent: session.pagesSent,
    bytesReceived: session.received.total,
    bytesSent: session.delivered.total,
    receiveRate: session.received.rate(now),
    sendRate: session.delivered.rate(now),
    snubbed: session.stalls > 0,
    help: helpOf(session, now),
  };
}
