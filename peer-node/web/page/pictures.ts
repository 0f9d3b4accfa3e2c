// Pictures in the tab's memory. Each is fetched with the token in a header and shown from a blob, so that no address of
// a picture works for anybody else. What is on the screen is fetched first, a few at a time, and what was left behind
// in a fast scroll not at all.

import type { BookId } from "../../../shared/ids.ts";
import type { LocalClient } from "../api/client.ts";

/** Fetched at once. A browser opens six connections, one of which carries the live updates. */
const FETCHES_MAX = 4;

/** Milliseconds that a picture must stay wanted before it is fetched: what flies past in a scroll is not. */
const SETTLE_MS = 30;

/** Milliseconds before what failed is tried again. Chosen: a disk that comes back is soon seen, a broken one left in peace. */
const AGAIN_MS = 5_000;

/** Bytes of pictures that are kept after they are out of sight, and how many: files that are no pictures have no bytes. */
const KEPT_BYTES_MAX = 192_000_000;
const KEPT_MAX = 2_000;

/** picture: can be shown. file: no picture that a browser shows; it can be saved. failed: cannot be read now. */
export type Picture =
  | { readonly kind: "picture"; readonly url: string }
  | { readonly kind: "file" }
  | { readonly kind: "failed" };

interface Entry {
  readonly key: string;
  readonly book: BookId;
  readonly image: number;
  readonly watchers: Set<(picture: Picture) => void>;
  readonly aborting: AbortController;
  wantedAt: number;
  state: "waiting" | "fetching" | "failed" | "done";
  picture: Picture | undefined;
  bytes: number;
}

export class Pictures {
  readonly #client: LocalClient;
  /** The entry used last stands last. */
  readonly #entries = new Map<string, Entry>();
  #fetching = 0;
  #bytes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: LocalClient) {
    this.#client = client;
  }

  /** Wants a picture until the function that it returns is called. @param show - told what it is, perhaps at once */
  want(book: BookId, image: number, show: (picture: Picture) => void): () => void {
    const entry = this.#entry(book, image);
    entry.watchers.add(show);
    if (entry.picture !== undefined) show(entry.picture);
    else if (entry.state === "waiting") this.#schedule();
    return () => this.#unwant(entry, show);
  }

  /** The browser cannot show what began like a picture: a file that was cut short, or is only called so. */
  spoil(book: BookId, image: number): void {
    const entry = this.#entries.get(keyOf(book, image));
    if (entry?.picture?.kind !== "picture") return;
    URL.revokeObjectURL(entry.picture.url);
    this.#bytes -= entry.bytes;
    this.#done(entry, { kind: "file" }, 0);
  }

  #entry(book: BookId, image: number): Entry {
    const key = keyOf(book, image);
    const known = this.#entries.get(key);
    const entry = known ?? {
      key,
      book,
      image,
      watchers: new Set(),
      aborting: new AbortController(),
      wantedAt: performance.now(),
      state: "waiting",
      picture: undefined,
      bytes: 0,
    };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  #unwant(entry: Entry, show: (picture: Picture) => void): void {
    entry.watchers.delete(show);
    if (entry.watchers.size > 0) return;
    if (entry.state !== "done") this.#drop(entry);
    else this.#makeRoom();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#fetchNext();
    }, SETTLE_MS);
  }

  /** In the order in which they came into view; what has left it meanwhile is no longer here. */
  #fetchNext(): void {
    for (const entry of this.#entries.values()) {
      if (this.#fetching >= FETCHES_MAX) return;
      if (entry.state !== "waiting") continue;
      if (performance.now() - entry.wantedAt < SETTLE_MS) {
        this.#schedule();
        continue;
      }
      void this.#fetch(entry);
    }
  }

  async #fetch(entry: Entry): Promise<void> {
    entry.state = "fetching";
    this.#fetching++;
    try {
      const answer = await this.#client.image(entry.book, entry.image, entry.aborting.signal);
      const isPicture = answer.headers.get("Content-Type")?.startsWith("image/") === true;
      if (!isPicture) {
        await answer.body?.cancel();
        this.#done(entry, { kind: "file" }, 0);
      } else {
        const blob = await answer.blob();
        // What left the view while its last bytes came is not kept: nobody would ever let go of it.
        if (entry.aborting.signal.aborted) return;
        this.#done(entry, { kind: "picture", url: URL.createObjectURL(blob) }, blob.size);
      }
    } catch {
      if (!entry.aborting.signal.aborted) this.#failed(entry);
    } finally {
      this.#fetching--;
      this.#fetchNext();
    }
  }

  #done(entry: Entry, picture: Picture, bytes: number): void {
    entry.state = "done";
    entry.picture = picture;
    entry.bytes = bytes;
    this.#bytes += bytes;
    for (const show of entry.watchers) show(picture);
    this.#makeRoom();
  }

  /** Says so, and tries again for as long as somebody looks: nobody is told when a disk can be read again. */
  #failed(entry: Entry): void {
    entry.state = "failed";
    entry.picture = { kind: "failed" };
    for (const show of entry.watchers) show(entry.picture);
    setTimeout(() => {
      if (entry.aborting.signal.aborted) return;
      entry.state = "waiting";
      this.#schedule();
    }, AGAIN_MS);
  }

  #makeRoom(): void {
    for (const entry of this.#entries.values()) {
      if (this.#bytes <= KEPT_BYTES_MAX && this.#entries.size <= KEPT_MAX) return;
      if (entry.watchers.size === 0) this.#drop(entry);
    }
  }

  #drop(entry: Entry): void {
    entry.aborting.abort();
    if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key);
    if (entry.picture?.kind === "picture") URL.revokeObjectURL(entry.picture.url);
    this.#bytes -= entry.bytes;
    entry.bytes = 0;
  }
}

function keyOf(book: BookId, image: number): string {
  return `${book}/${image}`;
}
