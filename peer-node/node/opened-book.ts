// A book that is open in a folder and read by a node: what getting, publishing and seeding all end in.

import { createHash } from "node:crypto";
import type { Image } from "../../shared/book.ts";
import { parseReaderId, type ReaderId } from "../../shared/ids.ts";
import { PageSet } from "../../shared/page-set.ts";
import type { TrackerStanding } from "../core/cause.ts";
import { FolderStore } from "../storage/folder-store.ts";
import type { FolderStoreOptions } from "../storage/opening.ts";
import { mayDial, vantageOf } from "../tracker/listed-addresses.ts";
import type { TrackerAddress } from "../tracker/tracker-request.ts";
import type { OnBookEvent } from "./book-events.ts";
import { Circumstances } from "./circumstances.ts";
import { findingsOf } from "./findings.ts";
import type { Node } from "./node.ts";
import type { Reader } from "./reader.ts";
import { mustHaveRoom } from "./room.ts";
import { type Why, whyOf } from "./why.ts";

export class OpenedBook {
  readonly store: FolderStore;
  readonly reader: Reader;
  /** A book that is only served asks for nothing. */
  readonly purpose: "fetch" | "serve";
  readonly tracker: TrackerAddress | undefined;
  readonly #news: BookNews;
  readonly #circumstances: Circumstances;
  #chosen: Selection;
  #held: Held | undefined;

  constructor(
    facts: Pick<OpenedBook, "store" | "reader" | "purpose" | "tracker">,
    news: BookNews,
    circumstances: Circumstances,
    chosen: Selection,
  ) {
    this.store = facts.store;
    this.reader = facts.reader;
    this.purpose = facts.purpose;
    this.tracker = facts.tracker;
    this.#news = news;
    this.#circumstances = circumstances;
    this.#chosen = chosen;
  }

  /** What is fetched or served, held pages included: the whole book, or the images that were chosen. */
  get chosen(): Selection {
    return this.#chosen;
  }

  /** What is held of the chosen images; counted anew only when something came or went. */
  heldOfChosen(): Pick<Held, "pages" | "bytes"> {
    const { store, reader } = this;
    const chosen = this.#chosen;
    const { pagesHeld: inAll, bytesHeld } = reader.snapshot();
    if (chosen.pages.isFull) return { pages: inAll, bytes: bytesHeld };
    if (this.#held?.of === chosen && this.#held.inAll === inAll) return this.#held;
    let pages = 0;
    let bytes = 0;
    for (const page of chosen.pages.common(store.held)) {
      pages++;
      bytes += store.book.pageBytes(page);
    }
    this.#held = { of: chosen, inAll, pages, bytes };
    return this.#held;
  }

  /** Why it goes no faster now. */
  why(): Why {
    const { store, reader } = this;
    return whyOf({ ...this.#circumstances.now(), book: store.book, snapshot: reader.snapshot(), now: new Date() });
  }

  /** How things stand with the tracker. */
  get trackerStanding(): TrackerStanding {
    return this.#circumstances.now().tracker;
  }

  /** Tells everything that happens from now on, in order, until the function that it returns is called. */
  watch(onEvent: OnBookEvent): () => void {
    return this.#news.watch(onEvent);
  }

  /**
   * Fetches these images instead of those chosen before. What is held stays.
   * @throws DiskFault "full" when there is no room for them; then nothing changes
   */
  async choose(wants: (image: Image) => boolean): Promise<void> {
    const chosen = select(this.store, wants);
    mustHaveRoom(this.store, chosen.pages);
    this.#chosen = chosen;
    this.reader.choose(chosen.pages);
    await this.store.finish(wants);
  }
}

/** What was held of some images when `inAll` pages of the book were. */
interface Held {
  readonly of: Selection;
  readonly inAll: number;
  readonly pages: number;
  readonly bytes: number;
}

/** Hands what happens to a book to whoever wants to know. */
class BookNews {
  readonly #watchers = new Set<OnBookEvent>();

  watch(onEvent: OnBookEvent): () => void {
    // Wrapped, so that the same function may watch twice.
    const watcher: OnBookEvent = (event) => onEvent(event);
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  readonly tell: OnBookEvent = (event) => {
    for (const watcher of this.#watchers) watcher(event);
  };
}

/** Some images of a book. */
export interface Selection {
  readonly images: number;
  readonly bytes: number;
  readonly pages: PageSet;
}

export interface OpenOptions extends Pick<FolderStoreOptions, "book" | "folder" | "purpose" | "vouched" | "signal"> {
  readonly node: Node;
  readonly tracker?: TrackerAddress | undefined;
  readonly pipeline?: number | undefined;
  /** Images to fetch; all of them when absent. Without effect on a book that is only served. */
  readonly wants?: ((image: Image) => boolean) | undefined;
  readonly onEvent: OnBookEvent;
}

/**
 * Opens a book in a folder and begins to read it.
 * @throws DiskFault when the folder cannot be used, another process uses it, or there is no room for what is missing
 * @throws the signal's reason, when it comes before the book is open
 */
export async function openBook(options: OpenOptions): Promise<OpenedBook> {
  const { node, tracker, pipeline, wants = () => true, ...where } = options;
  const news = new BookNews();
  const circumstances = new Circumstances(tracker !== undefined);
  news.watch(circumstances.note);
  news.watch(options.onEvent);
  const onEvent = news.tell;
  const store = await FolderStore.open({
    ...where,
    wants,
    onChecking: (bytes, of) => onEvent({ type: "checking", bytes, of }),
  });
  try {
    for (const finding of findingsOf(store)) onEvent(finding);
    const secret = store.readerSecret();
    const chosen = select(store, wants);
    const vantage = vantageOf(tracker?.tracker);
    const wanted = where.purpose === "serve" ? new PageSet(store.book.pageCount) : chosen.pages;
    const beginning = mustHaveRoom(store, wanted);
    if (where.purpose === "fetch") onEvent({ type: "found", ...beginning });
    const reader = node.read({
      store,
      wanted,
      secret,
      reader: readerIdOf(secret),
      remembered: store.rememberedReaders().filter((reader) => mayDial(reader, vantage)),
      remember: (readers) => store.rememberReaders(readers),
      tracker,
      pipeline,
      onEvent,
    });
    return new OpenedBook({ store, reader, purpose: where.purpose, tracker }, news, circumstances, chosen);
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** A reader's id: the SHA-256 of the 32 bytes of its secret. */
export function readerIdOf(secret: string): ReaderId {
  return parseReaderId(createHash("sha256").update(secret, "hex").digest("hex"));
}

function select({ book, unwanted }: FolderStore, wants: (image: Image) => boolean): Selection {
  const pages = new PageSet(book.pageCount);
  let images = 0;
  let bytes = 0;
  for (const image of book.images()) {
    const isGivenUp = image.pageCount > 0 && unwanted.has(book.page(image.firstPage));
    if (isGivenUp || !wants(image)) continue;
    images++;
    bytes += image.bytes;
    for (const page of book.pagesOf(image.index)) pages.add(page);
  }
  return { images, bytes, pages };
}
