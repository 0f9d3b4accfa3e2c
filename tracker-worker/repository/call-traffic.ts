// How many calls pass. Kept in memory alone: an object that hibernates has been quiet for as long as a bucket takes to
// fill, so it forgets nothing that matters, and a call costs no write.

import { CALL_RATE } from "../domain/call.ts";
import { type Bucket, takeToken } from "../domain/token-bucket.ts";

export class CallTraffic {
  readonly #made = new WeakMap<WebSocket, Bucket>();
  readonly #passed = new WeakMap<WebSocket, Bucket>();

  /** True when the caller may call and the called may be called once more; it then counts for both. */
  mayPass(caller: WebSocket, called: WebSocket, now: number): boolean {
    return take(this.#made, caller, now) && take(this.#passed, called, now);
  }
}

function take(buckets: WeakMap<WebSocket, Bucket>, socket: WebSocket, now: number): boolean {
  const { taken, bucket } = takeToken(buckets.get(socket), CALL_RATE, now);
  buckets.set(socket, bucket);
  return taken;
}
