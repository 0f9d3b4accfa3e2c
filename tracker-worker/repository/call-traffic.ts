// How many calls pass. Kept in memory alone: an object that hibernates has been quiet for as long as a bucket takes to
// fill, so it forgets nothing that matters, and a call costs no write.

import type { Host } from "../../shared/hosts.ts";
import { CALL_RATE, CALL_RATE_OF_ADDRESS } from "../domain/call.ts";
import { Fence } from "../domain/fence.ts";
import { type Bucket, takeToken } from "../domain/token-bucket.ts";

/** Callers' addresses that are remembered. Chosen; as many as a book has readers by default. */
const PLACES_MAX = 5_000;

/** Who calls, from where, and who is called. */
interface Passage {
  readonly caller: WebSocket;
  readonly from: Host;
  readonly called: WebSocket;
}

export class CallTraffic {
  readonly #made = new WeakMap<WebSocket, Bucket>();
  /** A socket is easily had anew, an address is not. */
  readonly #places = new Fence(PLACES_MAX);
  readonly #passed = new WeakMap<WebSocket, Bucket>();

  /** True when the caller may call, its address too, and the called may be called once more; it then counts for all. */
  mayPass({ caller, from, called }: Passage, now: number): boolean {
    return (
      take(this.#made, caller, now) &&
      this.#places.admits(from, CALL_RATE_OF_ADDRESS, now) &&
      take(this.#passed, called, now)
    );
  }
}

function take(buckets: WeakMap<WebSocket, Bucket>, socket: WebSocket, now: number): boolean {
  const { taken, bucket } = takeToken(buckets.get(socket), CALL_RATE, now);
  buckets.set(socket, bucket);
  return taken;
}
