// How far readers are, said at a steady pace: an event for programs, lines at the bottom of the terminal for people.

import type { OpenBooks } from "../node/open-books.ts";
import type { OpenedBook } from "../node/opened-book.ts";
import { sizeOf } from "./book-voice.ts";
import type { Output } from "./output.ts";
import { progressLines } from "./progress-lines.ts";

/** Milliseconds between two reports. */
const REPORT_MS = 500;

/** A book whose progress is told, and through what. */
export interface Reported {
  readonly output: Output;
  readonly opened: OpenedBook;
}

export class ProgressReport {
  readonly #output: Output;
  readonly #gauges = new Map<OpenedBook, ProgressGauge>();
  readonly #unwatch: (() => void)[] = [];
  readonly #timer: NodeJS.Timeout;

  /** Reports on what is added, until `end`. @param output - has the terminal's status, which all share */
  constructor(output: Output) {
    this.#output = output;
    this.#timer = setInterval(() => this.#report(), REPORT_MS);
  }

  /** Reports on one more book, and at once. */
  add(reported: Reported): void {
    this.#gauges.set(reported.opened, new ProgressGauge(reported));
    this.#report();
  }

  /**
   * Reports on the other books, too, that are open or come, and no more on those that go: somebody does that at the local
   * page.
   */
  follow(books: OpenBooks): void {
    for (const opened of books) if (!this.#gauges.has(opened)) this.#added(opened);
    const unwatch = books.watch(({ type, opened }) => {
      if (type === "added") this.#added(opened);
      else this.#removed(opened);
    });
    this.#unwatch.push(unwatch);
  }

  /** Reports where things stand now, and no more. */
  end(): void {
    clearInterval(this.#timer);
    for (const unwatch of this.#unwatch) unwatch();
    this.#report();
  }

  #added(opened: OpenedBook): void {
    const { book, folder } = opened.store;
    const output = this.#output.about(folder, book.name);
    output.note(`Added at the page: ${sizeOf(book)}, in ${folder}`);
    this.add({ output, opened });
  }

  #removed(opened: OpenedBook): void {
    const { book, folder } = opened.store;
    this.#output.about(folder, book.name).note(`Left at the page; its files stay in ${folder}`);
    this.#gauges.delete(opened);
  }

  #report(): void {
    this.#output.status([...this.#gauges.values()].flatMap((gauge) => gauge.report()).join("\n"));
  }
}

/** Reads off one reader how far it is. */
class ProgressGauge {
  readonly #output: Output;
  readonly #opened: OpenedBook;
  #last = "";

  constructor({ output, opened }: Reported) {
    this.#output = output;
    this.#opened = opened;
  }

  /** Tells programs, if there is news. @returns the lines for people */
  report(): readonly string[] {
    const { reader, chosen, store } = this.#opened;
    const snapshot = reader.snapshot();
    const { pages: pagesHeld, bytes: bytesHeld } = this.#opened.heldOfChosen();
    const { bytes } = chosen;
    const pages = chosen.pages.count;
    const why = this.#opened.why();
    const bytesPerSecond = Math.round(snapshot.receiveRate);
    const readers = snapshot.links.length;
    const progress = { pagesHeld, pages, bytesHeld, bytes, bytesPerSecond, readers, why };
    // An idle server says nothing new for hours.
    const said = JSON.stringify(progress);
    if (said !== this.#last) this.#output.event("progress", progress);
    this.#last = said;
    const { isComplete } = reader;
    const { columns, isVerbose } = this.#output;
    return progressLines(
      { ...snapshot, isComplete, pagesHeld, pages, bytesHeld, bytes, bookPages: store.book.pageCount, why },
      { columns, prefix: this.#output.labelled(""), withReaders: isVerbose },
    );
  }
}
