// The engine of one book: told events, answers with effects. It never awaits, opens, reads, sleeps or looks at a
// clock, so the same code runs in a process and in a simulation of thousands that a seed replays.
//
// It owns all state and routes each event to the part that knows: Fetching asks, Serving answers, Neighbours dials,
// Announcer spreads the news, Bans remembers. Whatever the other side does wrong is a Violation, caught in one place
// and turned into a close with its reason; it never throws on remote input.

import type { Book } from "../../shared/book.ts";
import { type LinkFault, Violation } from "../../shared/faults.ts";
import type { PageIndex, ReaderId } from "../../shared/ids.ts";
import type { PageSet } from "../../shared/page-set.ts";
import type { Refusal } from "../../shared/wire/flags.ts";
import type { Hello, ReaderMessage } from "../../shared/wire/messages.ts";
import { Announcer } from "./announcer.ts";
import { Bans } from "./bans.ts";
import { EagerPicker } from "./eager-picker.ts";
import type { Effect } from "./effects.ts";
import type { LinkId, Millis, SwarmEvent } from "./events.ts";
import { Fetching } from "./fetching.ts";
import { Handshake, type LinkRefusal } from "./handshake.ts";
import { Holdings, heldMessages } from "./holdings.ts";
import { Neighbours } from "./neighbours.ts";
import { Outbox } from "./outbox.ts";
import { PageLedger } from "./page-ledger.ts";
import { pageMap, pagesOnlyHere } from "./page-map.ts";
import { numbersIn, pageOf, pagesOf } from "./page-numbers.ts";
import { Patience } from "./patience.ts";
import { LINKS_MAX, STALLS_MAX, WRONG_PAGES_MAX } from "./policy.ts";
import { Serving } from "./serving.ts";
import { Session } from "./session.ts";
import { SessionTable } from "./session-table.ts";
import type { SwarmSnapshot } from "./snapshot.ts";
import { SwarmTally } from "./swarm-tally.ts";
import type { TokenBucket } from "./token-bucket.ts";
import { Wishes } from "./wishes.ts";

export interface SwarmOptions {
  readonly book: Book;
  /** Who we are. */
  readonly reader: ReaderId;
  /** TCP port that we listen on; 0 when we do not. */
  readonly port: number;
  /** Verified pages at the start; the engine keeps its own copy. */
  readonly held: PageSet;
  /** Pages to fetch, held ones included; none for a silent reader. */
  readonly wanted: PageSet;
  /** Most pages asked of one reader and not yet here; unlimited when absent. */
  readonly pipeline?: number | undefined;
  /** Limits on page bytes a second, shared with whoever shares the bucket; none when absent. */
  readonly upload?: TokenBucket | undefined;
  readonly download?: TokenBucket | undefined;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export class Swarm {
  readonly #book: Book;
  readonly #self: ReaderId;
  readonly #handshake: Handshake;
  readonly #held: PageSet;
  readonly #ledger: PageLedger;
  readonly #picker: EagerPicker;
  readonly #fetching: Fetching;
  readonly #wishes: Wishes;
  readonly #patience: Patience;
  readonly #serving: Serving;
  readonly #holdings: Holdings;
  readonly #neighbours: Neighbours;
  readonly #announcer: Announcer;
  readonly #bans = new Bans();
  readonly #out = new Outbox();
  readonly #tally = new SwarmTally();
  readonly #sessions = new SessionTable();
  #bytesHeld: number;
  #leaving = false;

  constructor(options: SwarmOptions) {
    const { book, reader, port, held, wanted, random } = options;
    this.#book = book;
    this.#self = reader;
    this.#handshake = new Handshake({ bookId: book.id, reader, port });
    this.#held = held.clone();
    this.#bytesHeld = book.bytesOf(held);
    this.#ledger = new PageLedger(book.pageCount);
    this.#picker = new EagerPicker(book.pageCount, random);
    this.#fetching = new Fetching(book, this.#ledger, this.#picker, this.#out, options);
    this.#patience = new Patience(this.#fetching);
    this.#serving = new Serving(book, this.#held, this.#picker, this.#out, options.upload);
    this.#holdings = new Holdings(this.#picker);
    this.#neighbours = new Neighbours(reader, random);
    this.#announcer = new Announcer(this.#out);
    for (const page of held) this.#ledger.move(page, "held");
    this.#wishes = new Wishes(wanted, this.#held, this.#fetching);
  }

  /** True when every chosen page is held. */
  get isComplete(): boolean {
    return this.#ledger.missing === 0;
  }

  /** Verified pages held now. */
  get pagesHeld(): number {
    return this.#held.count;
  }

  /** Applies one event at `now`; returns what the node must do, in order. Never throws on remote input. */
  handle(event: SwarmEvent, now: Millis): readonly Effect[] {
    this.#apply(event, now);
    this.#settle(now);
    return this.#out.take();
  }

  /** When to send `timePassed` next; undefined when nothing is waiting. Waking early is harmless. */
  nextWakeAt(now: Millis): Millis | undefined {
    let next = this.isComplete || this.#leaving ? undefined : this.#neighbours.nextAt();
    for (const at of [this.#announcer.dueAt, this.#serving.nextAt(now), this.#fetching.nextAt(now)])
      next = earlier(next, at);
    for (const session of this.#sessions) next = earlier(next, this.#patience.nextAt(session, now));
    return next;
  }

  /** A frozen picture for the command line, the local page and the tests. */
  snapshot(now: Millis): SwarmSnapshot {
    return this.#tally.snapshot(
      {
        pages: this.#book.pageCount,
        pagesHeld: this.#held.count,
        bytesHeld: this.#bytesHeld,
        pagesMissing: this.#ledger.missing,
        paused: this.#wishes.paused,
        readers: this.#neighbours.others,
        pagesOnlyHere: this.#neighbours.someoneComplete ? 0 : pagesOnlyHere(this.#held, this.#picker),
      },
      this.#sessions,
      now,
    );
  }

  /** How every page stands, as PAGE_STANDINGS numbers it. */
  pageMap(): Uint8Array {
    return pageMap(this.#book.pageCount, this.#ledger, this.#picker);
  }

  #apply(event: SwarmEvent, now: Millis): void {
    switch (event.type) {
      case "dialled":
        return this.#dialled(event.link, event.reader, event.host, now);
      case "dialFailed":
        return this.#dialFailed(event.reader, now);
      case "accepted":
        return this.#accepted(event.link, event.hello, event.host, now);
      case "received":
        return this.#withSession(event.link, (session) => this.#received(session, event.message, now), now);
      case "broken":
        return this.#withSession(event.link, (session) => this.#end(session, event.fault, event.message, now), now);
      case "closed":
        return this.#withSession(event.link, (session) => this.#forget(session, now), now);
      case "sent":
        return this.#withSession(event.link, (session) => this.#serving.sent(session, event.bytes, now), now);
      case "sendFailed":
        return this.#withSession(event.link, (session) => this.#serving.failed(session, event.stretch), now);
      case "pageStored":
        return this.#stored(event.page, now);
      case "pageCorrupt":
        return this.#corrupt(event.page, event.link, now);
      case "pageUnwritten":
        this.#fetching.unstored(event.page);
        return this.#sessions.hungerAll();
      case "imageGivenUp":
        return this.#imageGivenUp(event.image);
      case "pagesLost":
        return this.#pagesLost(event.pages);
      case "prioritised":
        return this.#picker.prioritise(event.pages);
      case "paused":
        this.#wishes.pause(event.paused);
        return this.#sessions.hungerAll();
      case "chosen":
        this.#wishes.choose(event.pages);
        return this.#sessions.hungerAll();
      case "disk":
        this.#wishes.diskReady(event.ready);
        return this.#sessions.hungerAll();
      case "listed":
        return this.#neighbours.listed(event, now);
      case "tracker":
        return this.#neighbours.trackerReady(event.ready, now);
      case "leave":
        return this.#leave(now);
      case "timePassed":
        return this.#timePassed(now);
      default:
        return void (event satisfies never);
    }
  }

  /** What follows from any event: asks with room are filled, news is spread, readers are dialled. */
  #settle(now: Millis): void {
    for (const session of this.#sessions.takeHungry()) this.#fetching.fill(session, now);
    this.#serving.serve(now);
    this.#announcer.announce(this.#sessions, now);
    if (this.isComplete || this.#leaving) return;
    for (const { reader, addresses } of this.#neighbours.toDial(now)) {
      if (this.#bans.includes({ reader, host: "", dialled: true })) this.#neighbours.forget(reader);
      else this.#out.add({ type: "dial", reader, addresses });
    }
    if (this.#neighbours.toAskTracker(now)) this.#out.add({ type: "askTracker" });
  }

  /** Runs `action` for a link that we know, and turns its violation into a close: the only place that does. */
  #withSession(link: LinkId, action: (session: Session) => void, now: Millis): void {
    const session = this.#sessions.get(link);
    if (session === undefined) return;
    try {
      action(session);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.#end(session, error.fault, error.message, now);
    }
  }

  #dialled(link: LinkId, reader: ReaderId, host: string, now: Millis): void {
    if (this.#leaving || this.#sessions.withReader(reader) !== undefined) {
      this.#neighbours.dialFailed(reader, now);
      return this.#out.close(link, this.#leaving ? "leaving" : "duplicate-link", "This link is not needed any more");
    }
    this.#sessions.add(new Session(link, reader, { host, dialled: true }, this.#book.pageCount, now));
    this.#out.send(link, this.#handshake.hello(reader));
  }

  #dialFailed(reader: ReaderId, now: Millis): void {
    // Told once: the tracker finds out for itself, and to repeat it would be a flood.
    if (this.#neighbours.dialFailed(reader, now) === 1) {
      this.#out.add({ type: "report", reader, reason: "no-connection" });
    }
  }

  #accepted(link: LinkId, hello: Hello, host: string, now: Millis): void {
    const refusal = this.#refusalOf(hello, host);
    if (refusal !== undefined) return this.#out.close(link, refusal.fault, refusal.message);
    const earlier = this.#sessions.withReader(hello.from);
    if (earlier !== undefined)
      this.#end(earlier, "duplicate-link", "The other side's dial takes this link's place", now);
    const session = new Session(link, hello.from, { host, dialled: false }, this.#book.pageCount, now);
    session.asksMax = hello.asks;
    this.#sessions.add(session);
    this.#neighbours.joined(hello.from);
    this.#out.send(link, this.#handshake.hello(hello.from));
    this.#sayHeld(session);
  }

  /** Why an incoming hello is not welcome; undefined when it is. */
  #refusalOf(hello: Hello, host: string): LinkRefusal | undefined {
    const refusal = this.#handshake.refusalOf(hello);
    if (refusal !== undefined) return refusal;
    if (this.#leaving) return { fault: "leaving", message: "The reader is leaving the book" };
    if (this.#bans.includes({ reader: hello.from, host, dialled: false })) {
      return { fault: "banned", message: "Wrong pages came from there before" };
    }
    const other = this.#sessions.withReader(hello.from);
    // Both dialled at once: the dial of the smaller id stays. A link that already talks is never given up for a claim.
    if (other !== undefined && (other.state !== "greeting" || this.#self < hello.from)) {
      return { fault: "duplicate-link", message: "These two readers already share a link" };
    }
    if (this.#sessions.size >= LINKS_MAX)
      return { fault: "too-many-links", message: `This reader takes ${LINKS_MAX} links` };
    return undefined;
  }

  #sayHeld({ link }: Session): void {
    for (const message of heldMessages(this.#held)) this.#out.send(link, message);
  }

  #received(session: Session, message: ReaderMessage, now: Millis): void {
    session.heard(message.flag, now);
    switch (message.flag) {
      case "hello":
        return this.#greeted(session, message);
      case "close":
        return this.#forget(session, now);
      case "ping":
        return this.#out.send(session.link, { flag: "pong" });
      case "heldAll":
        return this.#theyHoldAll(session, now);
      case "pong":
      case "heldNone":
      case "probe": // this one and the next never get here: no state of a session allows them
      case "proof":
        return;
      case "heldSet":
        return this.#theyHave(session, numbersIn(message), now);
      case "have":
        return this.#theyHave(session, message.pages, now);
      case "lost":
        return this.#holdings.lost(session, pagesOf(this.#book, message.pages));
      case "ask":
        return this.#serving.ordered(session, pagesOf(this.#book, message.pages));
      case "cancel":
        return this.#serving.cancelled(session, pagesOf(this.#book, message.pages));
      case "piece":
        this.#fetching.piece(session, message, now);
        this.#sessions.hunger(session);
        return;
      case "refuse":
        return this.#refused(session, pageOf(this.#book, message.page), message.reason, now);
      default:
        return void (message satisfies never);
    }
  }

  #refused(session: Session, page: PageIndex, reason: Refusal, now: Millis): void {
    this.#fetching.refused(session, page, now);
    if (reason === "not-held") this.#holdings.lost(session, [page]);
    this.#sessions.hungerAll();
  }

  #greeted(session: Session, hello: Hello): void {
    this.#handshake.checkAnswer(hello, session.reader);
    session.asksMax = hello.asks;
    this.#neighbours.joined(session.reader);
    this.#sayHeld(session);
  }

  #theyHoldAll(session: Session, now: Millis): void {
    this.#holdings.all(session);
    this.#sessions.hunger(session);
    this.#noteIfComplete(session, now);
  }

  #theyHave(session: Session, numbers: Iterable<number>, now: Millis): void {
    if (this.#holdings.gained(session, pagesOf(this.#book, numbers))) this.#sessions.hunger(session);
    this.#noteIfComplete(session, now);
  }

  /** Two complete readers have nothing to say to each other; the link makes room for one that has. */
  #noteIfComplete(session: Session, now: Millis): void {
    if (!session.theirs.isFull) return;
    this.#neighbours.completed(session.reader);
    if (this.#held.isFull) this.#end(session, "not-useful", "Both readers hold every page", now);
  }

  #stored(page: PageIndex, now: Millis): void {
    this.#fetching.stored(page);
    if (!this.#held.add(page)) return;
    const bytes = this.#book.pageBytes(page);
    this.#bytesHeld += bytes;
    this.#announcer.stored(page, bytes, now);
    if (!this.#held.isFull) return;
    this.#announcer.announce(this.#sessions, Number.POSITIVE_INFINITY);
    for (const session of this.#sessions) this.#noteIfComplete(session, now);
  }

  #corrupt(page: PageIndex, link: LinkId, now: Millis): void {
    this.#fetching.unstored(page);
    this.#sessions.hungerAll();
    const session = this.#sessions.get(link);
    if (session === undefined || ++session.wrongPages < WRONG_PAGES_MAX) return;
    this.#bans.ban(session);
    const { reader, host, wrongPages } = session;
    this.#out.add({ type: "banned", reader, host, reason: `${wrongPages} wrong pages` });
    this.#end(session, "wrong-bytes", `Page ${page} does not have its SHA-1`, now);
  }

  #imageGivenUp(image: number): void {
    const { firstPage, pageCount } = this.#book.image(image);
    const pages = Array.from({ length: pageCount }, (_, ordinal) => this.#book.page(firstPage + ordinal));
    this.#noLongerHeld(pages);
    this.#wishes.giveUp(pages);
  }

  #pagesLost(pages: readonly PageIndex[]): void {
    for (const page of this.#noLongerHeld(pages)) this.#fetching.lost(page, this.#wishes.includes(page));
    this.#sessions.hungerAll();
  }

  /** Says so, and answers the asks for them. Returns those of the pages that were held until now. */
  #noLongerHeld(pages: readonly PageIndex[]): readonly PageIndex[] {
    const gone = pages.filter((page) => this.#held.delete(page));
    for (const page of gone) this.#bytesHeld -= this.#book.pageBytes(page);
    for (const session of this.#sessions) {
      if (session.state === "greeting") continue;
      this.#out.sendPages(session.link, "lost", gone);
      this.#serving.lost(session, gone);
    }
    return gone;
  }

  #leave(now: Millis): void {
    this.#leaving = true;
    for (const session of this.#sessions) this.#end(session, "leaving", "The reader is leaving the book", now);
  }

  #timePassed(now: Millis): void {
    if (this.#fetching.limitLifted(now)) this.#sessions.hungerAll();
    for (const session of this.#sessions) this.#checkTime(session, now);
  }

  #checkTime(session: Session, now: Millis): void {
    for (const overdue of this.#patience.overdue(session, now)) {
      switch (overdue) {
        case "greeting":
          return this.#end(session, "silent", "No hello came in time", now);
        case "silence":
          return this.#end(session, "silent", "Nothing was heard in time", now);
        case "ping":
          session.pingedAt = now;
          this.#out.send(session.link, { flag: "ping" });
          break;
        case "stall":
          this.#stalled(session, now);
          break;
        default:
          overdue satisfies never;
      }
    }
  }

  #stalled(session: Session, now: Millis): void {
    this.#fetching.stalled(session, now);
    this.#sessions.hungerAll();
    if (session.stalls < STALLS_MAX) return;
    this.#out.add({ type: "report", reader: session.reader, reason: "no-answer" });
    this.#end(session, "silent", "Asked pages did not come in time", now);
  }

  /** Ends a session for a reason that the other side is told. */
  #end(session: Session, fault: LinkFault, message: string, now: Millis): void {
    if (!this.#sessions.has(session)) return;
    this.#out.close(session.link, fault, message);
    this.#forget(session, now);
  }

  #forget(session: Session, now: Millis): void {
    if (!this.#sessions.delete(session)) return;
    this.#fetching.left(session);
    this.#serving.left(session);
    this.#holdings.left(session);
    this.#tally.left(session);
    if (session.state === "greeting") this.#neighbours.dialFailed(session.reader, now);
    else this.#neighbours.left(session.reader, now);
    this.#sessions.hungerAll();
  }
}

function earlier(a: Millis | undefined, b: Millis | undefined): Millis | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
