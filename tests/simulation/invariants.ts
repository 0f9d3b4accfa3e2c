// What must be true at every step of every reader, whatever its neighbours do. A watch stands between an engine and its
// links, keeps its own books, and throws at the first thing that may not be: it believes the disk and the wire, and
// nothing that the engine says of itself.

import type { PageStretch } from "../../peer-node/core/events.ts";
import type { Book } from "../../shared/book.ts";
import type { LinkFault } from "../../shared/faults.ts";
import type { PageIndex } from "../../shared/ids.ts";
import { ASKS_PER_LINK_MAX, PAGE_BYTES } from "../../shared/limits.ts";
import type { PageSet } from "../../shared/page-set.ts";
import type { ReaderMessage } from "../../shared/wire/messages.ts";

// Limits that no engine may pass, whatever its policy is: they are not the engine's own numbers, which would prove nothing.

/** Links of one reader; it takes 60, and one more for each that it is about to refuse. */
const LINKS_MAX = 120;

/** Bytes asked of one reader without an answer, asks that were taken back among them. */
const ASKED_BYTES_MAX = 32_000_000 + PAGE_BYTES;

/** Page bytes that one link was handed and that have not left. A cancel waits behind them. */
const UNSENT_BYTES_MAX = 3 * PAGE_BYTES;

/** Something happened that never may. */
export class Breach extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Breach";
  }
}

/** Says no to what may not be. */
export function must(isTrue: boolean, otherwise: () => string): asserts isTrue {
  if (!isTrue) throw new Breach(otherwise());
}

/** Why honest readers part. */
const AMICABLE: ReadonlySet<LinkFault> = new Set(["duplicate-link", "too-many-links", "not-useful", "leaving"]);

/** What one engine does on all its links. */
export class Watch {
  readonly name: string;
  readonly book: Book;
  /** What is on the disk. */
  readonly stored: PageSet;
  /** What is in memory for others. */
  readonly passed = new Set<PageIndex>();
  links = 0;
  /** Honest readers that were given up as silent, though their end of the link was open: a sentence for each. */
  readonly givenUp: string[] = [];

  constructor(name: string, book: Book, stored: PageSet) {
    this.name = name;
    this.book = book;
    this.stored = stored;
  }

  /** A link was given to the engine. */
  opened(): LinkWatch {
    this.links++;
    must(this.links <= LINKS_MAX, () => `${this.name} has ${this.links} links`);
    return new LinkWatch(this);
  }

  /** The engine ends a link with this fault; `peer` is there when the link is whole and the other side honest. */
  accuses(peer: { readonly name: string } | undefined, fault: LinkFault, message: string): void {
    if (peer === undefined || AMICABLE.has(fault)) return;
    const sentence = `${this.name} accuses ${peer.name}, and both are honest: ${fault}, ${message}`;
    must(fault === "silent", () => sentence);
    this.givenUp.push(sentence);
  }

  /** The disk has stored a page that came. */
  hasStored(page: PageIndex, isRight: boolean): void {
    must(isRight, () => `${this.name} stores page ${page}, whose bytes are wrong`);
  }

  /** The engine counts this many pages as held. */
  holds(pages: number): void {
    must(
      pages <= this.stored.count,
      () => `${this.name} counts ${pages} pages as held, and its disk has ${this.stored.count}`,
    );
  }
}

/** What one engine does on one link. */
export class LinkWatch {
  readonly #watch: Watch;
  /** Pages that the engine asked for, and those that it was asked for, without a final answer. */
  readonly #asked = new Set<number>();
  readonly #owed = new Set<number>();
  #askedBytes = 0;
  #unsent = 0;

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  /** Asks of the engine and answers of it that are still to come. */
  get open(): { readonly asked: number; readonly owed: number } {
    return { asked: this.#asked.size, owed: this.#owed.size };
  }

  /** The engine sends a message. */
  sends(message: ReaderMessage): void {
    const { name, stored, book } = this.#watch;
    switch (message.flag) {
      case "have":
        for (const page of message.pages)
          must(stored.has(page as PageIndex), () => `${name} announces page ${page}, which it has not stored`);
        return;
      case "heldAll":
        return must(stored.count === book.pageCount, () => `${name} says that it holds every page, and does not`);
      case "heldSet":
        return this.#saysHeld(message.first, message.bits);
      case "ask":
        return this.#asks(message.pages);
      case "refuse":
        return this.#answers(message.page);
      default:
        return;
    }
  }

  /** The engine sends part of a page. */
  sendsPage({ page, offset, bytes }: PageStretch): void {
    const { name, stored, passed, book } = this.#watch;
    must(stored.has(page) || passed.has(page), () => `${name} sends page ${page}, which it has not stored`);
    must(this.#owed.has(page), () => `${name} sends page ${page} without an open ask for it`);
    this.#unsent += bytes;
    must(
      this.#unsent <= UNSENT_BYTES_MAX,
      () => `${name} has handed ${this.#unsent} bytes to one link that have not left`,
    );
    if (offset + bytes === book.pageBytes(page)) this.#answers(page);
  }

  /** The socket has taken page bytes. */
  sent({ bytes }: PageStretch): void {
    this.#unsent -= bytes;
  }

  /** The engine is told a message. */
  hears(message: ReaderMessage): void {
    switch (message.flag) {
      case "ask":
        for (const page of message.pages) this.#owed.add(page);
        return;
      case "refuse":
        return this.#isAnswered(message.page);
      case "piece": {
        const { book } = this.#watch;
        const page = message.page as PageIndex;
        if (book.hasPage(page) && message.offset + message.bytes.length === book.pageBytes(page))
          this.#isAnswered(page);
        return;
      }
      default:
        return;
    }
  }

  #asks(pages: readonly number[]): void {
    const { name, book } = this.#watch;
    for (const page of pages) {
      must(!this.#asked.has(page), () => `${name} asks for page ${page} while an ask for it is open on that link`);
      this.#asked.add(page);
      this.#askedBytes += book.pageBytes(page as PageIndex);
    }
    must(this.#asked.size <= ASKS_PER_LINK_MAX, () => `${name} has ${this.#asked.size} asks open on one link`);
    must(
      this.#askedBytes <= ASKED_BYTES_MAX,
      () => `${name} has asked one reader for ${this.#askedBytes} bytes at once`,
    );
  }

  #isAnswered(page: number): void {
    if (this.#asked.delete(page)) this.#askedBytes -= this.#watch.book.pageBytes(page as PageIndex);
  }

  #answers(page: number): void {
    must(this.#owed.delete(page), () => `${this.#watch.name} answers an ask for page ${page} that is not open`);
  }

  #saysHeld(first: number, bits: Uint8Array): void {
    const { name, stored } = this.#watch;
    for (let at = 0; at < bits.length * 8; at++) {
      if (((bits[at >> 3] ?? 0) & (0x80 >> (at & 7))) === 0) continue;
      must(stored.has((first + at) as PageIndex), () => `${name} says that it holds page ${first + at}, and does not`);
    }
  }
}
