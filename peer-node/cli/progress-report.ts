// How far readers are, said at a steady pace: an event for programs, lines at the bottom of the terminal for people.

import { formatByteSize } from "../../shared/quantities.ts";
import type { OpenedBook } from "../node/opened-book.ts";
import type { Output } from "./output.ts";

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
    this.#output.status(this.#gauges.map((gauge) => gauge.report()).join("\n"));
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

  /** Tells programs, if there is news. @returns the line for people */
  report(): string {
    const { reader, chosen } = this.#opened;
    const { receiveRate, sendRate, links } = reader.snapshot();
    const { pages: pagesHeld, bytes: bytesHeld } = this.#opened.heldOfChosen();
    const { count: pages } = chosen.pages;
    const { bytes } = chosen;
    const bytesPerSecond = Math.round(receiveRate);
    const progress = { pagesHeld, pages, bytesHeld, bytes, bytesPerSecond, readers: links.length };
    // An idle server says nothing new for hours.
    const said = JSON.stringify(progress);
    if (said !== this.#last) this.#output.event("progress", progress);
    this.#last = said;
    const met = `${links.length} ${links.length === 1 ? "reader" : "readers"}`;
    if (reader.isComplete) return this.#output.labelled(`Serving  ${rate(sendRate)} up  ${met}`);
    const share = `${Math.floor((100 * bytesHeld) / Math.max(1, bytes))}%`;
    const left = receiveRate > 0 ? `  ${duration((bytes - bytesHeld) / receiveRate)} left` : "";
    const sizes = `${formatByteSize(bytesHeld)} of ${formatByteSize(bytes)}`;
    return this.#output.labelled(`${share}  ${sizes}  ${rate(receiveRate)}  ${met}${left}`);
  }
}

function rate(bytesPerSecond: number): string {
  return `${formatByteSize(bytesPerSecond)}/s`;
}

/** @example duration(3_700) // "1 h 2 min" */
function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
