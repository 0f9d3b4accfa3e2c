// How often each address may do something, in memory that is bounded whatever comes: a bucket for each place that was
// seen of late, and the place that was seen longest ago is forgotten first, because its bucket is the fullest.

import { type Host, networkOf } from "../../shared/hosts.ts";
import { type Bucket, type Rate, takeToken } from "./token-bucket.ts";

export class Fence {
  readonly #placesMax: number;
  /** By place, the one that was seen longest ago first. */
  readonly #buckets = new Map<string, Bucket>();

  /** @param placesMax - places that are remembered; each takes some hundred bytes */
  constructor(placesMax: number) {
    this.#placesMax = placesMax;
  }

  /** Places that are remembered now. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Whether somebody at `host`, an IPv4 address or an IPv6 /64, may do it once more. */
  admits(host: Host, rate: Rate, now: number): boolean {
    const place = networkOf(host);
    const { taken, bucket } = takeToken(this.#buckets.get(place), rate, now);
    this.#buckets.delete(place);
    this.#buckets.set(place, bucket);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > this.#placesMax && oldest !== undefined) this.#buckets.delete(oldest);
    return taken;
  }
}
