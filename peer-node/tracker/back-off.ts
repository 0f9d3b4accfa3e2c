// How long to wait before the next try. A thousand readers that lost their tracker in the same moment must not come back
// in the same moment, so the first wait is anywhere from no time to its bound. A later one is at least half of its own:
// who has the luck of several short waits would use up its tries while the tracker is still away, and then wait longest.

/** Bounds of a wait, in milliseconds. */
export interface Spread {
  /** Bound of the first wait; it doubles with every failure. */
  readonly min: number;
  /** Where it doubles no more. */
  readonly max: number;
  /**
   * What a crowd needs to come back one after the other; no wait has a smaller bound. It does not double: however often
   * the tracker was not there yet, the crowd is as large as it was, and waits no longer for its sake.
   */
  readonly crowd?: number;
}

/**
 * Wait before try number `attempt`, in milliseconds.
 * @param attempt - failures so far, at least 1
 * @param random - a number from 0 up to, not including, 1
 * @example backOffMs(3, { min: 1_000, max: 60_000 }, () => 0.5) // 3_000
 */
export function backOffMs(attempt: number, { min, max, crowd = 0 }: Spread, random: () => number): number {
  const bound = Math.max(crowd, Math.min(max, min * 2 ** (attempt - 1)));
  return attempt === 1 ? random() * bound : ((1 + random()) / 2) * bound;
}
