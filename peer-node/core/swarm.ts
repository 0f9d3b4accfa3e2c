// The engine of one book: told events, answers with effects. It never awaits, opens, reads, sleeps or looks at a
// clock, so the same code runs in a process and in a simulation of thousands that a seed replays.
// It owns all state and routes each event to the part that knows: Reception opens links to those whom Neighbours knows,
// Fetching asks, Serving answers, Announcer spreads the news, Bans remembers. Whatever the other side does wrong is a
// Violation, caught in one place and turned into a close with its reason; it never throws on remote input.

import type { Book } from "../../shared/book.ts";
import { type LinkFault, Violation } from "../../shared/faults.ts";
import type { PageIndex, ReaderId } from "../../shared/ids.ts";
import type { PageSet } from "../../shared/page-set.ts";
import type { Refusal } from "../../shared/wire/flags.ts";
import type { Piece, ReaderMessage } from "../../shared/wire/messages.ts";
import { Announcer } from "./announcer.ts";
import { Bans } from "./bans.ts";
import { EagerPicker } from "./eager-picker.ts";
import { earliest } from "./earliest.ts";
import type { Effect } from "./effects.ts";
import type { LinkId, Millis, SwarmEvent } from "./events.ts";
import { Fetching } from "./fetching.ts";
import { Holdings } from "./holdings.ts";
import { Neighbours, type ReachedReader } from "./neighbours.ts";
import { Outbox } from "./outbox.ts";
import { Outlook } from "./outlook.ts";
import { PageLedger } from "./page-ledger.ts";
import { pageMap, pagesOnlyHere } from "./page-map.ts";
import { pageOf, pagesOf, partOf } from "./page-numbers.ts";
import { Patience } from "./patience.ts";
import { LINKS_MAX, LINKS_WANTED, PAGES_TO_FORGIVE, WRONG_PAGES_MAX } from "./policy.ts";
import { ReaderExchange } from "./reader-exchange.ts";
import { Reception } from "./reception.ts";
import { Relaying } from "./relaying.ts";
import { Serving } from "./serving.ts";
import type { Session } from "./session.ts";
import { type Sender, SessionTable } from "./session-table.ts";
import type { SwarmSnapshot } from "./snapshot.ts";
import { Spread } from "./spread.ts";
import { Stock } from "./stock.ts";
import { Stranded } from "./stranded.ts";
import { SwarmTally } from "./swarm-tally.ts";
import type { TokenBucket } from "./token-bucket.ts";
import { Turnover } from "./turnover.ts";
import { Uplink } from "./uplink.ts";
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
  /** What `remember` was last told to keep; nothing when absent. */
  readonly remembered?: readonly ReachedReader[] | undefined;
  /** Most pages asked of one reader and not yet here; unlimited when absent, and 1 is the original's rule, "to avoid traffic jams". */
  readonly pipeline?: number | undefined;
  /** Limits on page bytes a second, shared with whoever shares the bucket; none when absent. */
  readonly upload?: TokenBucket | undefined;
  readonly download?: TokenBucket | undefined;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export class Swarm {
  readonly #book: Book;
  readonly #stock: Stock;
  readonly #ledger: PageLedger;
  readonly #picker: EagerPicker;
  readonly #fetching: Fetching;
  readonly #wishes: Wishes;
  readonly #outlook: Outlook;
  readonly #patience: Patience;
  readonly #serving: Serving;
  readonly #holdings: Holdings;
  readonly #neighbours: Neighbours;
  readonly #reception: Reception;
  readonly #exchange: ReaderExchange;
  readonly #relaying: Relaying;
  readonly #stranded: Stranded;
  readonly #announcer: Announcer;
  readonly #bans = new Bans();
  readonly #out = new Outbox();
  readonly #tally = new SwarmTally();
  readonly #turnover = new Turnover();
  readonly #sessions = new SessionTable();

  constructor(options: SwarmOptions) {
    const { book, reader, held, wanted, random } = options;
    this.#book = book;
    this.#stock = new Stock(book, held);
    this.#ledger = new PageLedger(book.pageCount);
    for (const page of held) this.#ledger.move(page, "held");
    this.#picker = new EagerPicker(book.pageCount, random);
    const rules = { ...options, allComplete: () => this.#neighbours.allComplete };
    this.#fetching = new Fetching(book, this.#ledger, this.#picker, this.#sessions, this.#out, rules);
    this.#wishes = new Wishes(wanted, this.#stock.held, this.#fetching);
    this.#outlook = new Outlook({ ...options, ledger: this.#ledger, picker: this.#picker, fetching: this.#fetching });
    const othersComplete = () => this.#picker.completeOwners > 0 || this.#neighbours.someoneComplete;
    const spread = new Spread(this.#stock.held, this.#picker, this.#out, othersComplete);
    this.#serving = new Serving(book, this.#stock.servable, spread, new Uplink(), this.#out, options.upload);
    this.#holdings = new Holdings(this.#picker, this.#ledger);
    this.#neighbours = new Neighbours(reader, random, options.remembered);
    this.#exchange = new ReaderExchange(this.#neighbours, this.#out, random);
    const parts = {
      ...options,
      stock: this.#stock,
      wishes: this.#wishes,
      sessions: this.#sessions,
      neighbours: this.#neighbours,
      bans: this.#bans,
      serving: this.#serving,
      out: this.#out,
      end: (session: Session, fault: LinkFault, message: string, now: Millis) =>
        this.#end(session, fault, message, now),
    };
    this.#reception = new Reception(parts);
    this.#relaying = new Relaying(parts);
    this.#patience = new Patience({ ...parts, fetching: this.#fetching });
    this.#stranded = new Stranded(book, this.#fetching, this.#picker, this.#sessions);
    this.#announcer = new Announcer(this.#out);
  }

  /** True when every chosen page is held. */
  get isComplete(): boolean {
    return this.#ledger.missing === 0;
  }

  /** Verified pages held now. */
  get pagesHeld(): number {
    return this.#stock.held.count;
  }

  /** Applies one event at `now`; returns what the node must do, in order. Never throws on remote input. */
  take(event: SwarmEvent, now: Millis): readonly Effect[] {
    this.#apply(event, now);
    return this.#out.take();
  }

  /** Decides what follows from all events since the last call, once for many of them; returns what must be done. */
  settle(now: Millis): readonly Effect[] {
    this.#settle(now);
    return this.#out.take();
  }

  /** Both at once. */
  handle(event: SwarmEvent, now: Millis): readonly Effect[] {
    this.#apply(event, now);
    return this.settle(now);
  }

  /** When to send `timePassed` next; undefined when nothing is waiting. Waking early is harmless. */
  nextWakeAt(now: Millis): Millis | undefined {
    const onPages = earliest(this.#announcer.dueAt, this.#serving.nextAt(now), this.#fetching.nextAt(now));
    const seekAt = this.#reception.isClosed ? undefined : this.#neighbours.nextAt(this.#isLooking);
    const next = earliest(onPages, seekAt, this.#isLooking ? this.#exchange.nextAt() : undefined);
    if (this.#sessions.size === 0) return next;
    const lookAt = earliest(this.#patience.nextAt, this.#turnover.nextAt, this.#stranded.nextAt);
    return earliest(next, lookAt, this.#relaying.nextAt());
  }

  /** A frozen picture for the command line, the local page and the tests. */
  snapshot(now: Millis): SwarmSnapshot {
    return this.#tally.snapshot(
      {
        pages: this.#book.pageCount,
        pagesHeld: this.pagesHeld,
        bytesHeld: this.#stock.bytes,
        pagesMissing: this.#ledger.missing,
        paused: this.#wishes.paused,
        readers: this.#neighbours.others,
        ...this.#outlook.look(now),
        pagesOnlyHere: this.#neighbours.someoneComplete ? 0 : pagesOnlyHere(this.#stock.held, this.#picker),
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
        return this.#reception.dialled(event.link, event.reader, event.host, now);
      case "dialFailed":
        return this.#reception.dialFailed(event.reader, now);
      case "accepted":
        return this.#reception.accepted(event.link, event.hello, event.host, now);
      case "received":
        return this.#withSession(event.link, (session) => this.#received(session, event.message, now), now);
      case "broken":
        return this.#withSession(event.link, (session) => this.#end(session, event.fault, event.message, now), now);
      case "closed":
        return this.#withSession(event.link, (session) => this.#forget(session, now), now);
      case "sent":
        return this.#withSession(event.link, (session) => this.#serving.sent(session, event.bytes, now), now);
      case "sendFailed":
        return this.#withSession(event.link, (session) => this.#serving.failed(session, event.stretch, now), now);
      case "pageStored":
        return this.#stored(event.page, now);
      case "pagePassed":
        return this.#relaying.passed(event.page);
      case "pageCorrupt":
        return this.#corrupt(event.page, event.link, now);
      case "pageUnwritten":
        return this.#fetching.unstored(event.page);
      case "imageGivenUp":
        return this.#imageGivenUp(event.image);
      case "pagesLost":
        return this.#pagesLost(event.pages);
      case "prioritised":
        return this.#picker.prioritise(event.pages);
      case "paused":
        return this.#wishes.pause(event.paused);
      case "chosen":
        return this.#wishes.choose(event.pages);
      case "disk":
        return this.#wishes.diskReady(event.ready);
      case "listed":
        return this.#neighbours.listed(event, now);
      case "called":
        return this.#neighbours.called(event.reader, event.addresses, now);
      case "tracker":
        return this.#reception.trackerReady(event.ready, now);
      case "leave":
        return this.#leave(now);
      case "timePassed":
        return this.#timePassed(now);
      default:
        return void (event satisfies never);
    }
  }

  /** True while readers are looked for, on our own behalf or on that of others. */
  get #isLooking(): boolean {
    return !this.#reception.isClosed && (!this.isComplete || this.#relaying.isLooking);
  }

  /** What follows from any event: asks with room are filled, news is spread, readers are dialled. */
  #settle(now: Millis): void {
    if (this.#turnover.isDue(now) && !this.#reception.isClosed) this.#turnOver(now);
    this.#relaying.work(now); // before our own asks: what a limit still allows goes first to those who have nobody else
    this.#fetching.fill(now);
    this.#serving.serve(now);
    this.#announcer.announce(this.#sessions, now);
    if (this.#reception.isClosed) return;
    this.#reception.seek(now, this.#isLooking);
    if (this.#isLooking) this.#exchange.seek(this.#sessions, now);
    this.#stranded.look(now);
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

  #received(session: Session, message: ReaderMessage, now: Millis): void {
    session.heard(message.flag, now);
    switch (message.flag) {
      case "hello":
        return this.#reception.greeted(session, message);
      case "close":
        this.#end(session, message.fault, "", now); // in kind, because whoever says it may stay on the line for ever
        if (message.fault === "not-useful") this.#neighbours.notUseful(session.reader, now);
        return;
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
        return this.#theyHave(session, partOf(session, message), now);
      case "have":
        return this.#theyHave(session, message.pages, now);
      case "lost":
        return this.#theyLack(session, this.#pagesIn(message), now);
      case "ask":
        return this.#relaying.ordered(session, this.#pagesIn(message), now);
      case "cancel":
        this.#relaying.cancelled(session, this.#pagesIn(message));
        return this.#serving.cancelled(session, this.#pagesIn(message));
      case "piece":
        return this.#piece(session, message, now);
      case "next":
        return this.#fetching.isNext(session, pageOf(this.#book, message.page), now);
      case "wait":
        return this.#stranded.told(session, this.#pagesIn(message), now);
      case "refuse":
        return this.#refused(session, pageOf(this.#book, message.page), message.reason, now);
      case "seek":
        return this.#exchange.sought(session, now);
      case "meet":
        return this.#exchange.met(session, message.readers, now);
      default:
        return void (message satisfies never);
    }
  }

  #pagesIn({ pages }: { readonly pages: readonly number[] }): readonly PageIndex[] {
    return pagesOf(this.#book, pages);
  }

  #piece(session: Session, piece: Piece, now: Millis): void {
    const isForOthers = this.#relaying.piece(session, piece, now);
    if (!isForOthers) this.#fetching.piece(session, piece, now);
    this.#sessions.hunger(session);
    const page = pageOf(this.#book, piece.page);
    if (!isForOthers && !session.asks.has(page)) this.#stranded.answered(session, page, true, now);
  }

  #refused(session: Session, page: PageIndex, reason: Refusal, now: Millis): void {
    const isForOthers = this.#relaying.refused(session, page, now);
    if (!isForOthers) this.#fetching.refused(session, page, reason, now);
    this.#sessions.hunger(session);
    if (!isForOthers) this.#stranded.answered(session, page, false, now);
    if (reason === "not-held" || reason === "passed-on") this.#holdings.lost(session, [page]);
  }

  #theyHoldAll(session: Session, now: Millis): void {
    this.#holdings.all(session);
    this.#sessions.hunger(session);
    this.#noteIfComplete(session, now);
  }

  #theyHave(session: Session, numbers: Iterable<number>, now: Millis): void {
    const pages = pagesOf(this.#book, numbers);
    this.#serving.arrived(session, pages, now);
    if (this.#holdings.gained(session, pages)) this.#sessions.hunger(session);
    this.#noteIfComplete(session, now);
  }

  /** They do not hold these pages, and may just have had them to pass them on: then they have arrived all the same. */
  #theyLack(session: Session, pages: readonly PageIndex[], now: Millis): void {
    this.#serving.arrived(session, pages, now);
    this.#holdings.lost(session, pages);
  }

  /** Two complete readers have nothing to say to each other; the link makes room for one that has. */
  #noteIfComplete(session: Session, now: Millis): void {
    if (!session.theirs.isFull) return;
    this.#neighbours.completed(session.reader);
    if (this.#stock.held.isFull) this.#end(session, "not-useful", "Both readers hold every page", now);
  }

  #stored(page: PageIndex, now: Millis): void {
    this.#fetching.stored(page);
    if (!this.#stock.gain(page)) return;
    this.#relaying.stored(page);
    this.#announcer.stored(page, this.#book.pageBytes(page), now);
    if (!this.#stock.held.isFull) return;
    this.#announcer.announce(this.#sessions, Number.POSITIVE_INFINITY);
    for (const session of this.#sessions) this.#noteIfComplete(session, now);
  }

  #corrupt(page: PageIndex, link: LinkId, now: Millis): void {
    const session = this.#sessions.get(link);
    this.#fetching.wrong(page, session, now);
    this.#relaying.corrupt(page);
    if (session !== undefined) session.wrongPages++;
    const sender = this.#sessions.sender(link);
    if (sender !== undefined) this.#blame(sender, page, now);
  }

  /** Whoever sent it may have hung up before it was looked at, and be back. */
  #blame(sender: Sender, page: PageIndex, now: Millis): void {
    const wrongPages = this.#bans.blame(sender);
    if (wrongPages < WRONG_PAGES_MAX) return;
    const { reader, host, dialled } = sender;
    this.#out.add({ type: "banned", reader, host, reason: `${wrongPages} wrong pages` });
    const here = this.#sessions.withReader(reader);
    if (here !== undefined && !this.#bans.includes(here)) return;
    if (here !== undefined) this.#end(here, "wrong-bytes", `Page ${page} does not have its SHA-1`, now);
    if (dialled) this.#reception.banned(reader);
  }

  #imageGivenUp(image: number): void {
    const pages = this.#book.pagesOf(image);
    this.#noLongerHeld(pages);
    this.#wishes.giveUp(pages);
  }

  #pagesLost(pages: readonly PageIndex[]): void {
    for (const page of this.#noLongerHeld(pages)) this.#fetching.lost(page, this.#wishes.includes(page));
  }

  /** Says so, and answers the asks for them. Returns those of the pages that were held until now. */
  #noLongerHeld(pages: readonly PageIndex[]): readonly PageIndex[] {
    const gone = pages.filter((page) => this.#stock.lose(page));
    for (const part of [this.#announcer, this.#relaying]) part.lost(gone);
    for (const session of this.#sessions) {
      if (session.state === "greeting") continue;
      this.#out.sendPages(session.link, "lost", gone);
      this.#serving.lost(session, gone);
    }
    return gone;
  }

  #leave(now: Millis): void {
    this.#reception.isClosed = true;
    for (const session of this.#sessions) this.#end(session, "leaving", "The reader is leaving the book", now);
  }

  #timePassed(now: Millis): void {
    this.#fetching.timePassed(now);
    this.#patience.check(now);
  }

  /** Now and then the least useful of many links makes room: for one that we dial, or for a newcomer. */
  #turnOver(now: Millis): void {
    const isFetching = !this.isComplete;
    const least = this.#turnover.leastUseful([...this.#sessions], isFetching ? LINKS_WANTED : LINKS_MAX, now);
    if (least === undefined || (isFetching && !this.#neighbours.hasOthers)) return;
    this.#reception.giveUp(least, isFetching, now);
  }

  /** Ends a session for a reason that the other side is told. */
  #end(session: Session, fault: LinkFault, message: string, now: Millis): void {
    if (!this.#sessions.has(session)) return;
    this.#out.close(session.link, fault, message);
    this.#forget(session, now);
  }

  #forget(session: Session, now: Millis): void {
    if (!this.#sessions.delete(session)) return;
    if (session.pagesReceived - session.wrongPages >= PAGES_TO_FORGIVE) this.#bans.forgive(session);
    this.#fetching.ended(session);
    this.#serving.ended(session);
    this.#relaying.left(session);
    this.#holdings.left(session);
    this.#tally.left(session);
    if (session.state === "greeting") this.#neighbours.dialFailed(session.reader, now);
    else this.#neighbours.left(session.reader, now);
  }
}
