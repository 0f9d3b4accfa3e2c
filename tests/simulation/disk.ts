// Where a reader keeps pages: what is on it outlives a crash. It takes its time, and can stall, fill, fail and lose what
// it had. It knows a wrong page by its token, as a store knows it by its SHA-1.

import type { Millis } from "../../peer-node/core/events.ts";
import type { Book } from "../../shared/book.ts";
import type { PageIndex } from "../../shared/ids.ts";
import type { PageSet } from "../../shared/page-set.ts";
import type { EventQueue } from "./event-queue.ts";

/** What became of a page that was put. */
export type PutOutcome = "stored" | "corrupt" | "unwritten";

export class Disk {
  readonly held: PageSet;
  readonly #events: EventQueue;
  readonly #book: Book;
  readonly #msPerByte: number;
  #freeAt: Millis = 0;
  #isFull = false;

  /** @param rate - bytes a second; 0 for a disk that takes no time */
  constructor(events: EventQueue, book: Book, held: PageSet, rate: number) {
    this.#events = events;
    this.#book = book;
    this.held = held.clone();
    this.#msPerByte = rate === 0 ? 0 : 1_000 / rate;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  /** Puts a page, and says what became of it; at once when the disk takes no time. */
  put(page: PageIndex, isRight: boolean, done: (outcome: PutOutcome) => void): void {
    const { now } = this.#events;
    this.#freeAt = Math.max(this.#freeAt, now) + this.#book.pageBytes(page) * this.#msPerByte;
    if (this.#freeAt === now) done(this.#write(page, isRight));
    else this.#events.after(this.#freeAt - now, () => done(this.#write(page, isRight)));
  }

  /** Does nothing for a while. */
  stall(ms: Millis): void {
    this.#freeAt = Math.max(this.#freeAt, this.#events.now + ms);
  }

  fill(isFull: boolean): void {
    this.#isFull = isFull;
  }

  /** Loses up to `count` pages. @returns those that it lost */
  lose(count: number): readonly PageIndex[] {
    return [...this.held].slice(0, count).filter((page) => this.held.delete(page));
  }

  #write(page: PageIndex, isRight: boolean): PutOutcome {
    if (!isRight) return "corrupt";
    if (this.#isFull) return "unwritten";
    this.held.add(page);
    return "stored";
  }
}
