// One book of the process as the local API tells of it. Remembers what only events say: how many readers are complete, and
// what went wrong. Everything else is read when somebody asks.

import { formatBookLink } from "../../shared/book-link.ts";
import type { LinkSnapshot } from "../core/snapshot.ts";
import type { BookEvent } from "../node/book-events.ts";
import { findingsOf } from "../node/findings.ts";
import type { OpenedBook } from "../node/opened-book.ts";
import type { BookState, ReaderState } from "./api/messages.ts";

/** Problems that are remembered; a book with more has one cause for most of them. */
const PROBLEMS_MAX = 20;

export class WatchedBook {
  readonly opened: OpenedBook;
  readonly #problems = new Set<string>();
  #complete = 0;

  constructor(opened: OpenedBook) {
    this.opened = opened;
    for (const finding of findingsOf(opened.store)) this.note(finding);
  }

  /** Takes note of what an event says of the book as a whole. */
  note(event: BookEvent): void {
    switch (event.type) {
      case "joined":
        this.#complete = event.answer.complete;
        return;
      case "health":
        this.#complete = event.complete;
        return;
      case "refused":
      case "inTheWay":
      case "pagesLost":
      case "imageRefused":
        return this.#problem(event.message);
      case "banned":
        return this.#problem(`Banned the reader at ${event.host}: ${event.reason}`);
      default:
        return;
    }
  }

  state(): BookState {
    const { opened } = this;
    const { store, reader, chosen, purpose, tracker } = opened;
    const { book } = store;
    const snapshot = reader.snapshot();
    const held = opened.heldOfChosen();
    return {
      bookId: book.id,
      name: book.name,
      folder: store.folder,
      link: tracker === undefined ? "" : formatBookLink({ tracker: tracker.tracker, bookId: book.id }),
      purpose,
      images: book.imageCount,
      pages: book.pageCount,
      bytes: book.bytes,
      imagesWhole: store.wholeCount,
      pagesHeld: snapshot.pagesHeld,
      chosen: {
        images: chosen.images,
        pages: chosen.pages.count,
        bytes: chosen.bytes,
        pagesHeld: held.pages,
        bytesHeld: held.bytes,
      },
      pagesMissing: snapshot.pagesMissing,
      paused: snapshot.paused,
      why: opened.why(),
      receiveRate: Math.round(snapshot.receiveRate),
      sendRate: Math.round(snapshot.sendRate),
      bytesReceived: snapshot.bytesReceived,
      bytesSent: snapshot.bytesSent,
      readersKnown: Math.max(snapshot.readers, snapshot.links.length),
      complete: this.#complete,
      tracker: opened.trackerStanding,
      readers: snapshot.links.map(readerState),
      problems: [...this.#problems],
    };
  }

  #problem(sentence: string): void {
    if (this.#problems.size < PROBLEMS_MAX) this.#problems.add(sentence);
  }
}

function readerState({ reader, receiveRate, sendRate, ...link }: LinkSnapshot): ReaderState {
  return {
    ...link,
    readerId: reader,
    // Nobody tells a complete reader what came, but it knows what it sent.
    pagesHeld: Math.max(link.pagesHeld, link.pagesSent),
    receiveRate: Math.round(receiveRate),
    sendRate: Math.round(sendRate),
  };
}
