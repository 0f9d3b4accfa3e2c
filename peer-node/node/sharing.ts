// bookswarm as a library: a book that a program publishes or gets, in a few lines. Each has a node of its own.

import { dirname } from "node:path";
import type { Image } from "../../shared/book.ts";
import { formatBookLink, parseTracker } from "../../shared/book-link.ts";
import type { BookId } from "../../shared/ids.ts";
import type { SwarmSnapshot } from "../core/snapshot.ts";
import { imagesMatching } from "../library/images-matching.ts";
import type { TrackerAddress } from "../tracker/tracker-request.ts";
import type { BookEvent } from "./book-events.ts";
import { isDescriptor, sourceNamed } from "./book-source.ts";
import { BookUnclear } from "./find-book.ts";
import { getBook } from "./get-book.ts";
import { Node } from "./node.ts";
import type { OpenedBook } from "./opened-book.ts";
import { describeBook, describedBefore, publishBook } from "./publish-book.ts";
import type { Why } from "./why.ts";

/** What publishing and getting have in common. */
export interface ShareOptions {
  /** A token for the tracker that `tracker` names; it is shown to no other. */
  readonly token?: string | undefined;
  /** TCP port to listen on; any free one when absent. */
  readonly port?: number | undefined;
  /** Address to listen on; all of them when absent. */
  readonly host?: string | undefined;
  /** Page bytes a second that may be sent; no limit when absent. */
  readonly maxUpload?: number | undefined;
  /** Page bytes a second that may be fetched; no limit when absent. */
  readonly maxDownload?: number | undefined;
  /** Leaves the book in order once it is aborted, at whatever point that is. */
  readonly signal?: AbortSignal | undefined;
  /** Told everything that happens, in order. */
  readonly onEvent?: ((event: BookEvent) => void) | undefined;
}

export interface PublishOptions extends ShareOptions {
  /** Base address of the tracker, as in "https://tracker.example"; a descriptor's own when absent. */
  readonly tracker?: string | undefined;
  /** The book's name; the folder's own when absent. */
  readonly name?: string | undefined;
}

export interface GetOptions extends ShareOptions {
  /** A tracker for a descriptor that names none, or the one that `token` is for. */
  readonly tracker?: string | undefined;
  /** The folder for the images; one with the book's name, below the current one, when absent. */
  readonly to?: string | undefined;
  /** Globs for the images to fetch; all of them when absent. */
  readonly only?: readonly string[] | undefined;
}

/** A book that is open: fetched and served, or only served, until it is closed. */
export class SharedBook {
  readonly #node: Node;
  readonly #opened: OpenedBook;
  readonly #signal: AbortSignal | undefined;
  readonly #complete = Promise.withResolvers<void>();
  /** Whoever calls `close` is told what goes wrong with it. */
  readonly #leave = () => void this.close().catch(() => undefined);
  #closing: Promise<void> | undefined;

  constructor(node: Node, opened: OpenedBook, signal: AbortSignal | undefined) {
    this.#node = node;
    this.#opened = opened;
    this.#signal = signal;
    opened.watch(({ type }) => {
      if (type === "complete") this.#complete.resolve();
    });
    if (opened.reader.isComplete) this.#complete.resolve();
    // Whoever does not wait for it must not be struck by it.
    this.#complete.promise.catch(() => undefined);
    signal?.addEventListener("abort", this.#leave, { once: true });
    if (signal?.aborted === true) this.#leave();
  }

  get bookId(): BookId {
    return this.#opened.store.book.id;
  }

  get name(): string {
    return this.#opened.store.book.name;
  }

  /** The link that others get the book by; undefined when no tracker is known. */
  get link(): string | undefined {
    const { tracker } = this.#opened;
    return tracker === undefined ? undefined : formatBookLink({ tracker: tracker.tracker, bookId: this.bookId });
  }

  /** Where the images lie: a real path. */
  get folder(): string {
    return this.#opened.store.folder;
  }

  /** TCP port on which other readers are met. */
  get port(): number {
    return this.#node.port;
  }

  /**
   * Settles when every chosen image is here; at once for a book that is published. Rejects when the book is left before,
   * with the signal's reason if that was why.
   */
  get complete(): Promise<void> {
    return this.#complete.promise;
  }

  /** How things stand now: pages, bytes, rates, linked readers. */
  snapshot(): SwarmSnapshot {
    return this.#opened.reader.snapshot();
  }

  /** Why it goes no faster now: a word for programs, a sentence for people. */
  why(): Why {
    return this.#opened.why();
  }

  /** Every image of the book, in book order. */
  images(): Iterable<Image> {
    return this.#opened.store.book.images();
  }

  /** While paused nothing is asked; what others ask for is served. */
  pause(paused: boolean): void {
    this.#opened.reader.pause(paused);
  }

  /**
   * Fetches the images that match one of the globs instead of those chosen before; all of them when there is none.
   * @throws GlobUnmatched when a glob matches nothing
   * @throws DiskFault "full" when there is no room for them
   * @throws Error when the book is published: nothing of it is fetched
   */
  async choose(only: readonly string[]): Promise<void> {
    const { store, purpose } = this.#opened;
    const { book } = store;
    if (purpose === "serve") throw new Error(`Cannot choose images of ${book.name}: it is only served`);
    await this.#opened.choose(only.length === 0 ? () => true : imagesMatching(book, only));
  }

  /** Leaves the book in order; its files stay. A second call waits for the first. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#signal?.removeEventListener("abort", this.#leave);
    try {
      await this.#node.close();
    } finally {
      this.#complete.reject(
        this.#signal?.aborted ? this.#signal.reason : new Error(`${this.name} was left before it was complete`),
      );
    }
  }
}

/**
 * Describes a folder, puts the book into a tracker's catalog, and serves it.
 * @param source - a folder, or a descriptor with the images beside it
 * @throws BookUnclear when nobody says which tracker
 * @throws DescriptorRefused, FileUnsteady, TrackerRefused, TrackerFault, DiskFault, ListenFailed
 */
export function publish(source: string, options: PublishOptions = {}): Promise<SharedBook> {
  return withNode(options, async (node, onEvent) => {
    const { name, signal } = options;
    const given = trackerOf(options);
    const described = isDescriptor(source)
      ? await describedBefore(source)
      : await describeBook({
          folder: source,
          name,
          trackers: given === undefined ? [] : [given.tracker],
          trust: "record",
          onEvent,
          readOnlyFolder: "allowed",
          signal,
        });
    const [own] = described.book.trackers;
    const tracker = given ?? (own === undefined ? undefined : { tracker: own });
    if (tracker === undefined) throw new BookUnclear(`Which tracker shall know ${dirname(described.descriptor)}?`);
    return publishBook({ described, tracker, node, onEvent, signal });
  });
}

/**
 * Begins to fetch a book, and serves what is here.
 * @param source - a link, or the path of a descriptor
 * @throws BookUnclear when it is neither, or nobody says which tracker leads to the book
 * @throws GlobUnmatched when a glob matches nothing
 * @throws DescriptorRefused, TrackerRefused, TrackerFault, DiskFault, ListenFailed
 */
export function get(source: string, options: GetOptions = {}): Promise<SharedBook> {
  return withNode(options, (node, onEvent) => {
    const { to: folder, only, signal } = options;
    const named = sourceNamed(source);
    if (named === undefined)
      throw new BookUnclear(`${source} is neither a link (https://TRACKER/books/...) nor a descriptor`);
    return getBook({
      source: named,
      folder,
      tracker: trackerOf(options),
      node,
      signal,
      choose: only === undefined ? undefined : (book) => imagesMatching(book, only),
      onEvent: (event) => {
        onEvent(event);
        if (event.type === "book" && event.tracker === undefined)
          throw new BookUnclear(`Nobody says which tracker leads to ${event.book.name}; name one`);
      },
    });
  });
}

/** Opens a node, and closes it again when nothing comes of it. */
async function withNode(
  { port = 0, host, maxUpload, maxDownload, signal, onEvent = () => undefined }: ShareOptions,
  open: (node: Node, onEvent: (event: BookEvent) => void) => Promise<OpenedBook>,
): Promise<SharedBook> {
  signal?.throwIfAborted();
  const node = await Node.open({ port, maxUpload, maxDownload, ...(host === undefined ? {} : { host }) });
  try {
    const opened = await open(node, onEvent);
    signal?.throwIfAborted();
    return new SharedBook(node, opened, signal);
  } catch (error) {
    await node.close();
    throw error;
  }
}

function trackerOf({ tracker: named, token }: Pick<PublishOptions, "tracker" | "token">): TrackerAddress | undefined {
  if (named === undefined) return undefined;
  const tracker = parseTracker(named);
  if (tracker === undefined) throw new BookUnclear(`${named} is no address of a tracker`);
  return token === undefined ? { tracker } : { tracker, credential: { tracker, token } };
}
