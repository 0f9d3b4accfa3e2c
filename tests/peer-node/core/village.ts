// A few production engines that know one another: what one sends, the other is told at once. There is a tracker or there
// is none, and some can be dialled and some cannot. It has no rates and no faults; the simulation has those.

import type { Effect } from "../../../peer-node/core/effects.ts";
import type { LinkId, Millis, SwarmEvent } from "../../../peer-node/core/events.ts";
import { Swarm } from "../../../peer-node/core/swarm.ts";
import type { Way } from "../../../peer-node/core/way.ts";
import type { Book } from "../../../shared/book.ts";
import type { ReaderId } from "../../../shared/ids.ts";
import { PageSet } from "../../../shared/page-set.ts";
import { randomFrom, readerId, setOf } from "./puzzle.ts";

const PORT = 4_000;

interface End {
  readonly at: Villager;
  readonly link: LinkId;
  peer: End | undefined;
  /** False until the hello has come that makes a session of it. */
  isGreeted: boolean;
}

/** How a reader is, beside what everybody is: it wants every page, holds none and can be dialled. */
interface VillagerOptions {
  readonly holds?: "all";
  readonly wants?: readonly number[];
  /** True when nobody can dial it. */
  readonly isHidden?: boolean;
}

export class Village {
  readonly book: Book;
  /** True while everybody can ask the tracker. */
  hasTracker = true;
  now: Millis = 0;
  readonly villagers: Villager[] = [];
  readonly random = randomFrom(1);
  readonly #mail: (() => void)[] = [];
  #links = 0;

  constructor(book: Book) {
    this.book = book;
  }

  add(options: VillagerOptions = {}): Villager {
    const villager = new Villager(this, this.villagers.length + 1, options);
    this.villagers.push(villager);
    return villager;
  }

  nextLink(): LinkId {
    return ++this.#links as LinkId;
  }

  /** Done after what is done now. */
  post(deliver: () => void): void {
    this.#mail.push(deliver);
  }

  /** Lets time go by, at most an hour, until `isDone`. @returns whether that came */
  run(isDone: () => boolean): boolean {
    for (;;) {
      for (let next = this.#mail.shift(); next !== undefined; next = this.#mail.shift()) next();
      if (isDone()) return true;
      const wakes = this.villagers.flatMap(({ swarm }) => swarm.nextWakeAt(this.now) ?? []);
      this.now = Math.max(this.now + 1, Math.min(...wakes));
      if (this.now > 3_600_000) return false;
      for (const villager of this.villagers) villager.tell({ type: "timePassed" });
    }
  }
}

export class Villager {
  readonly id: ReaderId;
  readonly host: string;
  readonly isHidden: boolean;
  readonly swarm: Swarm;
  /** How each of its links came about, by the other reader; also of those that are gone. */
  readonly ways = new Map<ReaderId, Way>();
  readonly #village: Village;
  readonly #ends = new Map<LinkId, End>();

  constructor(village: Village, number: number, { holds, wants, isHidden = false }: VillagerOptions) {
    const { book } = village;
    const everything = PageSet.full(book.pageCount);
    this.#village = village;
    this.id = readerId(number);
    this.host = `192.0.2.${number}`;
    this.isHidden = isHidden;
    this.swarm = new Swarm({
      book,
      reader: this.id,
      port: PORT,
      held: holds === "all" ? everything : new PageSet(book.pageCount),
      wanted: wants === undefined ? everything : setOf(book, wants),
      random: village.random,
    });
  }

  /** Pages that others, to whom it is still linked, have fetched for it. */
  get pagesRelayed(): number {
    return this.swarm.snapshot(this.#village.now).links.reduce((sum, { pagesRelayed }) => sum + pagesRelayed, 0);
  }

  /** It registers, and hears of everybody. */
  register(): void {
    this.tell({ type: "tracker", ready: true });
    this.hearOf(...this.#village.villagers);
  }

  /** The tracker names these readers, each as one that can be dialled, or that can be called by whoever can be dialled. */
  hearOf(...others: readonly Villager[]): void {
    const readers = others.flatMap(({ id, host, isHidden }) => {
      if (!isHidden) return [{ reader: id, addresses: [{ host, port: PORT }] }];
      return this.isHidden ? [] : [{ reader: id, addresses: [] }];
    });
    const count = this.#village.villagers.length - 1;
    this.tell({ type: "listed", readers, others: count, othersComplete: 1 });
  }

  tell(event: SwarmEvent): void {
    const { now } = this.#village;
    for (const effect of this.swarm.handle(event, now)) this.#do(effect);
    for (const { reader, way } of this.swarm.snapshot(now).links) this.ways.set(reader, way);
  }

  #do(effect: Effect): void {
    const village = this.#village;
    switch (effect.type) {
      case "dial":
        return village.post(() => this.#dial(effect.reader));
      case "call":
        return village.post(() => this.#call(effect.reader));
      case "askTracker":
        return village.post(() => village.hasTracker && this.hearOf(...village.villagers));
      case "send":
        return this.#say(effect.link, (end) => {
          const { message } = effect;
          if (end.isGreeted || message.flag !== "hello")
            return end.at.tell({ type: "received", link: end.link, message });
          end.isGreeted = true;
          end.at.tell({ type: "accepted", link: end.link, host: this.host, hello: message });
        });
      case "sendPage":
        return this.#sendPage(effect);
      case "putPage":
        return village.post(() => this.tell({ type: "pageStored", page: effect.page }));
      case "passPage":
        return village.post(() => this.tell({ type: "pagePassed", page: effect.page }));
      case "close":
        return this.#close(effect);
      default:
        return;
    }
  }

  #dial(reader: ReaderId): void {
    const other = this.#village.villagers.find(({ id }) => id === reader);
    if (other === undefined || other.isHidden) return this.tell({ type: "dialFailed", reader });
    const mine: End = { at: this, link: this.#village.nextLink(), peer: undefined, isGreeted: true };
    const theirs: End = { at: other, link: this.#village.nextLink(), peer: mine, isGreeted: false };
    mine.peer = theirs;
    this.#ends.set(mine.link, mine);
    other.#ends.set(theirs.link, theirs);
    this.tell({ type: "dialled", link: mine.link, reader, host: other.host });
  }

  #call(reader: ReaderId): void {
    const other = this.#village.villagers.find(({ id }) => id === reader);
    if (!this.#village.hasTracker || this.isHidden) return;
    other?.tell({ type: "called", reader: this.id, addresses: [{ host: this.host, port: PORT }] });
  }

  #say(link: LinkId, arrives: (end: End) => void): void {
    const peer = this.#ends.get(link)?.peer;
    if (peer === undefined) return;
    this.#village.post(() => {
      if (peer.at.#ends.has(peer.link)) arrives(peer);
    });
  }

  #sendPage({ link, stretch }: Extract<Effect, { readonly type: "sendPage" }>): void {
    const { page, offset, bytes } = stretch;
    this.#say(link, (end) => {
      const piece = { flag: "piece", page, offset, bytes: new Uint8Array(bytes) } as const;
      end.at.tell({ type: "received", link: end.link, message: piece });
    });
    this.#village.post(() => this.tell({ type: "sent", link, bytes }));
  }

  #close({ link, fault, message }: Extract<Effect, { readonly type: "close" }>): void {
    this.#say(link, (end) => {
      end.at.tell({ type: "received", link: end.link, message: { flag: "close", fault, message } });
      end.at.#ends.delete(end.link);
      end.at.tell({ type: "closed", link: end.link });
    });
    this.#village.post(() => {
      this.#ends.delete(link);
      this.tell({ type: "closed", link });
    });
  }
}
