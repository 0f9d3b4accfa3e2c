// All that one link sends, in the order in which it was ordered. A page must be read before it can leave; what is
// ordered behind it waits, so that the refusal of an ask never overtakes the piece that went before it.

import type { PageIndex } from "../../shared/ids.ts";
import type { ReaderMessage } from "../../shared/wire/messages.ts";
import type { PageStretch } from "../core/events.ts";
import type { PageStore } from "../storage/page-store.ts";
import type { BufferPool } from "./buffer-pool.ts";
import type { Link } from "./link.ts";
import { framesBytes, writePieceHeads } from "./piece-frames.ts";

export class LinkSender {
  readonly #link: Link;
  readonly #store: Pick<PageStore, "read">;
  readonly #pool: BufferPool;
  /** What waits behind the page that is being read; undefined while none is. */
  #queue: (() => void)[] | undefined;
  /** The last page that could not be read, and why; its later stretches are for nothing. */
  #failure: { readonly page: PageIndex; readonly error: unknown } | undefined;

  constructor(link: Link, store: Pick<PageStore, "read">, pool: BufferPool) {
    this.#link = link;
    this.#store = store;
    this.#pool = pool;
  }

  /** Sends a message; never a piece. */
  send(message: ReaderMessage): void {
    this.#inTurn(() => this.#link.send(message));
  }

  /**
   * Reads a stretch of a held page and sends it as pieces.
   * @returns true when its bytes have left this process, false when the link ended first
   * @throws PagesLost or DiskFault when it, or an earlier stretch of the same page, could not be read
   */
  sendPage(stretch: PageStretch): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#inTurn(() => {
        if (this.#link.state !== "open") return resolve(false);
        if (stretch.offset > 0 && this.#failure?.page === stretch.page) return reject(this.#failure.error);
        this.#read(stretch).then((buffer) => this.#write(stretch, buffer, resolve), reject);
      });
    });
  }

  async #read(stretch: PageStretch): Promise<Uint8Array> {
    const buffer = this.#pool.take(framesBytes(stretch.bytes));
    this.#queue = [];
    try {
      await this.#store.read(stretch.page, stretch.offset, writePieceHeads(buffer, stretch));
      this.#failure = undefined;
      return buffer;
    } catch (error) {
      this.#failure = { page: stretch.page, error };
      this.#pool.give(buffer);
      this.#flush();
      throw error;
    }
  }

  #write(stretch: PageStretch, buffer: Uint8Array, done: (sent: boolean) => void): void {
    this.#link.sendFrames(buffer, framesBytes(stretch.bytes), (sent) => {
      this.#pool.give(buffer);
      done(sent);
    });
    this.#flush();
  }

  #inTurn(order: () => void): void {
    if (this.#queue === undefined) order();
    else this.#queue.push(order);
  }

  /** Carries out what waited, up to the next page that must be read. */
  #flush(): void {
    const waiting = this.#queue ?? [];
    this.#queue = undefined;
    for (const order of waiting) this.#inTurn(order);
  }
}
