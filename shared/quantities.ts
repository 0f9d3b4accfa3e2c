// Sizes, counts, rates and times as people read them, the same in a terminal and on a page.

/** Between the digits of a whole number that a comma stands between. What Intl does as well takes 15 ms to load. */
const THOUSANDS = /\B(?=(?:\d{3})+$)/g;

const UNITS = ["kB", "MB", "GB"] as const;

/** A count, which is a whole number, alone: "10,000". */
export function formatNumber(count: number): string {
  return String(count).replace(THOUSANDS, ",");
}

/**
 * A count with its noun.
 * @example formatCount(1, "reader") // "1 reader"
 * @example formatCount(10_000, "image") // "10,000 images"
 */
export function formatCount(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * A size in two or three digits, in units of 1,000, as disks and networks are sold.
 * @example formatByteSize(1_234_567) // "1.2 MB"
 */
export function formatByteSize(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  for (const [power, unit] of UNITS.entries()) {
    const scaled = bytes / 1000 ** (power + 1);
    if (scaled < 999.5) return `${scaled.toFixed(scaled < 9.95 ? 1 : 0)} ${unit}`;
  }
  return `${(bytes / 1e12).toFixed(1)} TB`;
}

/** @example formatRate(1_234_567) // "1.2 MB/s" */
export function formatRate(bytesPerSecond: number): string {
  return `${formatByteSize(bytesPerSecond)}/s`;
}

/**
 * A share in whole percent, rounded down: 100% is all of it.
 * @example formatShare(1, 3) // "33%"
 */
export function formatShare(part: number, whole: number): string {
  return `${Math.floor((100 * part) / Math.max(1, whole))}%`;
}

/**
 * A stretch of time as people wait for it, rounded up.
 * @param seconds - 0 or more
 * @example formatDuration(3_700) // "1 h 2 min"
 */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
