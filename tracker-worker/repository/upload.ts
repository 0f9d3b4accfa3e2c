// How a book comes into its repository and leaves it again: begin, slices, the last check, expiry, removal. The catalog
// is told at each turn; telling it twice is harmless, and whoever tries again mends what was cut off between. So a book
// is here before it is listed, and is listed no more before it is gone.

import { BodyCheck } from "../../shared/body-check.ts";
import type { BookHead } from "../../shared/book.ts";
import { DescriptorRefused } from "../../shared/faults.ts";
import { toHex } from "../../shared/hex.ts";
import type { BookId } from "../../shared/ids.ts";
import { SHA256_BYTES } from "../../shared/limits.ts";
import type { UploadAnswer } from "../../shared/tracker-api/http.ts";
import { Refusal } from "../../shared/tracker-api/refusals.ts";
import { sameSecret, sha256 } from "../digest.ts";
import {
  badDescriptor,
  type CatalogEntry,
  checkSlice,
  missingSlices,
  tooLarge,
  UPLOAD_LIFETIME_MS,
} from "../domain/upload.ts";
import type { CatalogStub } from "../objects.ts";
import type { BookStore } from "./book-store.ts";

/** The first two lines of a descriptor, which the Worker has parsed and matched with the id. */
export interface Opening {
  readonly bookId: BookId;
  readonly bookLine: string;
  readonly trackersLine: string;
}

export class Upload {
  readonly #store: BookStore;
  readonly #storage: DurableObjectStorage;
  readonly #catalog: CatalogStub;
  readonly #bytesMax: number;

  /** @param bytesMax - bytes of the largest descriptor that is taken */
  constructor(store: BookStore, storage: DurableObjectStorage, catalog: CatalogStub, bytesMax: number) {
    this.#store = store;
    this.#storage = storage;
    this.#catalog = catalog;
    this.#bytesMax = bytesMax;
  }

  /**
   * Begins an upload, or goes on with one.
   * @throws Refusal "catalog-full"
   */
  async begin(opening: Opening, entry: CatalogEntry, now: number): Promise<UploadAnswer> {
    const isOver = this.#store.record?.upload.state === "complete";
    if (!isOver && !(await this.#catalog.reserve(entry))) {
      throw new Refusal("catalog-full", "This tracker's catalog is full");
    }
    // The catalog was asked meanwhile, and somebody else may have begun.
    const { record } = this.#store;
    const upload = { state: "uploading", expiresAt: now + UPLOAD_LIFETIME_MS } as const;
    if (record === undefined) {
      const removalSecret = toHex(crypto.getRandomValues(new Uint8Array(SHA256_BYTES)));
      this.#store.keep({ ...opening, removalDigest: sha256(removalSecret), upload });
      await this.#storage.setAlarm(upload.expiresAt);
      return { ...this.#answer(), removalSecret };
    }
    if (record.upload.state === "complete") await this.#list();
    else this.#store.keep({ ...record, upload });
    return this.#answer();
  }

  /**
   * Takes one slice; the last one completes the book.
   * @throws Refusal "unknown-book", "not-found", "wrong-slice", or "bad-descriptor" when the whole is no descriptor
   */
  async putSlice(ordinal: number, bytes: Uint8Array): Promise<UploadAnswer> {
    const { record, head } = this.#store;
    if (record === undefined || head === undefined) {
      throw new Refusal("unknown-book", "No upload of this book has begun here, or it has expired");
    }
    if (record.upload.state === "uploading") {
      checkSlice(head, ordinal, bytes.length, sha256(bytes));
      this.#store.putSlice(ordinal, bytes);
      if (this.#store.present.size === head.index.length) await this.#complete();
    } else {
      await this.#list();
    }
    return this.#answer();
  }

  /** Drops an upload whose time is over; the alarm of one that was resumed is set again. */
  async expire(now: number): Promise<void> {
    const { record } = this.#store;
    if (record?.upload.state !== "uploading") return;
    if (now < record.upload.expiresAt) {
      await this.#storage.setAlarm(record.upload.expiresAt);
      return;
    }
    await this.#catalog.forget(record.bookId);
    if (this.#store.record?.upload === record.upload) await this.#store.clear();
    else await this.#keepPlace();
  }

  /**
   * Checks that somebody may take the book out: the admin, or whoever knows the removal secret.
   * @throws Refusal "unknown-book" or "not-authorised"
   */
  authoriseRemoval(authority: "admin" | { readonly secret: string }): void {
    const { record } = this.#store;
    if (record === undefined) throw new Refusal("unknown-book", "This tracker does not have the book");
    if (authority !== "admin" && !sameSecret(sha256(authority.secret), record.removalDigest)) {
      throw new Refusal("not-authorised", "Removing a book takes its removal secret or the tracker's admin token");
    }
  }

  /** Takes the book out of the catalog, then of the object: when the catalog does not answer, it can be done again. */
  async forget(): Promise<void> {
    const { record } = this.#store;
    if (record === undefined) return;
    await this.#catalog.forget(record.bookId);
    await this.#store.clear();
  }

  async #complete(): Promise<void> {
    const { record, head } = this.#store;
    if (record === undefined || head === undefined) return;
    const bodyBytes = this.#store.bodyBytes();
    try {
      this.#checkWhole(head, bodyBytes);
    } catch (error) {
      if (!(error instanceof DescriptorRefused || error instanceof Refusal)) throw error;
      await this.forget();
      throw error instanceof DescriptorRefused ? badDescriptor(error) : error;
    }
    this.#store.keep({ ...record, upload: { state: "complete", bodyBytes } });
    await this.#storage.deleteAlarm();
    await this.#list();
  }

  async #list(): Promise<void> {
    const entry = this.#entry();
    if (entry === undefined) return;
    await this.#catalog.list(entry);
    // Whoever took it out meanwhile had it dropped before it was listed.
    if (this.#store.record === undefined) await this.#catalog.forget(entry.bookId);
  }

  /** An upload that was resumed, or completed, while the catalog was told to forget it: it is told anew. */
  async #keepPlace(): Promise<void> {
    const { record } = this.#store;
    const entry = this.#entry();
    if (record === undefined || entry === undefined) return;
    if (record.upload.state === "complete") return this.#list();
    await this.#storage.setAlarm(record.upload.expiresAt);
    await this.#catalog.reserve(entry);
  }

  #entry(): CatalogEntry | undefined {
    const { record, head } = this.#store;
    if (record === undefined || head === undefined) return undefined;
    const { name, images, pages, bytes } = head;
    return { bookId: record.bookId, name, images, pages, bytes };
  }

  /**
   * Judges the lines as a reader would, slice by slice: the object has 128 MB for everything. Each slice is true to the
   * book line already, and so is the book line to the id.
   */
  #checkWhole(head: BookHead, bodyBytes: number): void {
    const size = this.#store.size(bodyBytes);
    if (size > this.#bytesMax) throw tooLarge(this.#bytesMax);
    const check = new BodyCheck(head);
    for (const chunk of this.#store.read({ from: size - bodyBytes, to: size })) check.feed(chunk);
    check.end();
  }

  #answer(): UploadAnswer {
    const { record, head, present } = this.#store;
    if (record === undefined || head === undefined) throw new Refusal("unknown-book", "The book was removed");
    if (record.upload.state === "complete") return { state: "complete", missing: [] };
    return { state: "uploading", missing: missingSlices(head, present) };
  }
}
