// How far a book is, in the lines at the bottom of a terminal: pure text, cut to the width that there is. What matters
// least is left out first, and a long name never pushes a number off the screen.

import {
  formatByteSize,
  formatCount,
  formatDuration,
  formatNumber,
  formatRate,
  formatShare,
} from "../../shared/quantities.ts";
import type { Cause } from "../core/cause.ts";
import type { LinkSnapshot } from "../core/snapshot.ts";
import type { Way } from "../core/way.ts";
import type { Why } from "../node/why.ts";

/** A word or two in a line; of those that do not all fit, the one with the highest `rank` goes first. */
interface Part {
  readonly text: string;
  readonly rank: number;
}

export interface Progress {
  readonly isComplete: boolean;
  /** Of what is chosen. */
  readonly pagesHeld: number;
  readonly pages: number;
  readonly bytesHeld: number;
  readonly bytes: number;
  readonly receiveRate: number;
  readonly sendRate: number;
  /** Page bytes sent since the start. */
  readonly bytesSent: number;
  readonly links: readonly LinkSnapshot[];
  /** Pages of the whole book. */
  readonly bookPages: number;
  readonly why: Why;
}

/** Causes that go without saying: nothing is in the way. */
const ORDINARY: readonly Cause[] = ["readers", "serving", "complete"];

/** Causes under which pages come, so that the rate tells how long it takes. */
const MOVING: readonly Cause[] = ["readers", "relayed", "limit", "machine"];

/** Readers that get a line of their own; a terminal has only so many. */
const READERS_SHOWN_MAX = 12;

/** Least rate that is worth a word, in bytes a second: what is measured dies away and never ends. */
const RATE_MIN = 1_000;

/** How each link came about, short enough for a column. */
const WAYS: { readonly [Each in Way]: string } = {
  dialled: "dialled",
  accepted: "dialled us",
  "connect-back": "connect-back",
  exchange: "hinted",
  remembered: "remembered",
};

/** Widths of a reader's columns: the longest IPv4 address, what tells ids apart, the longest way. */
const HOST_WIDTH = 15;
const ID_WIDTH = 6;
const WAY_WIDTH = 12;

export interface LineOptions {
  /** Characters that fit into a line. */
  readonly columns: number;
  /** What the first line begins with: the name of one book among several. */
  readonly prefix?: string;
  /** True for one line for each reader, too. */
  readonly withReaders?: boolean;
}

/** The lines of one book: how far it is, what is in its way, and who its readers are. */
export function progressLines(progress: Progress, options: LineOptions): readonly string[] {
  const { columns, prefix = "", withReaders = false } = options;
  const { why } = progress;
  return [
    cut(prefix + fitted(partsOf(progress), columns - prefix.length), columns),
    ...(ORDINARY.includes(why.code) ? [] : [cut(`  ${why.message}`, columns)]),
    ...(withReaders ? readerLines(progress, columns) : []),
  ];
}

/**
 * How far hashing is.
 * @param doing - as in "Describing"
 * @param of - bytes in all
 * @param rate - bytes a second
 */
export function hashingLine(
  doing: string,
  { bytes, of, rate }: { readonly bytes: number; readonly of: number; readonly rate: number },
  columns: number,
): string {
  const pace = [
    { text: formatRate(rate), rank: 3 },
    { text: `${formatDuration((of - bytes) / rate)} left`, rank: 2 },
  ];
  const parts: readonly Part[] = [
    { text: `${doing}: ${formatShare(bytes, of)}`, rank: 0 },
    { text: `${formatByteSize(bytes)} of ${formatByteSize(of)}`, rank: 1 },
  ];
  return fitted(rate > 0 ? [...parts, ...pace] : parts, columns);
}

function partsOf(progress: Progress): readonly Part[] {
  const { isComplete, pagesHeld, pages, bytesHeld, bytes, receiveRate, sendRate, bytesSent, links, why } = progress;
  const met = { text: formatCount(links.length, "reader"), rank: 4 };
  const isSending = sendRate >= RATE_MIN;
  const up = { text: `${formatRate(sendRate)} up`, rank: 5 };
  if (isComplete) {
    return [
      { text: "Serving", rank: 0 },
      ...(isSending ? [{ ...up, rank: 1 }] : []),
      met,
      { text: `${formatByteSize(bytesSent)} sent`, rank: 6 },
    ];
  }
  const isMoving = MOVING.includes(why.code) && receiveRate >= RATE_MIN;
  return [
    { text: formatShare(bytesHeld, bytes), rank: 0 },
    { text: `${formatByteSize(bytesHeld)} of ${formatByteSize(bytes)}`, rank: 2 },
    { text: `${formatNumber(pagesHeld)} of ${formatNumber(pages)} pages`, rank: 6 },
    { text: formatRate(receiveRate), rank: 1 },
    ...(isSending ? [{ ...up, rank: 7 }] : []),
    met,
    ...(isMoving ? [{ text: `${formatDuration((bytes - bytesHeld) / receiveRate)} left`, rank: 3 }] : []),
  ];
}

/** One line for each reader, in an order that stays; of too many, those that move most. */
function readerLines({ links, bookPages }: Progress, columns: number): readonly string[] {
  const most = [...links].sort((a, b) => b.receiveRate + b.sendRate - a.receiveRate - a.sendRate);
  const shown = most.slice(0, READERS_SHOWN_MAX).sort((a, b) => (a.reader < b.reader ? -1 : 1));
  const lines = shown.map((link) => readerLine(link, bookPages, columns));
  const more = links.length - lines.length;
  return more > 0 ? [...lines, `  and ${formatNumber(more)} more`] : lines;
}

/** Columns below one another: where there is not room for all, every line leaves out the same. */
function readerLine(link: LinkSnapshot, bookPages: number, columns: number): string {
  const { host, reader, way, receiveRate, sendRate } = link;
  // Nobody tells a complete reader what came, but it knows what it sent.
  const holds = formatShare(Math.max(link.pagesHeld, link.pagesSent), bookPages);
  const parts: readonly Part[] = [
    { text: host.padEnd(HOST_WIDTH), rank: 0 },
    { text: reader.slice(0, ID_WIDTH), rank: 3 },
    { text: WAYS[way].padEnd(WAY_WIDTH), rank: 4 },
    { text: holds.padStart(4), rank: 2 },
    { text: `${formatRate(receiveRate)} in`.padStart(12), rank: 1 },
    { text: `${formatRate(sendRate)} out`.padStart(13), rank: 1 },
  ];
  return cut(`  ${fitted(parts, columns - 2, " ")}${helpWords(link)}`, columns);
}

function helpWords({ help }: LinkSnapshot): string {
  if (help === "relays") return " relays";
  if (help === "snubbed") return " snubbed";
  return "";
}

/** As many parts as fit, in their order. */
function fitted(parts: readonly Part[], columns: number, gap = "  "): string {
  let kept = parts;
  for (;;) {
    const line = kept.map(({ text }) => text).join(gap);
    const least = Math.max(...kept.map(({ rank }) => rank));
    if (line.length <= columns || kept.length === 1 || least === 0) return cut(line, columns);
    const last = kept.findLastIndex(({ rank }) => rank === least);
    kept = kept.toSpliced(last, 1);
  }
}

function cut(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - 1))}…`;
}
