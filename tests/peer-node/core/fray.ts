// An engine among three readers that say what chance wants in whatever order, and before a node that is as slow and as
// lucky as chance wants: pages are stored, or wrong, or find a full disk, what is sent leaves or fails, links come and go.

import fc from "fast-check";
import type { Effect } from "../../../peer-node/core/effects.ts";
import type { LinkId, SwarmEvent } from "../../../peer-node/core/events.ts";
import type { SwarmSnapshot } from "../../../peer-node/core/snapshot.ts";
import { PAGE_BYTES } from "../../../shared/limits.ts";
import { PageSet } from "../../../shared/page-set.ts";
import type { ReaderMessage } from "../../../shared/wire/messages.ts";
import { askedPages, bookOf, only, Puzzle, readerId, type Visitor } from "./puzzle.ts";

/** Of two of the pages a piece is a part; of the others it may be the whole, or the half. */
const IMAGE_BYTES = [4, 4, 4, 4, 4, 4, PAGE_BYTES, PAGE_BYTES];

/** What a visitor does: says something, sends a page that it was asked for, or goes and comes back. */
type Deed = ReaderMessage | "answers" | "returns";

/** How what the engine wants turns out: in order, or not, or, for what is to be stored, with a disk that is full. */
type Fate = "well" | "badly" | "full";

/** What a visitor does, how long it takes, and how much of what the engine wants is done then, and how. */
interface Step {
  readonly visitor: number;
  readonly deed: Deed;
  readonly passMs: number;
  readonly done: number;
  readonly fate: Fate;
}

/** Seldom one that the book does not have. */
const PAGE = fc.oneof({ arbitrary: fc.nat(7), weight: 15 }, { arbitrary: fc.nat(9), weight: 1 });

const LISTS: fc.Arbitrary<ReaderMessage> = fc.record({
  flag: fc.constantFrom("have" as const, "lost" as const, "ask" as const, "cancel" as const, "wait" as const),
  pages: fc.uniqueArray(PAGE, { minLength: 1, maxLength: 6 }),
});

const OTHER_MESSAGES: fc.Arbitrary<ReaderMessage> = fc.oneof(
  fc.constantFrom<ReaderMessage>(
    { flag: "ping" },
    { flag: "pong" },
    { flag: "heldAll" },
    { flag: "heldNone" },
    { flag: "seek" },
  ),
  fc.record({
    flag: fc.constant("meet" as const),
    readers: fc.array(
      fc.record({ reader: fc.nat(5).map(readerId), host: fc.ipV4(), port: fc.constantFrom(0, 4_000) }),
      { maxLength: 4 },
    ),
  }),
  fc.record({
    flag: fc.constant("heldSet" as const),
    first: fc.constantFrom(0, 8),
    bits: fc.uint8Array({ minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    flag: fc.constant("piece" as const),
    page: PAGE,
    offset: fc.constantFrom(0, 2),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    flag: fc.constant("refuse" as const),
    page: PAGE,
    reason: fc.constantFrom("not-held" as const, "cancelled" as const, "unreadable" as const, "passed-on" as const),
  }),
  fc.record({ flag: fc.constant("next" as const), page: PAGE }),
);

export const STEPS: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    visitor: fc.nat(2),
    deed: fc.oneof<fc.MaybeWeightedArbitrary<Deed>[]>(
      { arbitrary: LISTS, weight: 4 },
      { arbitrary: OTHER_MESSAGES, weight: 2 },
      { arbitrary: fc.constant("answers"), weight: 3 },
      { arbitrary: fc.constant("returns"), weight: 1 },
    ),
    passMs: fc.oneof(fc.nat(50), fc.nat(20_000)),
    done: fc.nat(3),
    fate: fc.constantFrom<Fate>("well", "well", "badly", "full"),
  }),
  // What fast-check calls small, and takes otherwise, are ten steps: no page is fetched in so few.
  { maxLength: 60, size: "max" },
);

export class Fray {
  /** What is on the disk. */
  readonly #stored = new Set([0, 1, 2]);
  /** Pages to be had; none for a silent reader. */
  readonly #wanted: PageSet;
  readonly #puzzle: Puzzle;
  readonly #visitors: Visitor[];
  /** Links that the engine has ended. */
  readonly #ended = new Set<LinkId>();
  /** What the engine has asked for, oldest first. */
  readonly #asked: { readonly link: LinkId; readonly page: number }[] = [];
  /** What the engine wants and the node has not done yet, oldest first. */
  readonly #toDo: Effect[] = [];

  constructor(seed: number, isSilent: boolean) {
    const book = bookOf(IMAGE_BYTES);
    this.#wanted = isSilent ? new PageSet(book.pageCount) : PageSet.full(book.pageCount);
    this.#puzzle = new Puzzle(book, { seed, holds: this.#stored, wanted: this.#wanted });
    this.#puzzle.tell({ type: "tracker", ready: seed % 2 === 0 });
    this.#visitors = [0, 1, 2].map((at) => this.#visit(at));
  }

  /** How many pages are on the disk, and how many are still to come. */
  get truth(): { readonly pagesHeld: number; readonly pagesMissing: number } {
    const missing = [...this.#wanted].filter((page) => !this.#stored.has(page));
    return { pagesHeld: this.#stored.size, pagesMissing: missing.length };
  }

  /** What the engine says of it. */
  get snapshot(): SwarmSnapshot {
    return this.#puzzle.swarm.snapshot(this.#puzzle.now);
  }

  step({ visitor, deed, passMs, done, fate }: Step): void {
    this.#do(this.#here(visitor, deed === "returns"), deed);
    this.#puzzle.pass(passMs);
    this.#take();
    for (const event of this.#toDo.splice(0, done).flatMap((effect) => outcomeOf(effect, fate))) {
      if (event.type === "pageStored") this.#stored.add(event.page);
      this.#puzzle.tell(event);
    }
    this.#take();
  }

  #do(visitor: Visitor, deed: Deed): void {
    if (deed === "returns") return;
    if (deed !== "answers") return void visitor.says(deed);
    const oldest = this.#asked.findIndex(({ link }) => link === visitor.link);
    const [ask] = oldest < 0 ? [] : this.#asked.splice(oldest, 1);
    if (ask !== undefined) visitor.sends(ask.page);
  }

  /** The visitor, come back if it is to, or if its link has ended. */
  #here(at: number, returns: boolean): Visitor {
    const before = this.#visitors[at];
    if (before !== undefined && !returns && !this.#ended.has(before.link)) return before;
    before?.vanishes();
    const visitor = this.#visit(at);
    this.#visitors[at] = visitor;
    return visitor;
  }

  #visit(at: number): Visitor {
    return this.#puzzle.visit(at + 1, [3, at + 4, at + 5]);
  }

  #take(): void {
    const effects = this.#puzzle.take();
    this.#toDo.push(...effects.filter((effect) => outcomeOf(effect, "well").length > 0));
    for (const { link } of only(effects, "close")) this.#ended.add(link);
    for (const { link } of this.#visitors)
      for (const page of askedPages(effects, link)) this.#asked.push({ link, page });
  }
}

/** What the node tells when it has done what the engine wants; nothing of most of it. */
function outcomeOf(effect: Effect, fate: Fate): readonly SwarmEvent[] {
  switch (effect.type) {
    case "putPage": {
      const { page, link } = effect;
      if (fate === "full") return [{ type: "pageUnwritten", page }];
      return [fate === "badly" ? { type: "pageCorrupt", page, link } : { type: "pageStored", page }];
    }
    case "passPage": {
      const { page, link } = effect;
      return [fate === "badly" ? { type: "pageCorrupt", page, link } : { type: "pagePassed", page }];
    }
    case "sendPage": {
      const { link, stretch } = effect;
      return [fate === "badly" ? { type: "sendFailed", link, stretch } : { type: "sent", link, bytes: stretch.bytes }];
    }
    case "close":
      return [{ type: "closed", link: effect.link }];
    default:
      return [];
  }
}
