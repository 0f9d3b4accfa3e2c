// How often somebody may do something: a bucket that fills steadily and holds a burst. Plain data and one function,
// so that a bucket can live in memory or in a socket's attachment.

/** Tokens left at a moment; a fraction is a token on its way. */
export interface Bucket {
  readonly tokens: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** How a bucket fills. */
export interface Rate {
  readonly perSecond: number;
  /** Tokens that a full bucket holds. */
  readonly burst: number;
}

/** The rate of something that may be done so many times a minute: all of them at once, then evenly. */
export function perMinute(times: number): Rate {
  return { perSecond: times / 60, burst: times };
}

/**
 * Takes one token.
 * @param bucket - undefined for somebody who has not been seen: a full bucket
 * @returns the bucket afterwards, and whether there was a token to take
 */
export function takeToken(bucket: Bucket | undefined, rate: Rate, now: number): { taken: boolean; bucket: Bucket } {
  const elapsedMs = bucket === undefined ? 0 : Math.max(0, now - bucket.at);
  const tokens = Math.min(rate.burst, (bucket?.tokens ?? rate.burst) + (elapsedMs / 1000) * rate.perSecond);
  return tokens >= 1
    ? { taken: true, bucket: { tokens: tokens - 1, at: now } }
    : { taken: false, bucket: { tokens, at: now } };
}
