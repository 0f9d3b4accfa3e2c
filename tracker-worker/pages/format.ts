// Numbers as people read them.

const WHOLE = new Intl.NumberFormat("en");
const SHORT = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const UNITS = ["kB", "MB", "GB", "TB", "PB"] as const;

/** A count alone. */
export function formatNumber(count: number): string {
  return WHOLE.format(count);
}

/**
 * A count with its noun.
 * @example formatCount(1, "reader") // "1 reader"
 * @example formatCount(10_000, "image") // "10,000 images"
 */
export function formatCount(count: number, noun: string): string {
  return `${WHOLE.format(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * A size in decimal units, as disks and networks are sold.
 * @example formatBytes(1_234_567) // "1.23 MB"
 */
export function formatBytes(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(UNITS.length, Math.floor(Math.log10(bytes) / 3));
  const unit = power === 0 ? "bytes" : UNITS[power - 1];
  return `${SHORT.format(bytes / 1000 ** power)} ${unit}`;
}
