// What may stand behind an option: each is checked where it is read, and refused with a sentence.

import { InvalidArgumentError } from "commander";
import { parseTracker } from "../../shared/book-link.ts";
import { parseByteSize } from "../../shared/byte-sizes.ts";

/** Characters of a glob. Chosen: as long as the longest path, and far below what picomatch refuses. */
const GLOB_CHARACTERS_MAX = 4_096;

/** A TCP port; 0 means any free one. */
export function portValue(text: string): number {
  const port = wholeNumber(text);
  if (port === undefined || port > 65_535) throw new InvalidArgumentError("A port is a number from 0 to 65535.");
  return port;
}

/** A time in seconds, above 0. */
export function secondsValue(text: string): number {
  const seconds = Number(text);
  if (text.trim() === "" || !Number.isFinite(seconds) || seconds <= 0) {
    throw new InvalidArgumentError("A time is a number of seconds above 0.");
  }
  return seconds;
}

/** Seconds between two heartbeats, within what the tracker takes. */
export function heartbeatValue(text: string): number {
  const seconds = secondsValue(text);
  if (seconds < 1 || seconds > 3_600) throw new InvalidArgumentError("Heartbeats are 1 to 3600 seconds apart.");
  return seconds;
}

/** How many, from 1. */
export function countValue(text: string): number {
  const count = wholeNumber(text);
  if (count === undefined || count < 1) throw new InvalidArgumentError("This is a whole number from 1.");
  return count;
}

/** Bytes a second. */
export function rateValue(text: string): number {
  const rate = parseByteSize(text);
  if (rate === undefined) throw new InvalidArgumentError("A rate is bytes a second, as in 500kB, 8MB or 4MiB.");
  return rate;
}

/** Base address of a tracker. */
export function trackerValue(text: string): string {
  const tracker = parseTracker(text);
  if (tracker === undefined) {
    throw new InvalidArgumentError("A tracker is an http or https address without user name, query or fragment.");
  }
  return tracker;
}

/** Base addresses of trackers, one each time the option is given. */
export function trackerValues(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, trackerValue(text)];
}

/** Globs, one each time the option is given. */
export function globValues(text: string, before: readonly string[] = []): readonly string[] {
  if (text === "" || text.length > GLOB_CHARACTERS_MAX) {
    throw new InvalidArgumentError(`A glob has 1 to ${GLOB_CHARACTERS_MAX} characters, as in '2026/**/*.jpg'.`);
  }
  return [...before, text];
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text.trim()) ? Number(text) : undefined;
}
