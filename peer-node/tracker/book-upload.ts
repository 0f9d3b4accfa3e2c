// Puts a book into a tracker's catalog: its descriptor's first two lines, then the slices that the tracker lacks. An
// upload that broke off is taken up where it stood, by this process or by a later one.

import type { BookId } from "../../shared/ids.ts";
import { PATHS, type UploadAnswer, uploadAnswerSchema } from "../../shared/tracker-api/http.ts";
import { SLICES_AT_ONCE } from "./limits.ts";
import { Persistence, type Trying } from "./persistence.ts";
import { TrackerFault } from "./tracker-faults.ts";
import { readJson, requestTracker, type TrackerAddress } from "./tracker-request.ts";

/** A descriptor that can be read in parts. */
export interface DescriptorSource {
  readonly bookId: BookId;
  /** Its first two lines, each with its LF. */
  readonly head: Uint8Array<ArrayBuffer>;
  /** One slice of its body, by its position. */
  readonly slice: (ordinal: number) => Promise<Uint8Array<ArrayBuffer>>;
}

export interface UploadOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Keeps the removal secret, which a tracker tells once, to whoever begins the upload. No slice is sent before it is
   * kept, so that no book is listed that nobody can take out again.
   */
  readonly keepRemovalSecret: (secret: string) => Promise<void>;
}

/**
 * Publishes a book; one that is there already is left as it is.
 * @throws TrackerRefused, for one "not-authorised" or "publishing-closed"
 * @throws TrackerFault when the tracker cannot be reached
 */
export async function uploadBook(
  address: TrackerAddress,
  source: DescriptorSource,
  { signal, keepRemovalSecret }: UploadOptions,
  trying?: Trying,
): Promise<void> {
  const put = async (path: string, body: Uint8Array<ArrayBuffer>): Promise<UploadAnswer> =>
    readJson(address.tracker, await requestTracker(address, { method: "PUT", path, body, signal }), uploadAnswerSchema);

  const begun = await put(PATHS.book(source.bookId), source.head);
  if (begun.removalSecret !== undefined) await keepRemovalSecret(begun.removalSecret);
  const missing = [...begun.missing];
  let last = begun;
  const sendSlices = async (): Promise<void> => {
    for (let ordinal = missing.shift(); ordinal !== undefined; ordinal = missing.shift()) {
      const path = PATHS.slice(source.bookId, ordinal);
      const bytes = await source.slice(ordinal);
      const answer = await new Persistence(signal, trying).try(() => put(path, bytes));
      if (answer.missing.length <= last.missing.length) last = answer;
    }
  };
  await Promise.all(Array.from({ length: SLICES_AT_ONCE }, sendSlices));
  if (last.state !== "complete") {
    throw new TrackerFault(
      "not-a-tracker",
      `${address.tracker} took every slice and still misses ${last.missing.length}`,
    );
  }
}
