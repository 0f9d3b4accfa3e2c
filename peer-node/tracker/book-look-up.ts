// What a tracker is asked about a book that somebody is about to fetch: what it is and how it fares, and its descriptor.
// Both are asked for at once, as neither answer is needed for the other question; and asking comes before anything else is
// made ready, so that the answers are on their way meanwhile.

import type { BookId } from "../../shared/ids.ts";
import type { BookAnswer } from "../../shared/tracker-api/http.ts";
import { TrackerApiClient } from "./tracker-api-client.ts";
import type { TrackerAddress } from "./tracker-request.ts";

export class BookLookUp {
  readonly #stopping = new AbortController();
  readonly #about: Promise<BookAnswer>;
  readonly #descriptor: AsyncGenerator<Uint8Array>;
  readonly #begun: Promise<IteratorResult<Uint8Array>> | undefined;

  /**
   * Asks; to be ended whatever comes of it.
   * @param mayBeKept - true when the descriptor may lie here already: then it is not asked for before it is read
   */
  constructor(address: TrackerAddress, bookId: BookId, mayBeKept: boolean) {
    const client = new TrackerApiClient(address);
    const { signal } = this.#stopping;
    this.#about = client.book(bookId, signal);
    this.#descriptor = client.descriptor(bookId, signal);
    if (!mayBeKept) this.#begun = this.#descriptor.next();
    // Whoever asks may fail before the answers are looked at.
    for (const answer of [this.#about, this.#begun]) answer?.catch(() => undefined);
  }

  /** What the book line says of the book, and how the book fares. @throws as `TrackerApiClient` does */
  get about(): Promise<BookAnswer> {
    return this.#about;
  }

  /** The bytes of the descriptor, unverified; to be read once. @throws as `TrackerApiClient` does */
  async *descriptor(): AsyncGenerator<Uint8Array> {
    const first = await this.#begun;
    if (first?.done === true) return;
    if (first !== undefined) yield first.value;
    yield* this.#descriptor;
  }

  /** Is given up with this signal, for its reason. */
  stopWith(signal: AbortSignal): void {
    if (signal.aborted) this.#stopping.abort(signal.reason);
    else signal.addEventListener("abort", () => this.#stopping.abort(signal.reason), { once: true });
  }

  /** Gives up what nobody waits for any more. */
  end(): void {
    this.#stopping.abort();
  }
}
