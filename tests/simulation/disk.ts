// Where a reader keeps pages: what is on it outlives a crash. It takes its time, and can stall, fill, fail and lose what
// it had. It is told whether a page's bytes are right, as a store finds out from their SHA-1.

import type { Millis } from "../../peer-node/core/events.ts";
import type { ReachedReader } from "../../peer-node/core/neighbours.ts";
import type { Book } from "../../shared/book.ts";
import type { PageIndex } from "../../shared/ids.ts";
import type { PageSet } from "../../shared/page-set.ts";
import type { EventQueue } from "./event-queue.ts";

/** What became of a page that was put. */
export type PutOutcome = "stored" | "corrupt" | "unwritten";

export interface DiskOptions {
  readonly events: EventQueue;
  readonly book: Book;
  /** What is on it at first. */
  readonly held: PageSet;
  /** Bytes a second; 0 for a disk that takes no time. */
  readonly rate: number;
  readonly random: () => number;
}

export class Disk {
  readonly held: PageSet;
  /** What the reader wants to know at its next start. */
  remembered: readonly ReachedReader[] = [];
  readonly #events: EventQueue;
  readonly #book: Book;
  readonly #msPerByte: number;
  readonly #random: () => number;
  #freeAt: Millis = 0;
  #isFull = false;
  /** Share of the pages that it does not take. */
  #fails = 0;

  constructor({ events, book, held, rate, random }: DiskOptions) {
    this.#events = events;
    this.#book = book;
    this.#random = random;
    this.held = held.clone();
    this.#msPerByte = rate === 0 ? 0 : 1_000 / rate;
  }

  /** Puts a page, and says what became of it; at once when the disk takes no time. */
  put(page: PageIndex, isRight: boolean, done: (outcome: PutOutcome) => void): void {
    const { now } = this.#events;
    this.#freeAt = Math.max(this.#freeAt, now) + this.#book.pageBytes(page) * this.#msPerByte;
    if (this.#freeAt === now) done(this.write(page, isRight));
    else this.#events.after(this.#freeAt - now, () => done(this.write(page, isRight)));
  }

  /** Does nothing for a while. */
  stall(ms: Millis): void {
    this.#freeAt = Math.max(this.#freeAt, this.#events.now + ms);
  }

  fill(isFull: boolean): void {
    this.#isFull = isFull;
  }

  /** Fails to write this share of the pages from now on. */
  fail(share: number): void {
    this.#fails = share;
  }

  /** Loses up to `count` pages. @returns those that it lost */
  lose(count: number): readonly PageIndex[] {
    return [...this.held].slice(0, count).filter((page) => this.held.delete(page));
  }

  protected write(page: PageIndex, isRight: boolean): PutOutcome {
    if (!isRight) return "corrupt";
    if (this.#isFull || (this.#fails > 0 && this.#random() < this.#fails)) return "unwritten";
    this.held.add(page);
    return "stored";
  }
}
