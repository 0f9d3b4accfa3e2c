// A reader that lies: a script on the same wire, not an engine. It registers like everybody, dials whom it is told of,
// and says that it holds every page; what it then does with asks is its kind of lie. One kind takes instead: it says that
// it holds nothing, asks for whatever there is, and never says that a page has arrived.

import type { PageStretch } from "../../peer-node/core/events.ts";
import { numbersIn } from "../../peer-node/core/page-numbers.ts";
import type { Book } from "../../shared/book.ts";
import type { PageIndex, ReaderId } from "../../shared/ids.ts";
import { ASKS_PER_LINK_MAX, WIRE_VERSION } from "../../shared/limits.ts";
import type { Hello, ReaderMessage } from "../../shared/wire/messages.ts";
import { type Ears, type End, WRONG } from "./link.ts";
import type { Host, Network } from "./network.ts";
import type { Tracker } from "./tracker.ts";
import { TrackerLine } from "./tracker-line.ts";

/** wrong: sends bytes that are wrong. false: refuses what it says it holds. silent: never answers. takes: see above. */
export const LIES = ["wrong", "false", "silent", "takes"] as const;

/** Pages that a reader which only takes has asked for on each link, without an answer. */
const TAKEN_AT_ONCE = 8;

/** What a reader that only takes does on one link. */
interface Greed {
  /** Asks without an answer. */
  open: number;
  /** Pages that are there to be asked for. */
  readonly left: number[];
}

export type Lie = (typeof LIES)[number];

export interface LiarOptions {
  readonly book: Book;
  readonly id: ReaderId;
  readonly host: Host;
  readonly network: Network;
  readonly tracker: Tracker;
  readonly random: () => number;
  readonly lie: Lie;
}

export class Liar implements Ears {
  readonly #options: LiarOptions;
  readonly #known = new Set<ReaderId>();
  readonly #greed = new Map<End, Greed>();

  constructor(options: LiarOptions) {
    this.#options = options;
  }

  start(): void {
    const { book, id, host, network, tracker, random, lie } = this.#options;
    host.door = (end) => this.#answer(end);
    const { pageCount: pages } = book;
    const line = new TrackerLine({
      events: host.events,
      delayMs: network.ether.delayMs,
      tracker,
      reader: id,
      host: host.address.host,
      registration: { port: host.address.port, silent: false, pages, pagesHeld: lie === "takes" ? 0 : pages },
      random,
      tell: (event) => {
        if (event.type !== "listed") return;
        for (const { reader, addresses } of event.readers) this.#dial(reader, addresses[0]?.host);
      },
    });
    line.start();
  }

  received(end: End, message: ReaderMessage): void {
    switch (message.flag) {
      case "ping":
        return end.send({ flag: "pong" });
      case "ask":
        for (const page of message.pages) this.#answerAsk(end, page as PageIndex);
        return;
      case "heldAll":
        return this.#wish(
          end,
          Array.from({ length: this.#options.book.pageCount }, (_, page) => page),
        );
      case "heldSet":
        return this.#wish(end, [...numbersIn(message)]);
      case "have":
        return this.#wish(end, message.pages);
      case "piece":
        if (message.offset + message.bytes.length < this.#options.book.pageBytes(message.page as PageIndex)) return;
        return this.#answered(end);
      case "refuse":
        return this.#answered(end);
      default:
        return;
    }
  }

  broken(end: End): void {
    end.close("malformed", "Not understood");
  }

  closed(end: End): void {
    this.#greed.delete(end);
  }

  sent(_end: End, _stretch: PageStretch): void {
    // It does not count.
  }

  #answerAsk(end: End, page: PageIndex): void {
    const { lie, book } = this.#options;
    if (lie === "wrong") end.sendPage({ page, offset: 0, bytes: book.pageBytes(page) }, WRONG);
    if (lie === "false") end.send({ flag: "refuse", page, reason: "unreadable" });
  }

  /** There are pages on this link. */
  #wish(end: End, pages: readonly number[]): void {
    if (this.#options.lie !== "takes") return;
    const greed = this.#greed.get(end) ?? { open: 0, left: [] };
    this.#greed.set(end, greed);
    greed.left.push(...pages);
    this.#take(end, greed);
  }

  #answered(end: End): void {
    const greed = this.#greed.get(end);
    if (greed === undefined) return;
    greed.open--;
    this.#take(end, greed);
  }

  #take(end: End, greed: Greed): void {
    const pages = greed.left.splice(0, TAKEN_AT_ONCE - greed.open);
    greed.open += pages.length;
    if (pages.length > 0) end.send({ flag: "ask", pages });
  }

  #sayHeld(end: End): void {
    end.send({ flag: this.#options.lie === "takes" ? "heldNone" : "heldAll" });
  }

  #dial(reader: ReaderId, address: string | undefined): void {
    const { network, host } = this.#options;
    if (address === undefined || this.#known.has(reader)) return;
    this.#known.add(reader);
    network.dial(host, { host: address, port: 4_000 }, (end) => {
      if (end === undefined) return;
      end.ears = this;
      end.send(this.#hello(reader));
      this.#sayHeld(end);
    });
  }

  #answer(end: End): void {
    end.ears = {
      received: (_, message) => {
        if (message.flag !== "hello") return;
        end.ears = this;
        end.send(this.#hello(message.from));
        this.#sayHeld(end);
      },
      broken: () => this.broken(end),
      closed: () => undefined,
      sent: () => undefined,
    };
  }

  #hello(to: ReaderId): Hello {
    const { book, id, host } = this.#options;
    const { port } = host.address;
    return { flag: "hello", version: WIRE_VERSION, bookId: book.id, from: id, to, port, asks: ASKS_PER_LINK_MAX };
  }
}
