// An honest reader: the production engine, plugged into the links, the disk, the tracker and the clock of the world, as
// peer-node/node/reader.ts plugs it into real ones. It can crash, come back with what its disk has, and leave.

import type { Effect } from "../../peer-node/core/effects.ts";
import type { LinkId, Millis, PageStretch, SwarmEvent } from "../../peer-node/core/events.ts";
import { Swarm, type SwarmOptions } from "../../peer-node/core/swarm.ts";
import type { Book } from "../../shared/book.ts";
import type { Violation } from "../../shared/faults.ts";
import type { PageIndex, ReaderId } from "../../shared/ids.ts";
import type { PageSet } from "../../shared/page-set.ts";
import type { ReaderMessage } from "../../shared/wire/messages.ts";
import type { Disk } from "./disk.ts";
import { Alarm } from "./event-queue.ts";
import { type LinkWatch, Watch } from "./invariants.ts";
import { type Ears, type End, RIGHT } from "./link.ts";
import type { Host, Network } from "./network.ts";
import type { Tracker } from "./tracker.ts";
import { TrackerLine } from "./tracker-line.ts";

/** How long an engine is let sleep: one alarm that is set anew leaves an entry behind until its time comes. */
const SLEEP_MS_MAX = 250;

/** How long a disk is left alone that did not take a page; peer-node/node/patient-disk.ts tries again as soon. */
const DISK_REST_MS = 500;

export interface ReaderOptions {
  readonly book: Book;
  readonly id: ReaderId;
  readonly host: Host;
  readonly network: Network;
  readonly tracker: Tracker;
  readonly disk: Disk;
  /** Pages to fetch, held ones included; none for a silent reader. */
  readonly wanted: PageSet;
  readonly random: () => number;
  /** Makes the engine; the production's when absent. */
  readonly engine?: ((options: SwarmOptions) => Swarm) | undefined;
  /** Told whenever pages held or life have changed. */
  readonly onChange: (reader: Reader) => void;
}

const productionEngine = (options: SwarmOptions): Swarm => new Swarm(options);

interface Line {
  readonly end: End;
  readonly watch: LinkWatch;
  /** The page that is arriving has had wrong bytes. */
  isSpoilt: boolean;
}

export class Reader implements Ears {
  readonly options: ReaderOptions;
  readonly name: string;
  /** off: not there. on: takes part. left: said goodbye. */
  #state: "off" | "on" | "left" = "off";
  #swarm: Swarm | undefined;
  #trackerLine: TrackerLine | undefined;
  #watch: Watch;
  readonly #lines = new Map<LinkId, Line>();
  /** Events that came while another was handled, oldest first. */
  readonly #pending: SwarmEvent[] = [];
  #isHandling = false;
  readonly #alarm: Alarm;
  #isDiskReady = true;
  /** Since when it holds all that it wants; undefined while it does not. */
  completeAt: Millis | undefined;

  constructor(options: ReaderOptions) {
    this.options = options;
    this.name = options.host.name;
    this.#alarm = new Alarm(options.host.events, (now) => this.#wake(now));
    this.#watch = new Watch(this.name, options.book, options.disk.held);
  }

  get isOn(): boolean {
    return this.#state === "on";
  }

  /** Pages on the disk. */
  get stored(): PageSet {
    return this.options.disk.held;
  }

  get isComplete(): boolean {
    return this.#swarm?.isComplete === true;
  }

  /** Asks and answers that are open on all links. */
  get open(): { readonly asked: number; readonly owed: number } {
    let [asked, owed] = [0, 0];
    for (const { watch } of this.#lines.values()) {
      asked += watch.open.asked;
      owed += watch.open.owed;
    }
    return { asked, owed };
  }

  /** Honest readers that were given up as silent, though their end of the link was open: a sentence for each. */
  get givenUp(): readonly string[] {
    return this.#watch.givenUp;
  }

  get links(): Iterable<End> {
    return Array.from(this.#lines.values(), ({ end }) => end);
  }

  /** Comes, at first or again, with what the disk holds. */
  start(): void {
    const { book, id, host, network, tracker, disk, wanted, random, engine = productionEngine } = this.options;
    this.#state = "on";
    host.isUp = true;
    host.door = (end, from) => this.#answer(end, from);
    this.#watch = new Watch(this.name, book, disk.held);
    this.#swarm = engine({
      book,
      reader: id,
      port: host.address.port,
      held: disk.held,
      wanted,
      remembered: disk.remembered,
      random,
    });
    const silent = wanted.isEmpty;
    this.#trackerLine = new TrackerLine({
      events: host.events,
      delayMs: network.ether.delayMs,
      tracker,
      reader: id,
      host: host.address.host,
      registration: { port: host.address.port, silent, pages: book.pageCount, pagesHeld: disk.held.count },
      random,
      tell: (event) => this.tell(event),
    });
    if (!this.#isDiskReady) this.tell({ type: "disk", ready: false });
    this.#noteProgress();
    this.#trackerLine.start();
  }

  /**
   * Gone in the middle of everything.
   * @param isHeard - false when the machine lost its power: nobody is told, and dials go unanswered
   */
  crash(isHeard: boolean): void {
    const { host } = this.options;
    this.#state = "off";
    this.#swarm = undefined;
    this.#trackerLine?.vanish(isHeard);
    host.door = undefined;
    host.isUp = isHeard;
    for (const { end } of this.#lines.values()) end.vanish(isHeard);
    this.#lines.clear();
    this.options.onChange(this);
  }

  /** Leaves in order. */
  leave(): void {
    this.tell({ type: "leave" });
    this.#trackerLine?.leave();
    this.options.host.door = undefined;
    this.#state = "left";
    this.options.onChange(this);
  }

  /** The disk loses pages, and the engine is told. */
  losePages(count: number): void {
    if (this.#state === "on") this.tell({ type: "pagesLost", pages: this.options.disk.lose(count) });
  }

  /** The disk takes pages, or takes none for now. */
  diskReady(ready: boolean): void {
    if (this.#isDiskReady === ready) return;
    this.#isDiskReady = ready;
    this.tell({ type: "disk", ready });
  }

  /** Gives the engine one event after the other, and carries out what it answers. */
  tell(event: SwarmEvent): void {
    if (this.#swarm === undefined) return;
    if (this.#isHandling) {
      this.#pending.push(event);
      return;
    }
    this.#isHandling = true;
    this.#handle(event);
    for (let next = this.#pending.shift(); next !== undefined; next = this.#pending.shift()) this.#handle(next);
    this.#isHandling = false;
    this.#setAlarm(this.#now);
  }

  received(end: End, message: ReaderMessage): void {
    const line = this.#lines.get(end.id);
    if (line === undefined) return;
    if (message.flag === "piece") this.options.host.tally.pageBytesReceived += message.bytes.length;
    line.watch.hears(message);
    this.tell({ type: "received", link: end.id, message });
  }

  broken(end: End, { fault, message }: Violation): void {
    this.#watch.accuses(end.honestPeer, fault, message);
    this.tell({ type: "broken", link: end.id, fault, message });
    end.close(fault, message);
  }

  closed(end: End): void {
    if (!this.#lines.delete(end.id)) return;
    this.#watch.links--;
    this.tell({ type: "closed", link: end.id });
  }

  sent(end: End, stretch: PageStretch): void {
    this.#lines.get(end.id)?.watch.sent(stretch);
    this.tell({ type: "sent", link: end.id, bytes: stretch.bytes });
  }

  get #now(): Millis {
    return this.options.host.events.now;
  }

  #wake(now: Millis): void {
    const due = this.#swarm?.nextWakeAt(now);
    if (due !== undefined && due <= now) this.tell({ type: "timePassed" });
    else this.#setAlarm(now);
  }

  #setAlarm(now: Millis): void {
    const soonest = now + this.options.network.ether.clockMs;
    // It rings no sooner for being asked again.
    if (this.#alarm.at <= soonest) return;
    const due = this.#swarm?.nextWakeAt(now);
    if (due !== undefined) this.#alarm.set(Math.min(now + SLEEP_MS_MAX, Math.max(due, soonest)));
  }

  #handle(event: SwarmEvent): void {
    const swarm = this.#swarm;
    if (swarm === undefined) return;
    for (const effect of swarm.handle(event, this.#now)) this.#do(effect);
    if (event.type === "pageStored" || event.type === "pagesLost") this.#noteProgress();
  }

  #do(effect: Effect): void {
    switch (effect.type) {
      case "dial":
        return this.#dial(effect);
      case "send":
        return this.#send(effect.link, effect.message);
      case "sendPage":
        return this.#sendPage(effect.link, effect.stretch);
      case "close":
        return this.#close(effect);
      case "keepPiece":
        return this.#keepPiece(effect);
      case "putPage":
        return this.#putPage(effect.link, effect.page);
      case "passPage":
        return this.#passPage(effect.link, effect.page);
      case "forgetPage":
        return void this.#watch.passed.delete(effect.page);
      case "dropPage":
        return;
      case "askTracker":
        return this.#trackerLine?.wantReaders();
      case "call":
        return this.#trackerLine?.call(effect.reader);
      case "remember":
        this.options.disk.remembered = effect.readers;
        return;
      case "report":
        return this.#trackerLine?.report(effect.reader, effect.reason);
      case "banned":
        return;
      default:
        effect satisfies never;
    }
  }

  #send(link: LinkId, message: ReaderMessage): void {
    const line = this.#lines.get(link);
    if (line === undefined) return;
    line.watch.sends(message);
    line.end.send(message);
  }

  #close({ link, fault, message }: Extract<Effect, { readonly type: "close" }>): void {
    const end = this.#lines.get(link)?.end;
    if (end === undefined) return;
    this.#watch.accuses(end.honestPeer, fault, message);
    end.close(fault, message);
  }

  #sendPage(link: LinkId, stretch: PageStretch): void {
    const line = this.#lines.get(link);
    if (line === undefined) return;
    line.watch.sendsPage(stretch);
    line.end.sendPage(stretch, RIGHT);
  }

  #keepPiece({ link, offset, bytes }: Extract<Effect, { readonly type: "keepPiece" }>): void {
    const line = this.#lines.get(link);
    if (line === undefined) return;
    line.isSpoilt = (offset > 0 && line.isSpoilt) || bytes[0] !== RIGHT;
  }

  #putPage(link: LinkId, page: PageIndex): void {
    const { disk, host, book } = this.options;
    const swarm = this.#swarm;
    const isRight = this.#lines.get(link)?.isSpoilt === false;
    disk.put(page, isRight, (outcome) => {
      // A page that was on its way to the disk is there after a crash, and nobody knows of it yet.
      if (this.#swarm !== swarm) return;
      switch (outcome) {
        case "stored":
          this.#watch.hasStored(page, isRight);
          host.tally.pageBytesStored += book.pageBytes(page);
          return this.tell({ type: "pageStored", page });
        case "corrupt":
          return this.tell({ type: "pageCorrupt", page, link });
        case "unwritten":
          this.#waitForDisk();
          return this.tell({ type: "pageUnwritten", page });
        default:
          return outcome satisfies never;
      }
    });
  }

  /** Verifies a page for others, and keeps it in memory. */
  #passPage(link: LinkId, page: PageIndex): void {
    if (this.#lines.get(link)?.isSpoilt !== false) return this.tell({ type: "pageCorrupt", page, link });
    this.#watch.passed.add(page);
    this.tell({ type: "pagePassed", page });
  }

  /** The disk did not take a page: it is left alone for a while. */
  #waitForDisk(): void {
    this.diskReady(false);
    this.options.host.events.after(DISK_REST_MS, () => this.diskReady(true));
  }

  #dial({ reader, addresses }: Extract<Effect, { readonly type: "dial" }>): void {
    const { host, network } = this.options;
    const swarm = this.#swarm;
    const [address] = addresses;
    if (address === undefined) return this.tell({ type: "dialFailed", reader });
    network.dial(host, address, (end, at) => {
      if (this.#swarm !== swarm || this.#state !== "on") return end?.vanish(true);
      if (end === undefined || at === undefined) return this.tell({ type: "dialFailed", reader });
      this.#take(end);
      this.tell({ type: "dialled", link: end.id, reader, host: at });
    });
  }

  /** A link that was dialled from outside is the engine's from its hello on. */
  #answer(end: End, from: string): void {
    end.ears = {
      received: (_, message) => {
        if (message.flag !== "hello" || this.#state !== "on") return end.close("not-bookswarm", "No hello came");
        this.#take(end);
        this.tell({ type: "accepted", link: end.id, host: from, hello: message });
      },
      broken: (_, { fault, message }) => end.close(fault, message),
      closed: () => undefined,
      sent: () => undefined,
    };
  }

  #take(end: End): void {
    end.ears = this;
    this.#lines.set(end.id, { end, watch: this.#watch.opened(), isSpoilt: false });
  }

  #noteProgress(): void {
    const swarm = this.#swarm;
    if (swarm === undefined) return;
    this.#watch.holds(swarm.pagesHeld);
    this.#trackerLine?.holding(swarm.pagesHeld);
    this.completeAt = swarm.isComplete ? (this.completeAt ?? this.#now) : undefined;
    this.options.onChange(this);
  }
}
