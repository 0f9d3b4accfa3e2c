// A small book, one engine, and a clock moved by hand: what the engine's tests are written with. Readers are invented;
// what they say is given to the engine as events, and what it wants is read from its effects.

import type { Effect } from "../../../peer-node/core/effects.ts";
import type { LinkId, Millis, SwarmEvent } from "../../../peer-node/core/events.ts";
import { Session } from "../../../peer-node/core/session.ts";
import { Swarm, type SwarmOptions } from "../../../peer-node/core/swarm.ts";
import { type Book, BookBuilder, pageCountOf } from "../../../shared/book.ts";
import { type BookId, type PageIndex, parseBookId, parseReaderId, type ReaderId } from "../../../shared/ids.ts";
import { PAGE_BYTES, WIRE_VERSION } from "../../../shared/limits.ts";
import { PageSet } from "../../../shared/page-set.ts";
import type { Hello, ReaderMessage } from "../../../shared/wire/messages.ts";

/** A book of images of these sizes; digests are made up, because the engine never hashes. */
export function bookOf(imageBytes: readonly number[]): Book {
  const head = {
    name: "puzzle",
    images: imageBytes.length,
    pages: imageBytes.reduce((sum, bytes) => sum + pageCountOf(bytes), 0),
    bytes: imageBytes.reduce((sum, bytes) => sum + bytes, 0),
    index: [],
  };
  const builder = new BookBuilder(head);
  for (const [image, bytes] of imageBytes.entries()) {
    builder.add({
      path: `${String(image).padStart(6, "0")}.png`,
      bytes,
      sha256: "0".repeat(64),
      pages: image.toString(16).padStart(40, "0").repeat(pageCountOf(bytes)),
    });
  }
  return builder.build(bookId(1), []);
}

/** A book of `pages` full pages. */
export function fullPages(pages: number): Book {
  return bookOf(Array.from({ length: pages }, () => PAGE_BYTES));
}

export function bookId(number: number): BookId {
  return parseBookId(number.toString(16).padStart(64, "b"));
}

export function readerId(number: number): ReaderId {
  return parseReaderId(number.toString(16).padStart(64, "0"));
}

export function setOf(book: Book, pages: Iterable<number>): PageSet {
  const set = new PageSet(book.pageCount);
  for (const page of pages) set.add(book.page(page));
  return set;
}

/** A generator of uniform numbers from a seed (mulberry32), so that a test that failed fails again. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A session with an invented reader that holds nothing yet, for tests of one part of the engine by itself. */
export function sessionWith(number: number, pages: number): Session {
  const session = new Session(
    number as LinkId,
    readerId(number),
    { host: "10.0.0.1", dialled: false, way: "accepted" },
    pages,
    0,
  );
  session.heard("heldNone", 0);
  session.asksMax = 2_000;
  return session;
}

/** A page that the engine began to send. */
export interface Begun {
  readonly link: LinkId;
  readonly page: number;
}

type PuzzleOptions = Partial<SwarmOptions> & {
  readonly holds?: Iterable<number>;
  readonly seed?: number;
  /** Our reader's number; 1,000 when absent. */
  readonly self?: number;
};

/** One engine among invented readers. */
export class Puzzle {
  readonly book: Book;
  readonly swarm: Swarm;
  readonly self: ReaderId;
  now: Millis = 1_000;
  /** Effects since they were last taken. */
  #effects: Effect[] = [];
  #links = 0;

  constructor(book: Book, options: PuzzleOptions = {}) {
    this.book = book;
    this.self = readerId(options.self ?? 1_000);
    this.swarm = new Swarm({
      book,
      reader: this.self,
      port: 4_000,
      held: setOf(book, options.holds ?? []),
      wanted: PageSet.full(book.pageCount),
      random: randomFrom(options.seed ?? 1),
      ...options,
    });
  }

  /** Tells the engine one thing; returns what it wants done. */
  tell(event: SwarmEvent): readonly Effect[] {
    const effects = this.swarm.handle(event, this.now);
    this.#effects.push(...effects);
    return effects;
  }

  /** Moves the clock, waking the engine whenever it asked to be woken. */
  pass(ms: Millis): readonly Effect[] {
    const until = this.now + ms;
    const effects: Effect[] = [];
    for (;;) {
      const wake = this.swarm.nextWakeAt(this.now);
      if (wake === undefined || wake > until) break;
      this.now = Math.max(this.now, wake);
      effects.push(...this.tell({ type: "timePassed" }));
    }
    this.now = until;
    return effects;
  }

  /** All effects since the last call. */
  take(): readonly Effect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  /**
   * What the engine sends leaves at once, and when a page is whole its reader says that it holds it; until the engine
   * sends no more, or `begunMax` pages were begun. Returns the pages begun, in order. Other effects stay to be taken.
   * @param options - `receipts` false: readers say nothing; `mute`: of these that one; `msPerPage`: time that each page takes
   */
  drain({ begunMax = Number.POSITIVE_INFINITY, receipts = true, mute = 0, msPerPage = 0 } = {}): readonly Begun[] {
    const begun: Begun[] = [];
    for (;;) {
      const stretches = only(this.#effects, "sendPage");
      this.#effects = this.#effects.filter(({ type }) => type !== "sendPage");
      if (stretches.length === 0) return begun;
      for (const [at, effect] of stretches.entries()) {
        const { link, stretch } = effect;
        if (stretch.offset === 0 && begun.push({ link, page: stretch.page }) > begunMax) {
          this.#effects.unshift(...stretches.slice(at));
          begun.pop();
          return begun;
        }
        const isWhole = stretch.offset + stretch.bytes === this.book.pageBytes(stretch.page);
        if (isWhole) this.now += msPerPage;
        this.tell({ type: "sent", link, bytes: stretch.bytes });
        if (isWhole && receipts && link !== mute)
          this.tell({ type: "received", link, message: { flag: "have", pages: [stretch.page] } });
      }
    }
  }

  nextLink(): LinkId {
    return ++this.#links as LinkId;
  }

  /** The tracker lists these readers. */
  list(...numbers: readonly number[]): readonly Effect[] {
    return this.tell({
      type: "listed",
      readers: numbers.map((number) => ({
        reader: readerId(number),
        addresses: [{ host: `10.0.0.${number}`, port: 4_000 }],
      })),
      others: numbers.length,
      othersComplete: 0,
    });
  }

  /** The tracker lists these readers as ones that cannot be dialled and can be called. */
  listCallable(...numbers: readonly number[]): readonly Effect[] {
    const readers = numbers.map((number) => ({ reader: readerId(number), addresses: [] }));
    return this.tell({ type: "listed", readers, others: numbers.length, othersComplete: 0 });
  }

  /** An invented reader dials us and says what it holds; "all", or a list of pages. */
  visit(number: number, holds: "all" | readonly number[], host = `10.0.0.${number}`): Visitor {
    const link = this.nextLink();
    this.tell({ type: "accepted", link, host, hello: this.helloFrom(number) });
    const visitor = new Visitor(this, link, number);
    visitor.says(holds === "all" ? { flag: "heldAll" } : heldMessage(this.book, holds));
    return visitor;
  }

  /** An invented reader that holds nothing is dialled at `host`, and answers. */
  reach(number: number, host = `10.0.0.${number}`): Visitor {
    const link = this.nextLink();
    this.tell({ type: "dialled", link, reader: readerId(number), host });
    const visitor = new Visitor(this, link, number);
    visitor.says(this.helloFrom(number));
    visitor.says({ flag: "heldNone" });
    return visitor;
  }

  helloFrom(number: number, changes: Partial<Hello> = {}): Hello {
    return {
      flag: "hello",
      version: WIRE_VERSION,
      bookId: this.book.id,
      from: readerId(number),
      to: this.self,
      port: 4_000,
      asks: 2_000,
      ...changes,
    };
  }
}

/** An invented reader on one link. */
export class Visitor {
  readonly link: LinkId;
  readonly number: number;
  readonly #puzzle: Puzzle;

  constructor(puzzle: Puzzle, link: LinkId, number: number) {
    this.#puzzle = puzzle;
    this.link = link;
    this.number = number;
  }

  says(message: ReaderMessage): readonly Effect[] {
    return this.#puzzle.tell({ type: "received", link: this.link, message });
  }

  /** Sends a whole page in pieces of at most `pieceBytes`. */
  sends(page: number, pieceBytes = 64_000): readonly Effect[] {
    const bytes = this.#puzzle.book.pageBytes(this.#puzzle.book.page(page));
    const effects: Effect[] = [];
    for (let offset = 0; offset < bytes; offset += pieceBytes) {
      const length = Math.min(pieceBytes, bytes - offset);
      effects.push(...this.says({ flag: "piece", page, offset, bytes: new Uint8Array(length) }));
    }
    return effects;
  }

  /** Sends a page, which the store then keeps. */
  delivers(page: number): readonly Effect[] {
    return [...this.sends(page), ...this.#puzzle.tell({ type: "pageStored", page: this.#puzzle.book.page(page) })];
  }

  /** Delivers whatever it is asked for, until it is asked for no more. */
  deliversAll(): void {
    for (;;) {
      const asked = askedPages(this.#puzzle.take(), this.link);
      if (asked.length === 0) return;
      for (const page of asked) this.delivers(page);
    }
  }

  /** Goes away without a word. */
  vanishes(): readonly Effect[] {
    return this.#puzzle.tell({ type: "closed", link: this.link });
  }
}

export function heldMessage(book: Book, pages: readonly number[]): ReaderMessage {
  return pages.length === 0 ? { flag: "heldNone" } : { flag: "heldSet", first: 0, bits: setOf(book, pages).toBytes() };
}

/** Messages of one flag that were sent, on one link or on all. */
export function sent<F extends ReaderMessage["flag"]>(
  effects: readonly Effect[],
  flag: F,
  link?: LinkId,
): readonly Extract<ReaderMessage, { readonly flag: F }>[] {
  return effects.flatMap((effect) =>
    effect.type === "send" && effect.message.flag === flag && (link === undefined || effect.link === link)
      ? [effect.message as Extract<ReaderMessage, { readonly flag: F }>]
      : [],
  );
}

/** Pages asked for, in the order of the asks. */
export function askedPages(effects: readonly Effect[], link?: LinkId): readonly number[] {
  return sent(effects, "ask", link).flatMap(({ pages }) => pages);
}

/** Effects of one type. */
export function only<T extends Effect["type"]>(
  effects: readonly Effect[],
  type: T,
): readonly Extract<Effect, { readonly type: T }>[] {
  return effects.filter((effect): effect is Extract<Effect, { readonly type: T }> => effect.type === type);
}

export function pages(book: Book, ...numbers: readonly number[]): readonly PageIndex[] {
  return numbers.map((number) => book.page(number));
}
