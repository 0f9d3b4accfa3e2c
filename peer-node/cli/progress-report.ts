// How far a reader is, said at a steady pace: an event for programs, the line at the bottom of the terminal for people.

import type { Reader } from "../node/reader.ts";
import { formatByteSize } from "./byte-sizes.ts";
import type { Output } from "./output.ts";

/** Milliseconds between two reports. */
const REPORT_MS = 500;

export class ProgressReport {
  readonly #output: Output;
  readonly #reader: Reader;
  readonly #timer: NodeJS.Timeout;
  #last = "";

  /** Reports at once, and then until `end`. */
  constructor(output: Output, reader: Reader) {
    this.#output = output;
    this.#reader = reader;
    this.#timer = setInterval(() => this.#report(), REPORT_MS);
    this.#report();
  }

  /** Reports where things stand now, and no more. */
  end(): void {
    clearInterval(this.#timer);
    this.#report();
  }

  #report(): void {
    const { pagesHeld, pages, bytesHeld, receiveRate, sendRate, links } = this.#reader.snapshot();
    const { bytes } = this.#reader.book;
    const bytesPerSecond = Math.round(receiveRate);
    const progress = { pagesHeld, pages, bytesHeld, bytes, bytesPerSecond, readers: links.length };
    // An idle server says nothing new for hours.
    const said = JSON.stringify(progress);
    if (said !== this.#last) this.#output.event("progress", progress);
    this.#last = said;
    if (!this.#output.hasStatus) return;
    const met = `${links.length} ${links.length === 1 ? "reader" : "readers"}`;
    if (this.#reader.isComplete) return this.#output.status(`Serving  ${rate(sendRate)} up  ${met}`);
    const share = `${Math.floor((100 * bytesHeld) / Math.max(1, bytes))}%`;
    const left = receiveRate > 0 ? `  ${duration((bytes - bytesHeld) / receiveRate)} left` : "";
    this.#output.status(
      `${share}  ${formatByteSize(bytesHeld)} of ${formatByteSize(bytes)}  ${rate(receiveRate)}  ${met}${left}`,
    );
  }
}

function rate(bytesPerSecond: number): string {
  return `${formatByteSize(bytesPerSecond)}/s`;
}

/** @example duration(3_700) // "1 h 1 min" */
function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
