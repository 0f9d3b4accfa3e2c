// A store that waits out its disk. A page that is verified and cannot be written is kept in memory and put again until
// the disk takes it, so that a full disk or an unplugged drive pauses a download and loses nothing. What waits is
// bounded: beyond that a page is given up, to be fetched again, and says so by the fault it throws.

import type { PageIndex } from "../../shared/ids.ts";
import { DiskFault, type PageStore, type PutResult } from "../storage/page-store.ts";

/** Bytes of pages that may wait for the disk. Chosen; as much as is in flight on a few fast links. */
const WAITING_BYTES_MAX = 64_000_000;

/** Milliseconds before the disk is first tried again; doubles each time. */
const RETRY_MS_MIN = 500;

/** Longest wait between two tries: whoever makes room wants to see it used. */
const RETRY_MS_MAX = 10_000;

export interface DiskHandlers {
  /** The disk takes nothing for now, and why. */
  readonly paused: (fault: DiskFault) => void;
  /** The disk takes pages again. */
  readonly resumed: () => void;
}

export class PatientDisk implements PageStore {
  readonly #store: PageStore;
  readonly #handlers: DiskHandlers;
  #waitingBytes = 0;
  #isPaused = false;
  #isClosed = false;
  #retryMs = RETRY_MS_MIN;
  /** The next try, which all waiting pages share. */
  #nextTry: Promise<void> | undefined;
  #endWait: (() => void) | undefined;

  constructor(store: PageStore, handlers: DiskHandlers) {
    this.#store = store;
    this.#handlers = handlers;
  }

  get book(): PageStore["book"] {
    return this.#store.book;
  }

  get held(): PageStore["held"] {
    return this.#store.held;
  }

  /** @throws DiskFault when something is in the way, too much waits already, or the store is closed meanwhile */
  async put(page: PageIndex, bytes: Uint8Array): Promise<PutResult> {
    for (;;) {
      try {
        const result = await this.#store.put(page, bytes);
        this.#taken();
        return result;
      } catch (error) {
        // What stands in the way does not pass by itself: that image is given up, and the others go on.
        if (!(error instanceof DiskFault) || error.code === "in-the-way") throw error;
        await this.#wait(error, bytes.length);
      }
    }
  }

  read(page: PageIndex, offset: number, targets: readonly Uint8Array[]): Promise<void> {
    return this.#store.read(page, offset, targets);
  }

  regain(): Promise<readonly PageIndex[]> {
    return this.#store.regain();
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#endWait?.();
    return this.#store.close();
  }

  #taken(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#retryMs = RETRY_MS_MIN;
    this.#handlers.resumed();
  }

  async #wait(fault: DiskFault, bytes: number): Promise<void> {
    // A page that was on its way when the book was closed has met no disk.
    if (this.#isClosed) throw fault;
    if (!this.#isPaused) {
      this.#isPaused = true;
      this.#handlers.paused(fault);
    }
    if (this.#waitingBytes + bytes > WAITING_BYTES_MAX) throw fault;
    this.#waitingBytes += bytes;
    this.#nextTry ??= this.#pause();
    await this.#nextTry;
    this.#waitingBytes -= bytes;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#endWait?.(), this.#retryMs);
      this.#retryMs = Math.min(RETRY_MS_MAX, this.#retryMs * 2);
      this.#endWait = () => {
        clearTimeout(timer);
        this.#nextTry = undefined;
        this.#endWait = undefined;
        resolve();
      };
    });
  }
}
