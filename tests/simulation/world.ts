// A world for engines: it owns time, links and chance, and nothing in it happens but by its seed. Readers are the
// production engine; a link is a pair of byte queues behind the sender's uplink; a store keeps what it is given.

import type { Effect } from "../../peer-node/core/effects.ts";
import type { LinkId, Millis, SwarmEvent } from "../../peer-node/core/events.ts";
import { Swarm } from "../../peer-node/core/swarm.ts";
import type { Book } from "../../shared/book.ts";
import type { PageIndex, ReaderId } from "../../shared/ids.ts";
import { PIECE_BYTES } from "../../shared/limits.ts";
import { PageSet } from "../../shared/page-set.ts";
import type { ReaderMessage } from "../../shared/wire/messages.ts";
import { randomFrom, readerId } from "../peer-node/core/puzzle.ts";

export interface WorldOptions {
  readonly book: Book;
  readonly seed: number;
  /** One-way delay of every link. */
  readonly delayMs: Millis;
  /** Bytes a second that each reader can send. */
  readonly uplink: number;
}

export interface ReaderOptions {
  readonly holds?: PageSet;
  readonly wants?: PageSet;
  /** Sends bytes that are wrong. */
  readonly lies?: boolean;
}

/** One end of a link. */
interface End {
  readonly reader: WorldReader;
  readonly link: LinkId;
  peer: End | undefined;
  /** False at the accepting end until the hello that opens it has come. */
  greeted: boolean;
}

interface Scheduled {
  readonly at: Millis;
  readonly order: number;
  readonly run: () => void;
}

export class World {
  readonly options: WorldOptions;
  readonly random: () => number;
  readonly readers: WorldReader[] = [];
  now: Millis = 0;
  readonly #queue: Scheduled[] = [];
  #order = 0;
  #links = 0;

  constructor(options: WorldOptions) {
    this.options = options;
    this.random = randomFrom(options.seed);
  }

  add(options: ReaderOptions = {}): WorldReader {
    const reader = new WorldReader(this, readerId(this.readers.length + 1), options);
    this.readers.push(reader);
    return reader;
  }

  /** Every reader registers, and is told of up to five others. */
  start(): void {
    for (const reader of this.readers) {
      reader.tell({ type: "tracker", ready: true });
      this.list(reader);
    }
  }

  /** What the tracker answers. */
  list(asker: WorldReader): void {
    const others = this.readers.filter((reader) => reader !== asker && reader.alive);
    const chosen = others
      .map((reader) => ({ reader, rank: this.random() }))
      .sort((a, b) => a.rank - b.rank)
      .slice(0, 5)
      .map(({ reader }) => ({ reader: reader.id, addresses: [{ host: reader.host, port: 4_000 }] }));
    asker.tell({ type: "listed", readers: chosen, others: others.length, othersComplete: 0 });
  }

  after(ms: Millis, run: () => void): void {
    this.#queue.push({ at: this.now + ms, order: this.#order++, run });
  }

  nextLink(): LinkId {
    return ++this.#links as LinkId;
  }

  /** Runs until `done`, or until nothing happens any more, or until `limitMs`. Returns whether it was done. */
  run(done: () => boolean, limitMs: Millis): boolean {
    while (!done()) {
      const next = this.#takeNext();
      if (next === undefined || next.at > limitMs) return false;
      this.now = next.at;
      next.run();
    }
    return true;
  }

  #takeNext(): Scheduled | undefined {
    let best = -1;
    for (const [at, each] of this.#queue.entries()) {
      const other = this.#queue[best];
      if (other === undefined || each.at < other.at || (each.at === other.at && each.order < other.order)) best = at;
    }
    return best < 0 ? undefined : this.#queue.splice(best, 1)[0];
  }
}

export class WorldReader {
  readonly id: ReaderId;
  readonly host: string;
  readonly swarm: Swarm;
  readonly stored: PageSet;
  readonly #world: World;
  readonly #lies: boolean;
  readonly #ends = new Map<LinkId, End>();
  alive = true;
  #uplinkFreeAt: Millis = 0;
  #wakeAt: Millis | undefined;
  #handling = false;
  readonly #pending: SwarmEvent[] = [];
  bytesSent = 0;

  constructor(world: World, id: ReaderId, { holds, wants, lies = false }: ReaderOptions) {
    const { book } = world.options;
    this.#world = world;
    this.#lies = lies;
    this.id = id;
    this.host = `10.0.0.${world.readers.length + 1}`;
    this.stored = holds?.clone() ?? new PageSet(book.pageCount);
    this.swarm = new Swarm({
      book,
      reader: id,
      port: 4_000,
      held: this.stored,
      wanted: wants ?? PageSet.full(book.pageCount),
      random: world.random,
    });
  }

  tell(event: SwarmEvent): void {
    if (!this.alive) return;
    this.#pending.push(event);
    if (this.#handling) return;
    this.#handling = true;
    for (let next = this.#pending.shift(); next !== undefined; next = this.#pending.shift()) {
      for (const effect of this.swarm.handle(next, this.#world.now)) this.#do(effect);
    }
    this.#handling = false;
    this.#sleep();
  }

  /** True while this end of a link is open. */
  holdsEnd({ link }: End): boolean {
    return this.#ends.has(link);
  }

  /** Gone without a word: the other ends notice a moment later. */
  crash(): void {
    this.alive = false;
    for (const link of [...this.#ends.keys()]) this.#hangUp(link);
  }

  #sleep(): void {
    const wakeAt = this.swarm.nextWakeAt(this.#world.now);
    if (wakeAt === undefined || (this.#wakeAt !== undefined && this.#wakeAt <= wakeAt)) return;
    this.#wakeAt = Math.max(wakeAt, this.#world.now);
    this.#world.after(this.#wakeAt - this.#world.now, () => {
      this.#wakeAt = undefined;
      this.tell({ type: "timePassed" });
    });
  }

  #do(effect: Effect): void {
    switch (effect.type) {
      case "dial":
        return this.#dial(effect.reader);
      case "send":
        return this.#send(effect.link, effect.message, 40);
      case "sendPage":
        return this.#sendPage(effect);
      case "close":
        this.#send(effect.link, { flag: "close", fault: effect.fault, message: effect.message }, 40);
        return this.#hangUp(effect.link);
      case "putPage":
        return this.#put(effect.page, effect.link);
      case "askTracker":
        return this.#world.after(this.#world.options.delayMs * 2, () => this.#world.list(this));
      default:
        return;
    }
  }

  #dial(reader: ReaderId): void {
    const { delayMs } = this.#world.options;
    const other = this.#world.readers.find((each) => each.id === reader && each.alive);
    this.#world.after(delayMs * 2, () => {
      if (other === undefined || !this.alive) return this.tell({ type: "dialFailed", reader });
      const mine: End = { reader: this, link: this.#world.nextLink(), peer: undefined, greeted: true };
      const theirs: End = { reader: other, link: this.#world.nextLink(), peer: mine, greeted: false };
      mine.peer = theirs;
      this.#ends.set(mine.link, mine);
      other.#ends.set(theirs.link, theirs);
      this.tell({ type: "dialled", link: mine.link, reader, host: other.host });
    });
  }

  /** Queues bytes behind the uplink; they arrive a delay after they have left. */
  #transmit(bytes: number, link: LinkId, arrives: (end: End) => void): Millis {
    const { uplink, delayMs } = this.#world.options;
    const end = this.#ends.get(link);
    this.#uplinkFreeAt = Math.max(this.#uplinkFreeAt, this.#world.now) + (bytes * 1_000) / uplink;
    const leavesIn = this.#uplinkFreeAt - this.#world.now;
    this.#world.after(leavesIn + delayMs, () => {
      const peer = end?.peer;
      if (peer?.reader.holdsEnd(peer)) arrives(peer);
    });
    return leavesIn;
  }

  #send(link: LinkId, message: ReaderMessage, bytes: number): void {
    this.#transmit(bytes, link, (end) => {
      if (end.greeted || message.flag !== "hello") {
        end.reader.tell({ type: "received", link: end.link, message });
        return;
      }
      end.greeted = true;
      end.reader.tell({ type: "accepted", link: end.link, host: this.host, hello: message });
    });
  }

  #sendPage({ link, stretch }: Extract<Effect, { readonly type: "sendPage" }>): void {
    const { page, offset, bytes } = stretch;
    for (let at = offset; at < offset + bytes; at += PIECE_BYTES) {
      const length = Math.min(PIECE_BYTES, offset + bytes - at);
      const token = new Uint8Array(length);
      if (this.#lies) token[0] = 1;
      const leavesIn = this.#transmit(length + 13, link, ({ reader, link: theirs }) => {
        if (this.#lies) reader.#spoilt.add(`${theirs}:${page}`);
        reader.tell({ type: "received", link: theirs, message: { flag: "piece", page, offset: at, bytes: token } });
      });
      this.#world.after(leavesIn, () => {
        this.bytesSent += length;
        this.tell({ type: "sent", link, bytes: length });
      });
    }
  }

  /** Pages that came with wrong bytes, by link. */
  readonly #spoilt = new Set<string>();

  #put(page: PageIndex, link: LinkId): void {
    if (this.#spoilt.delete(`${link}:${page}`)) return this.tell({ type: "pageCorrupt", page, link });
    this.stored.add(page);
    this.tell({ type: "pageStored", page });
  }

  #hangUp(link: LinkId): void {
    const end = this.#ends.get(link);
    if (end === undefined) return;
    this.#ends.delete(link);
    this.tell({ type: "closed", link });
    const { peer } = end;
    if (peer === undefined) return;
    const { delayMs } = this.#world.options;
    const leavesIn = Math.max(0, this.#uplinkFreeAt - this.#world.now);
    this.#world.after(leavesIn + delayMs + 1, () => {
      if (peer.reader.#ends.delete(peer.link)) peer.reader.tell({ type: "closed", link: peer.link });
    });
  }
}
