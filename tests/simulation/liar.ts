// A reader that lies: a script on the same wire, not an engine. It registers like everybody, dials whom it is told of,
// and says that it holds every page; what it then does with asks is its kind of lie.

import type { PageStretch } from "../../peer-node/core/events.ts";
import type { Book } from "../../shared/book.ts";
import type { PageIndex, ReaderId } from "../../shared/ids.ts";
import { ASKS_PER_LINK_MAX, WIRE_VERSION } from "../../shared/limits.ts";
import type { Hello, ReaderMessage } from "../../shared/wire/messages.ts";
import { type Ears, type End, WRONG } from "./link.ts";
import type { Host, Network } from "./network.ts";
import type { Tracker } from "./tracker.ts";
import { TrackerLine } from "./tracker-line.ts";

/** wrong: sends bytes that are wrong. false: refuses what it says it holds. silent: never answers. */
export const LIES = ["wrong", "false", "silent"] as const;

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

  constructor(options: LiarOptions) {
    this.#options = options;
  }

  start(): void {
    const { book, id, host, network, tracker, random } = this.#options;
    const { events, delayMs } = network.ether;
    host.door = (end) => this.#answer(end);
    const { pageCount: pages } = book;
    const line = new TrackerLine({
      events,
      delayMs,
      tracker,
      reader: id,
      host: host.address.host,
      registration: { port: host.address.port, silent: false, pages, pagesHeld: pages },
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
      default:
        return;
    }
  }

  broken(end: End): void {
    end.close("malformed", "Not understood");
  }

  closed(): void {
    // It does not care.
  }

  sent(_end: End, _stretch: PageStretch): void {
    // It does not count.
  }

  #answerAsk(end: End, page: PageIndex): void {
    const { lie, book } = this.#options;
    if (lie === "wrong") end.sendPage({ page, offset: 0, bytes: book.pageBytes(page) }, WRONG);
    if (lie === "false") end.send({ flag: "refuse", page, reason: "unreadable" });
  }

  #dial(reader: ReaderId, address: string | undefined): void {
    const { network, host } = this.#options;
    if (address === undefined || this.#known.has(reader)) return;
    this.#known.add(reader);
    network.dial(host, { host: address, port: 4_000 }, (end) => {
      if (end === undefined) return;
      end.ears = this;
      end.send(this.#hello(reader));
      end.send({ flag: "heldAll" });
    });
  }

  #answer(end: End): void {
    end.ears = {
      received: (_, message) => {
        if (message.flag !== "hello") return;
        end.ears = this;
        end.send(this.#hello(message.from));
        end.send({ flag: "heldAll" });
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
