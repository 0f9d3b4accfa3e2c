// A world for readers: it owns time, links, disks, the tracker and chance, and nothing in it happens but by its seed.

import type { Millis } from "../../peer-node/core/events.ts";
import type { Swarm, SwarmOptions } from "../../peer-node/core/swarm.ts";
import type { Book } from "../../shared/book.ts";
import { PageSet } from "../../shared/page-set.ts";
import { randomFrom, readerId } from "../peer-node/core/puzzle.ts";
import { Clockwork } from "./clockwork.ts";
import { Disk, type DiskOptions } from "./disk.ts";
import { Liar, type Lie } from "./liar.ts";
import { LastFrame } from "./link.ts";
import { type Line, Network } from "./network.ts";
import { Reader } from "./reader.ts";
import { Trace } from "./trace.ts";
import { Tracker } from "./tracker.ts";

export interface WorldOptions {
  readonly book: Book;
  readonly seed: number;
  /** One-way delay of every link. */
  readonly delayMs: Millis;
  /** In how many milliseconds a reader is woken at most once, and no more exactly. */
  readonly clockMs: Millis;
  /** Share of the links whose chunks are split anywhere. */
  readonly splits: number;
  readonly quirks?: Quirks | undefined;
}

/** How a reader comes into the world. */
export interface Birth {
  readonly line: Line;
  /** Pages that it has; none when absent. */
  readonly holds?: PageSet | undefined;
  /** Pages that it wants; all when absent. */
  readonly wants?: PageSet | undefined;
  /** Bytes a second of its disk; 0, and when absent, for one that takes no time. */
  readonly diskRate?: number | undefined;
}

/** What is unusual about all readers of a world: how a test breaks what must not break. */
export interface Quirks {
  readonly engine?: ((options: SwarmOptions) => Swarm) | undefined;
  readonly disk?: ((options: DiskOptions) => Disk) | undefined;
}

export class World {
  readonly book: Book;
  readonly clockwork: Clockwork;
  readonly random: () => number;
  readonly network: Network;
  readonly tracker: Tracker;
  readonly readers: Reader[] = [];
  readonly liars: Liar[] = [];
  /** Readers that are there and lack pages that they want. */
  readonly #lacking = new Set<Reader>();
  readonly #quirks: Quirks;
  readonly #watchers: ((reader: Reader) => void)[] = [];

  constructor({ book, seed, delayMs, clockMs, splits, quirks = {} }: WorldOptions) {
    this.#quirks = quirks;
    this.book = book;
    this.random = randomFrom(seed);
    this.clockwork = new Clockwork(delayMs);
    this.network = new Network({ clockwork: this.clockwork, delayMs, clockMs, splits, lastFrame: new LastFrame() });
    this.tracker = new Tracker(this.clockwork.add(), book, this.#stream(), {
      canReach: (host) => this.network.hostAt(host)?.isReachable === true,
      // A round trip to connect, another for the probe and its proof.
      dialMs: 4 * delayMs,
    });
  }

  get now(): Millis {
    return this.clockwork.common.now;
  }

  get trace(): Trace {
    return Trace.of(Array.from(this.network.hosts, ({ trace }) => trace));
  }

  /** True when every reader that is there has what it wants. */
  get isComplete(): boolean {
    return this.#lacking.size === 0;
  }

  /** A reader, not started yet. */
  addReader({ line, holds, wants, diskRate = 0 }: Birth): Reader {
    const { book, network, tracker } = this;
    const { engine, disk = (options) => new Disk(options) } = this.#quirks;
    const random = this.#stream();
    const host = network.add({ book, line, isHonest: true, random: this.#stream() });
    const reader = new Reader({
      book,
      id: readerId(host.number),
      host,
      network,
      tracker,
      disk: disk({ events: host.events, book, held: holds ?? new PageSet(book.pageCount), rate: diskRate, random }),
      wanted: wants ?? PageSet.full(book.pageCount),
      random,
      engine,
      onChange: (changed) => this.#changed(changed),
    });
    this.readers.push(reader);
    return reader;
  }

  addLiar(lie: Lie, line: Line): Liar {
    const { book, network, tracker } = this;
    const host = network.add({ book, line, isHonest: false, random: this.#stream() });
    const liar = new Liar({ book, id: readerId(host.number), host, network, tracker, random: this.#stream(), lie });
    this.liars.push(liar);
    return liar;
  }

  /** Does something to the world, while nothing else happens. */
  after(ms: Millis, run: () => void): void {
    this.clockwork.common.after(ms, run);
  }

  /** Has `watch` told of every reader whose pages or life have changed. */
  onChange(watch: (reader: Reader) => void): void {
    this.#watchers.push(watch);
  }

  /**
   * Runs until `isDone` at the end of a round, or until nothing happens any more, or until `limitMs`.
   * @returns whether it was done
   */
  run(isDone: () => boolean, limitMs: Millis): boolean {
    while (!isDone()) if (!this.clockwork.round(limitMs)) return false;
    return true;
  }

  /** Chance of its own for each reader, so that what one draws changes nothing for the others. */
  #stream(): () => number {
    return randomFrom(Math.floor(this.random() * 2 ** 32));
  }

  #changed(reader: Reader): void {
    if (reader.isOn && !reader.isComplete) this.#lacking.add(reader);
    else this.#lacking.delete(reader);
    for (const watch of this.#watchers) watch(reader);
  }
}
