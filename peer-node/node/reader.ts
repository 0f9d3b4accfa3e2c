// One reader of one book: the engine, plugged into sockets, a store, a tracker, the clock and chance. It carries out
// effects and reports what became of them; every decision is the engine's.

import { performance } from "node:perf_hooks";
import type { Book } from "../../shared/book.ts";
import type { LINK_FAULTS } from "../../shared/faults.ts";
import type { PageIndex, ReaderId } from "../../shared/ids.ts";
import type { PageSet } from "../../shared/page-set.ts";
import type { SublistEntry } from "../../shared/tracker-api/fields.ts";
import type { Hello } from "../../shared/wire/messages.ts";
import type { Effect } from "../core/effects.ts";
import type { LinkId, PageStretch, SwarmEvent } from "../core/events.ts";
import type { ReachedReader } from "../core/neighbours.ts";
import type { SwarmSnapshot } from "../core/snapshot.ts";
import { Swarm } from "../core/swarm.ts";
import type { TokenBucket } from "../core/token-bucket.ts";
import { DiskFault, type PageStore, PagesLost, type PutResult } from "../storage/page-store.ts";
import type { TrackerAddress } from "../tracker/tracker-request.ts";
import { TrackerSession } from "../tracker/tracker-session.ts";
import type { BufferPool } from "../transport/buffer-pool.ts";
import { DialFailed, dial } from "../transport/dialer.ts";
import type { Link } from "../transport/link.ts";
import { LinkSender } from "../transport/link-sender.ts";
import { PageAssembler } from "../transport/page-assembler.ts";
import { PassingPages } from "./passing-pages.ts";
import { PatientDisk } from "./patient-disk.ts";
import { imageRefused, type ReaderEvent } from "./reader-events.ts";

export interface ReaderOptions {
  readonly store: PageStore;
  /** Pages to fetch, held ones included; empty for a silent reader. */
  readonly wanted: PageSet;
  /** Who we are, and the secret that proves it to the tracker. */
  readonly reader: ReaderId;
  readonly secret: string;
  /** TCP port on which our node listens. */
  readonly port: number;
  /** Where other readers are found; without one, only who dials us is met. */
  readonly tracker?: TrackerAddress | undefined;
  /** Where readers were reached before, and who keeps it for the next start. */
  readonly remembered: readonly ReachedReader[];
  readonly remember: (readers: readonly ReachedReader[]) => void;
  /** Most pages asked of one reader at a time; unlimited when absent. */
  readonly pipeline?: number | undefined;
  readonly limits: Limits;
  readonly pool: BufferPool;
  readonly onEvent: (event: ReaderEvent) => void;
}

/** What a node may send and fetch a second, over all its books. */
export interface Limits {
  readonly upload: TokenBucket;
  readonly download: TokenBucket;
}

/** A link, and what is arriving and leaving on it. */
interface Line {
  readonly link: Link;
  readonly sender: LinkSender;
  readonly assembler: PageAssembler;
}

/** What a tracker's answer or heartbeat says of the reader list. */
interface Listed {
  readonly sublist?: readonly SublistEntry[];
  /** This reader included, both counts. */
  readonly readers: number;
  readonly complete: number;
}

/** Milliseconds between two looks for pages that were lost. Chosen: soon for a person, and nothing for a disk. */
const LOOKOUT_MS = 3_000;

/** Link ids are unique in the process, so that no mix-up between readers can go unnoticed. */
let lastLink = 0;

export class Reader {
  readonly book: Book;
  readonly id: ReaderId;
  readonly #disk: PatientDisk;
  readonly #passing: PassingPages;
  readonly #swarm: Swarm;
  readonly #pool: BufferPool;
  readonly #tracker: TrackerSession | undefined;
  readonly #remember: (readers: readonly ReachedReader[]) => void;
  readonly #onEvent: (event: ReaderEvent) => void;
  readonly #lines = new Map<LinkId, Line>();
  readonly #dials = new AbortController();
  readonly #linksGone: (() => void)[] = [];
  /** Events that came while another was handled, oldest first. */
  #pending: SwarmEvent[] | undefined;
  #settling: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Runs from the first page that is lost on, to find out when one is there again. */
  #lookout: NodeJS.Timeout | undefined;
  #wasComplete = false;
  #pagesSaid = 0;

  constructor(options: ReaderOptions) {
    const { store, wanted, reader, port, remembered, pipeline, limits, pool, onEvent } = options;
    this.book = store.book;
    this.id = reader;
    this.#pool = pool;
    this.#remember = options.remember;
    this.#onEvent = onEvent;
    this.#disk = new PatientDisk(store, {
      paused: (fault) => this.#diskReady(false, { type: "paused", fault }),
      resumed: () => this.#diskReady(true, { type: "resumed" }),
    });
    this.#passing = new PassingPages(this.#disk);
    this.#swarm = new Swarm({
      book: store.book,
      reader,
      port,
      held: store.held,
      wanted,
      remembered,
      random: Math.random,
      pipeline,
      ...limits,
    });
    this.#tracker = this.#trackerSession(options);
  }

  /** True when every chosen page is held. */
  get isComplete(): boolean {
    return this.#swarm.isComplete;
  }

  snapshot(): SwarmSnapshot {
    return this.#swarm.snapshot(performance.now());
  }

  /** How every page stands, as PAGE_STANDINGS numbers it. */
  pageMap(): Uint8Array {
    return this.#swarm.pageMap();
  }

  /** These pages first, in this order; they replace the ones named before. */
  prioritise(pages: readonly PageIndex[]): void {
    this.#tell({ type: "prioritised", pages });
  }

  /** While paused nothing is asked; what others ask for is served. */
  pause(paused: boolean): void {
    this.#tell({ type: "paused", paused });
  }

  /** Fetches these pages, held ones included, instead of those chosen before. */
  choose(pages: PageSet): void {
    this.#tell({ type: "chosen", pages });
  }

  /** Somebody who read from the store found pages gone: they are served no more, and fetched again if they are wanted. */
  noteLost(lost: PagesLost): void {
    this.#pagesLost(lost);
  }

  /** Looks at once what there is to do, because something it waits for has changed. */
  wake(): void {
    this.#tell({ type: "timePassed" });
  }

  /** Begins to register, to dial and to ask; to be called once. */
  start(): void {
    this.#tracker?.start();
    this.#noteProgress();
    this.#sleep();
  }

  /** Takes a link whose hello named this book. */
  accept(link: Link, hello: Hello): void {
    const id = this.#open(link);
    this.#tell({ type: "accepted", link: id, host: link.host, hello });
  }

  /** Deregisters, says goodbye on every link, writes down what must survive. Settles when nothing is left open. */
  async leave(): Promise<void> {
    this.#tell({ type: "leave" });
    this.#dials.abort();
    await Promise.all([this.#tracker?.leave(), this.#allGone()]);
    clearImmediate(this.#settling);
    clearTimeout(this.#timer);
    clearTimeout(this.#lookout);
    await this.#disk.close();
  }

  #trackerSession({ store, wanted, secret, port, tracker }: ReaderOptions): TrackerSession | undefined {
    if (tracker === undefined) return undefined;
    const { pageCount: pages, id: bookId } = store.book;
    const registration = { secret, port, silent: wanted.isEmpty && pages > 0, pages, pagesHeld: store.held.count };
    return new TrackerSession(
      { address: tracker, bookId, registration },
      {
        registered: (answer) => {
          this.#onEvent({ type: "joined", answer });
          this.#tell({ type: "tracker", ready: true });
          this.#listed(answer);
        },
        listed: (list) => this.#listed(list),
        called: (reader, addresses) => this.#tell({ type: "called", reader, addresses }),
        health: (health) => {
          this.#onEvent({ type: "health", ...health });
          this.#listed(health);
        },
        refused: (code, message) => this.#trackerGone({ type: "refused", code, message }),
        lost: (reason) => this.#trackerGone({ type: "trackerLost", reason }),
        back: () => this.#onEvent({ type: "trackerBack" }),
      },
    );
  }

  #listed({ sublist = [], readers, complete }: Listed): void {
    this.#tell({
      type: "listed",
      readers: sublist.flatMap(({ readerId: reader, addresses, dialable, callable }) => {
        if (dialable) return addresses.length > 0 ? [{ reader, addresses }] : [];
        return callable ? [{ reader, addresses: [] }] : [];
      }),
      others: Math.max(0, readers - 1),
      // The tracker counts what it was told, by us among others.
      othersComplete: Math.max(0, complete - (this.#pagesSaid === this.book.pageCount ? 1 : 0)),
    });
  }

  #trackerGone(event: ReaderEvent): void {
    // First of all the engine has our neighbours written down: whoever hears of it may end this process.
    this.#tell({ type: "tracker", ready: false });
    this.#onEvent(event);
  }

  #diskReady(ready: boolean, event: ReaderEvent): void {
    this.#onEvent(event);
    this.#tell({ type: "disk", ready });
  }

  /** Gives the engine one event after the other, and carries out what it answers. */
  #tell(event: SwarmEvent): void {
    if (this.#pending !== undefined) {
      this.#pending.push(event);
      return;
    }
    this.#pending = [event];
    for (let next = this.#pending.shift(); next !== undefined; next = this.#pending.shift()) {
      for (const effect of this.#swarm.take(next, performance.now())) this.#do(effect);
    }
    this.#pending = undefined;
    this.#settling ??= setImmediate(() => this.#settle());
  }

  /** Once for all events of a turn of the event loop: on a fast link they come by the dozen. */
  #settle(): void {
    this.#settling = undefined;
    for (const effect of this.#swarm.settle(performance.now())) this.#do(effect);
    this.#noteProgress();
    this.#sleep();
  }

  #sleep(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    const wakeAt = this.#swarm.nextWakeAt(now);
    if (wakeAt === undefined) return;
    this.#timer = setTimeout(() => this.#tell({ type: "timePassed" }), Math.max(0, Math.ceil(wakeAt - now)));
  }

  #do(effect: Effect): void {
    switch (effect.type) {
      case "dial":
        return void this.#dial(effect);
      case "send":
        return this.#lines.get(effect.link)?.sender.send(effect.message);
      case "sendPage":
        return void this.#sendPage(effect.link, effect.stretch);
      case "close":
        return this.#lines.get(effect.link)?.link.close(effect.fault, effect.message);
      case "keepPiece":
        return this.#lines.get(effect.link)?.assembler.keep(effect.page, effect.offset, effect.bytes);
      case "putPage":
        return void this.#putPage(effect.link, effect.page);
      case "passPage":
        return void this.#passPage(effect.link, effect.page);
      case "forgetPage":
        return this.#passing.forget(effect.page);
      case "dropPage":
        return this.#lines.get(effect.link)?.assembler.drop();
      case "askTracker":
        return this.#tracker?.wantReaders();
      case "call":
        return this.#tracker?.call(effect.reader);
      case "remember":
        return this.#remember(effect.readers);
      case "report":
        return this.#tracker?.report(effect.reader, effect.reason);
      case "banned":
        return this.#onEvent(effect);
      default:
        effect satisfies never;
    }
  }

  async #dial({ reader, addresses }: Extract<Effect, { readonly type: "dial" }>): Promise<void> {
    try {
      const link = await dial(addresses, { signal: this.#dials.signal });
      const id = this.#open(link);
      this.#tell({ type: "dialled", link: id, reader, host: link.host });
    } catch (error) {
      if (!(error instanceof DialFailed)) throw error;
      this.#tell({ type: "dialFailed", reader });
    }
  }

  #open(link: Link): LinkId {
    const id = ++lastLink as LinkId;
    const sender = new LinkSender(link, this.#passing, this.#pool);
    this.#lines.set(id, { link, sender, assembler: new PageAssembler(this.#disk, this.#pool) });
    link.attach({
      message: (message) => this.#tell({ type: "received", link: id, message }),
      broken: (fault, message) => this.#broken(id, fault, message),
      closed: () => this.#closed(id),
    });
    return id;
  }

  #broken(id: LinkId, fault: keyof typeof LINK_FAULTS, message: string): void {
    this.#tell({ type: "broken", link: id, fault, message });
    // A link that the engine had given up already is still told why it ends.
    this.#lines.get(id)?.link.close(fault, message);
  }

  #closed(id: LinkId): void {
    this.#lines.get(id)?.assembler.drop();
    this.#lines.delete(id);
    this.#tell({ type: "closed", link: id });
    if (this.#lines.size === 0) for (const gone of this.#linksGone.splice(0)) gone();
  }

  #allGone(): Promise<void> {
    return this.#lines.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#linksGone.push(resolve));
  }

  async #sendPage(link: LinkId, stretch: PageStretch): Promise<void> {
    try {
      // A link that ended tells so by itself.
      if (await this.#lines.get(link)?.sender.sendPage(stretch)) {
        this.#tell({ type: "sent", link, bytes: stretch.bytes });
      }
    } catch (error) {
      if (error instanceof PagesLost) this.#pagesLost(error);
      else if (!(error instanceof DiskFault)) throw error;
      this.#tell({ type: "sendFailed", link, stretch });
    }
  }

  #pagesLost({ pages, message }: PagesLost): void {
    this.#onEvent({ type: "pagesLost", pages, message });
    this.#tell({ type: "pagesLost", pages });
    if (!this.#dials.signal.aborted) this.#lookout ??= setTimeout(() => this.#lookForLost(), LOOKOUT_MS);
  }

  async #lookForLost(): Promise<void> {
    try {
      const pages = await this.#disk.regain();
      if (this.#dials.signal.aborted) return;
      if (pages.length > 0) this.#onEvent({ type: "pagesFound", pages });
      for (const page of pages) this.#tell({ type: "pageStored", page });
    } catch (error) {
      // A disk that does not answer now may do so at the next look.
      if (!(error instanceof DiskFault)) throw error;
    }
    if (!this.#dials.signal.aborted) this.#lookout = setTimeout(() => this.#lookForLost(), LOOKOUT_MS);
  }

  async #putPage(link: LinkId, page: PageIndex): Promise<void> {
    try {
      const result = await this.#lines.get(link)?.assembler.put(page);
      if (result !== undefined) this.#put(result, page, link);
    } catch (error) {
      if (error instanceof PagesLost) {
        this.#pagesLost(error);
        this.#tell({ type: this.#disk.held.has(page) ? "pageStored" : "pageUnwritten", page });
      } else if (error instanceof DiskFault) this.#unwritten(error, page);
      else throw error;
    }
  }

  async #passPage(link: LinkId, page: PageIndex): Promise<void> {
    const result = await this.#lines.get(link)?.assembler.put(page, this.#passing);
    if (result === undefined) return;
    this.#tell(result.outcome === "stored" ? { type: "pagePassed", page } : { type: "pageCorrupt", page, link });
  }

  #put(result: PutResult, page: PageIndex, link: LinkId): void {
    switch (result.outcome) {
      case "stored":
        if (result.image !== undefined) this.#onEvent({ type: "image", image: result.image });
        return this.#tell({ type: "pageStored", page });
      case "corrupt":
        return this.#tell({ type: "pageCorrupt", page, link });
      case "refused":
        this.#onEvent(imageRefused(this.book, result.image));
        return this.#tell({ type: "imageGivenUp", image: result.image });
      default:
        result satisfies never;
    }
  }

  #unwritten({ code, message }: DiskFault, page: PageIndex): void {
    if (code !== "in-the-way") return this.#tell({ type: "pageUnwritten", page });
    this.#onEvent({ type: "inTheWay", message });
    this.#tell({ type: "imageGivenUp", image: this.book.imageOf(page) });
  }

  #noteProgress(): void {
    const { pagesHeld } = this.#swarm;
    if (pagesHeld !== this.#pagesSaid) {
      this.#pagesSaid = pagesHeld;
      this.#tracker?.holding(pagesHeld);
    }
    if (this.#swarm.isComplete === this.#wasComplete) return;
    this.#wasComplete = this.#swarm.isComplete;
    if (this.#wasComplete) this.#onEvent({ type: "complete" });
  }
}
