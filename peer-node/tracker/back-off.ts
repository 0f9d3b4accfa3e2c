// How long to wait before the next try: anywhere from no time to a bound that doubles ("full jitter"), so that a
// thousand readers that lost their tracker in the same moment do not come back in the same moment.

/**
 * Wait before try number `attempt`, in milliseconds.
 * @param attempt - failures so far, at least 1
 * @param spread - `min` bounds the first wait, `max` every wait
 * @param random - a number from 0 up to, not including, 1
 * @example backOffMs(3, { min: 1_000, max: 60_000 }, () => 0.5) // 2_000
 */
export function backOffMs(
  attempt: number,
  { min, max }: { readonly min: number; readonly max: number },
  random: () => number,
): number {
  return random() * Math.min(max, min * 2 ** (attempt - 1));
}
