// What a reader, a publisher or a curious person can ask of a tracker over HTTP. Registering for a book is a
// conversation of its own; see tracker-session.ts.

import type { BookId } from "../../shared/ids.ts";
import {
  type BookAnswer,
  type BookSort,
  type BookSummary,
  bookAnswerSchema,
  bookListSchema,
  PATHS,
} from "../../shared/tracker-api/http.ts";
import { type DescriptorSource, type UploadOptions, uploadBook } from "./book-upload.ts";
import { downloadDescriptor } from "./descriptor-download.ts";
import type { Trying } from "./persistence.ts";
import { TrackerFault } from "./tracker-faults.ts";
import { readJson, requestTracker, type TrackerAddress, type TrackerRequest } from "./tracker-request.ts";

export interface BooksOptions {
  /** The tracker's own choice when absent. */
  readonly sort?: BookSort | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Every method throws TrackerRefused when the tracker says no, and TrackerFault when it cannot be spoken to. */
export class TrackerApiClient {
  readonly #address: TrackerAddress;
  readonly #trying: Trying | undefined;

  constructor(address: TrackerAddress, trying?: Trying) {
    this.#address = address;
    this.#trying = trying;
  }

  /** Base address of the tracker. */
  get tracker(): string {
    return this.#address.tracker;
  }

  /** The books whose names hold the query's words, or all of them, asked for as they are consumed. */
  async *books(query = "", { sort, signal }: BooksOptions = {}): AsyncGenerator<BookSummary> {
    let after: string | undefined;
    do {
      const wish = { query, ...(sort !== undefined && { sort }), ...(after !== undefined && { after }) };
      const path = `${PATHS.books}?${new URLSearchParams(wish)}`;
      const list = await readJson(this.tracker, await this.#request({ path, signal }), bookListSchema);
      yield* list.books;
      // A list that does not move would be asked for without end.
      after = list.next === after ? undefined : list.next;
    } while (after !== undefined);
  }

  /** What the book line says of a book, and how the book fares. */
  async book(bookId: BookId, signal?: AbortSignal): Promise<BookAnswer> {
    const answer = await readJson(
      this.tracker,
      await this.#request({ path: PATHS.book(bookId), signal }),
      bookAnswerSchema,
    );
    if (answer.bookId === bookId) return answer;
    throw new TrackerFault("not-a-tracker", `${this.tracker} answers with another book than ${bookId}`);
  }

  /** The bytes of a book's descriptor, unverified. */
  descriptor(bookId: BookId, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    return downloadDescriptor(this.#address, bookId, signal, this.#trying);
  }

  /** Puts a book into the catalog, or goes on with doing so. */
  publish(source: DescriptorSource, options: UploadOptions): Promise<void> {
    return uploadBook(this.#address, source, options, this.#trying);
  }

  /**
   * Takes a book out of the catalog.
   * @param removalSecret - what its publisher was told; without it, the credential must be the admin token
   */
  async remove(bookId: BookId, removalSecret?: string, signal?: AbortSignal): Promise<void> {
    const { tracker } = this;
    const credential = removalSecret === undefined ? this.#address.credential : { tracker, token: removalSecret };
    const request: TrackerRequest = { method: "DELETE", path: PATHS.book(bookId), signal };
    const { body } = await requestTracker({ ...this.#address, credential }, request);
    for await (const _ of body);
  }

  #request(request: TrackerRequest) {
    return requestTracker(this.#address, request);
  }
}
