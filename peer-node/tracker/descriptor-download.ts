// A descriptor from a tracker, as a stream that survives a broken connection: it goes on with the byte that is
// missing. Whether the bytes are right is the parser's to say; here they are only counted.

import type { BookId } from "../../shared/ids.ts";
import { DESCRIPTOR_BYTES_MAX } from "../../shared/limits.ts";
import { PATHS } from "../../shared/tracker-api/http.ts";
import { Persistence, type Trying } from "./persistence.ts";
import { isPassing, TrackerFault, TrackerRefused } from "./tracker-faults.ts";
import { requestTracker, type TrackerAddress } from "./tracker-request.ts";

/**
 * The bytes of a book's descriptor, in order.
 * @throws TrackerRefused, for one "unknown-book"
 * @throws TrackerFault when the tracker cannot be reached at first, or not any more for a while
 */
export async function* downloadDescriptor(
  address: TrackerAddress,
  bookId: BookId,
  signal?: AbortSignal,
  trying?: Trying,
): AsyncGenerator<Uint8Array> {
  const persistence = new Persistence(signal, trying);
  let received = 0;
  for (;;) {
    try {
      for await (const chunk of bytesFrom(address, bookId, received, signal)) {
        received += chunk.length;
        if (received > DESCRIPTOR_BYTES_MAX) {
          throw new TrackerFault("not-a-tracker", `${address.tracker} sends more than a descriptor can hold`);
        }
        persistence.progressed();
        yield chunk;
      }
      return;
    } catch (error) {
      // Somebody who mistyped an address should not wait for the tries that a broken stream deserves.
      if (received === 0 && isPassing(error) && !(error instanceof TrackerRefused)) throw error;
      await persistence.afterFailure(error);
    }
  }
}

async function* bytesFrom(
  address: TrackerAddress,
  bookId: BookId,
  from: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const headers = from === 0 ? {} : { Range: `bytes=${from}-` };
  const { status, body } = await requestTracker(address, { path: PATHS.descriptor(bookId), headers, signal });
  // A proxy may not know ranges and begin anew: what is known already is passed over.
  let passed = status === 206 ? from : 0;
  for await (const chunk of body) {
    const fresh = chunk.subarray(Math.max(0, from - passed));
    passed += chunk.length;
    if (fresh.length > 0) yield fresh;
  }
}
