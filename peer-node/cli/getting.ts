// One book that is fetched by a command, from its source to the last word; `get` has one, `launch` one for each folder.

import type { Book, Image } from "../../shared/book.ts";
import type { BookSource } from "../node/book-source.ts";
import { getBook } from "../node/get-book.ts";
import type { OpenBooks } from "../node/open-books.ts";
import type { OpenedBook } from "../node/opened-book.ts";
import type { BookLookUp } from "../tracker/book-look-up.ts";
import type { TrackerAddress } from "../tracker/tracker-request.ts";
import { BookVoice, sizeOf } from "./book-voice.ts";
import { CommandFailed } from "./command-failed.ts";
import { type Fetched, FetchSummary, summaryLines, timeTaken } from "./fetch-summary.ts";
import type { Output } from "./output.ts";
import { PageWatch } from "./page-watch.ts";
import { noTracker } from "./tracker-choice.ts";

export interface GettingOptions {
  readonly source: BookSource;
  /** What the tracker was asked already about the book of a link. */
  readonly asked?: BookLookUp | undefined;
  readonly folder?: string | undefined;
  readonly tracker: TrackerAddress | undefined;
  readonly only?: readonly string[] | undefined;
  readonly pipeline?: number | undefined;
  /** Seconds. */
  readonly timeout?: number | undefined;
  readonly books: OpenBooks;
  readonly signal: AbortSignal;
}

/** What a download has besides its book. */
interface Course {
  readonly complete: Promise<void>;
  readonly leaving: AbortSignal;
  readonly startedAt: number;
  /** Seconds. */
  readonly timeout: number | undefined;
}

export class Getting {
  readonly opened: OpenedBook;
  /** Aborted when the command should stop, or somebody leaves this book at the local page. */
  readonly leaving: AbortSignal;
  readonly #output: Output;
  readonly #voice: BookVoice;
  readonly #complete: Promise<void>;
  readonly #watch: PageWatch;
  readonly #summary: FetchSummary;
  readonly #startedAt: number;

  /**
   * Finds the book and begins to fetch it, as one of a node's open books.
   * @throws as `getBook` does, and GlobUnmatched for a glob without a match
   */
  static async start(output: Output, { only, timeout, books, signal, ...options }: GettingOptions): Promise<Getting> {
    const startedAt = performance.now();
    const voice = new BookVoice(output);
    const { promise, resolve } = Promise.withResolvers<void>();
    const choose = only === undefined ? undefined : await matching(only);
    const opened = await getBook({
      ...options,
      node: books.node,
      signal,
      choose,
      onEvent: (event) => {
        voice.say(event);
        // Without a tracker nobody would ever be met; that is known before anything is written.
        if (event.type === "book" && event.tracker === undefined) noTracker();
        if (event.type === "complete") resolve();
      },
    });
    books.add(opened);
    const leaving = AbortSignal.any([signal, books.leaving(opened)]);
    return new Getting(output, voice, opened, { complete: promise, leaving, startedAt, timeout });
  }

  private constructor(
    output: Output,
    voice: BookVoice,
    opened: OpenedBook,
    { complete, leaving, startedAt, timeout }: Course,
  ) {
    this.#output = output;
    this.#voice = voice;
    this.opened = opened;
    this.leaving = leaving;
    this.#complete = complete;
    this.#startedAt = startedAt;
    this.#watch = new PageWatch(opened, timeout);
    this.#summary = new FetchSummary(opened);
  }

  /** Settles when every chosen page is here, which is said then, or nothing more is to be waited for. */
  async untilComplete(): Promise<void> {
    const { leaving } = this;
    const stopped = new Promise<void>((resolve) => {
      if (leaving.aborted) resolve();
      else leaving.addEventListener("abort", () => resolve(), { once: true });
    });
    await Promise.race([this.#complete, this.#watch.expired, stopped]);
    this.#watch.end();
    const fetched = this.#summary.end();
    if (this.opened.reader.isComplete && this.#voice.problem === undefined) this.#sayComplete(fetched);
  }

  /** Why the command fails because of this book; undefined when all went well. */
  get failure(): CommandFailed | undefined {
    const { reader } = this.opened;
    if (reader.isComplete) return this.#voice.problem;
    const stopped = `Stopped before ${reader.book.name} was complete; the same command goes on with it`;
    return this.#watch.failure ?? this.#voice.refusal ?? new CommandFailed("stopped", stopped);
  }

  /** Says why the book is not complete, as an event of this book. */
  sayFailure(): void {
    if (this.failure !== undefined) this.#output.failure(this.failure);
  }

  #sayComplete(fetched: Fetched): void {
    const { store, chosen } = this.opened;
    const { images, bytes } = chosen;
    const seconds = Math.round(performance.now() - this.#startedAt) / 1_000;
    const size = sizeOf({ imageCount: images, bytes });
    const text = `Complete: ${size} in ${timeTaken(seconds)}, in ${store.folder}`;
    this.#output.event("complete", { folder: store.folder, images, bytes, seconds, ...fetched }, text);
    for (const line of summaryLines(fetched)) this.#output.note(line);
  }
}

/** What matches globs is loaded where there are some. */
async function matching(globs: readonly string[]): Promise<(book: Book) => (image: Image) => boolean> {
  const { imagesMatching } = await import("../library/images-matching.ts");
  return (book) => imagesMatching(book, globs);
}
