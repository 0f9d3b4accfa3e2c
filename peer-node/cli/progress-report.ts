// How far readers are, said at a steady pace: an event for programs, lines at the bottom of the terminal for people.

import type { OpenedBook } from "../node/opened-book.ts";
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
  readonly #gauges: ProgressGauge[] = [];
  readonly #timer: NodeJS.Timeout;

  /** Reports on what is added, until `end`. @param output - has the terminal's status, which all share */
  constructor(output: Output) {
    this.#output = output;
    this.#timer = setInterval(() => this.#report(), REPORT_MS);
  }

  /** Reports on one more book, and at once. */
  add(reported: Reported): void {
    this.#gauges.push(new ProgressGauge(reported));
    this.#report();
  }

  /** Reports where things stand now, and no more. */
  end(): void {
    clearInterval(this.#timer);
    this.#report();
  }

  #report(): void {
    this.#output.status(this.#gauges.flatMap((gauge) => gauge.report()).join("\n"));
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
