// How links begin: who is dialled or called, who is let in, and what is said first. One link for each pair of readers;
// when both dial at once, the dial of the smaller id stays.

import type { Book } from "../../shared/book.ts";
import type { LinkFault } from "../../shared/faults.ts";
import type { ReaderId } from "../../shared/ids.ts";
import { ASKS_PER_LINK_MAX } from "../../shared/limits.ts";
import type { Hello } from "../../shared/wire/messages.ts";
import type { Bans } from "./bans.ts";
import type { LinkId, Millis } from "./events.ts";
import { Handshake, type LinkRefusal } from "./handshake.ts";
import { heldMessages } from "./holdings.ts";
import { hasRoom, whoMakesWay } from "./link-room.ts";
import type { Neighbours } from "./neighbours.ts";
import type { Outbox } from "./outbox.ts";
import { Session } from "./session.ts";
import type { SessionTable } from "./session-table.ts";
import type { Stock } from "./stock.ts";
import { isListed } from "./way.ts";

/** The swarm, as far as its door must know it. */
export interface House {
  readonly book: Book;
  readonly reader: ReaderId;
  /** TCP port that we listen on; 0 when we do not. */
  readonly port: number;
  readonly stock: Stock;
  readonly sessions: SessionTable;
  readonly neighbours: Neighbours;
  readonly bans: Bans;
  readonly out: Outbox;
  /** Most pages asked of one reader and not yet here, whoever they are for; unlimited when absent. */
  readonly pipeline?: number | undefined;
  /** Ends a session for a reason that the other side is told. */
  readonly end: (session: Session, fault: LinkFault, message: string, now: Millis) => void;
}

/** What whoever is banned is told. */
const BANNED = "Wrong pages came from there before";

export class Reception {
  /** Nobody is let in any more. */
  isClosed = false;
  readonly #house: House;
  readonly #handshake: Handshake;
  #isLooking = false;

  constructor(house: House) {
    this.#house = house;
    this.#handshake = new Handshake({ bookId: house.book.id, reader: house.reader, port: house.port });
  }

  /** A dial that was ordered reached somebody. */
  dialled(link: LinkId, reader: ReaderId, host: string, now: Millis): void {
    const { sessions, neighbours, bans, out, book } = this.#house;
    if (this.isClosed || sessions.withReader(reader) !== undefined) {
      neighbours.dialFailed(reader, now);
      return out.close(link, this.isClosed ? "leaving" : "duplicate-link", "This link is not needed any more");
    }
    const way = neighbours.wayTo(reader, true);
    if (bans.includes({ reader, host, isVouched: isListed(way) })) {
      neighbours.forget(reader);
      return out.close(link, "banned", BANNED);
    }
    sessions.add(new Session(link, reader, { host, dialled: true, way }, book.pageCount, now));
    out.send(link, this.#handshake.hello(reader));
  }

  /** A dial that was ordered reached nobody. */
  dialFailed(reader: ReaderId, now: Millis): void {
    const { neighbours, out } = this.#house;
    // Told once: the tracker finds out for itself, and to repeat it would be a flood.
    if (neighbours.dialFailed(reader, now) === 1) out.add({ type: "report", reader, reason: "no-connection" });
  }

  /** Somebody dialled us and says hello: it is let in and answered, or told why not. */
  accepted(link: LinkId, hello: Hello, host: string, now: Millis): void {
    const { sessions, neighbours, out, book } = this.#house;
    const refusal = this.#refusalOf(hello, host);
    if (refusal !== undefined) return out.close(link, refusal.fault, refusal.message);
    const leaving = whoMakesWay(sessions, hello.from, host, this.#linksKept);
    if (leaving !== undefined) {
      this.#house.end(leaving.session, leaving.fault, "Another link takes this link's place", now);
    }
    const way = neighbours.wayTo(hello.from, false);
    const session = new Session(link, hello.from, { host, dialled: false, way }, book.pageCount, now);
    session.asksMax = this.#asksFor(hello);
    sessions.add(session);
    neighbours.joined(hello.from);
    neighbours.listensAt(hello.from, { host, port: hello.port });
    out.send(link, this.#handshake.hello(hello.from));
    this.#sayHeld(link);
  }

  /** The reader that we dialled answers our hello. @throws Violation when it is not that reader, or not of this book */
  greeted(session: Session, hello: Hello): void {
    this.#handshake.checkAnswer(hello, session.reader);
    session.asksMax = this.#asksFor(hello);
    if (this.#house.neighbours.joined(session.reader, session.host)) this.#remember();
    this.#sayHeld(session.link);
  }

  /** The tracker can be asked, or no longer: from then on whoever is linked may be all that there is. */
  trackerReady(ready: boolean, now: Millis): void {
    const isLost = !ready && this.#house.neighbours.hasTracker;
    this.#house.neighbours.trackerReady(ready, now);
    if (isLost) this.#remember();
  }

  /** A reader that we dialled was banned. */
  banned(reader: ReaderId): void {
    this.#house.neighbours.forget(reader);
    this.#remember();
  }

  /** Ends a link of little use; while we fetch, another reader is to take its place. */
  giveUp(session: Session, isFetching: boolean, now: Millis): void {
    const { end, neighbours } = this.#house;
    end(session, "not-useful", "Another link may be more useful", now);
    neighbours.notUseful(session.reader, now);
    if (isFetching) neighbours.renew();
  }

  /** Goes out for more. @param isLooking - false when nothing is missing: then only those who called are dialled */
  seek(now: Millis, isLooking: boolean): void {
    const { neighbours, bans, out } = this.#house;
    this.#isLooking = isLooking;
    for (const { reader, addresses } of neighbours.toReach(now, isLooking)) {
      if (bans.includes({ reader, host: "", isVouched: true })) neighbours.forget(reader);
      else if (addresses.length === 0) out.add({ type: "call", reader });
      else out.add({ type: "dial", reader, addresses });
    }
    if (isLooking && neighbours.toAskTracker(now)) out.add({ type: "askTracker" });
  }

  /** Asks that may be open at once on a link: what they accept, and we wish. */
  #asksFor({ asks }: Hello): number {
    return Math.min(asks, ASKS_PER_LINK_MAX, this.#house.pipeline ?? Number.POSITIVE_INFINITY);
  }

  /** However many come in: without a place for it nobody of our own choice could be dialled. */
  get #linksKept(): number {
    return this.#isLooking ? this.#house.neighbours.chosenLacking : 0;
  }

  /** Why an incoming hello is not welcome; undefined when it is. */
  #refusalOf(hello: Hello, host: string): LinkRefusal | undefined {
    const { sessions, bans, reader } = this.#house;
    const refusal = this.#handshake.refusalOf(hello);
    if (refusal !== undefined) return refusal;
    if (this.isClosed) return { fault: "leaving", message: "The reader is leaving the book" };
    if (bans.includes({ reader: hello.from, host, isVouched: false })) {
      return { fault: "banned", message: BANNED };
    }
    const other = sessions.withReader(hello.from);
    // A link that already talks is never given up for a claim.
    if (other !== undefined && (other.state !== "greeting" || reader < hello.from)) {
      return { fault: "duplicate-link", message: "These two readers already share a link" };
    }
    if (!hasRoom(sessions, host, this.#linksKept))
      return { fault: "too-many-links", message: "There is no room for another link" };
    return undefined;
  }

  #remember(): void {
    this.#house.out.add({ type: "remember", readers: this.#house.neighbours.toRemember() });
  }

  #sayHeld(link: LinkId): void {
    for (const message of heldMessages(this.#house.stock.held)) this.#house.out.send(link, message);
  }
}
