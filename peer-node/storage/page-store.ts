// The port to where pages live. Two adapters keep it, a folder on disk and memory, and one contract suite holds both
// to it. The store verifies: a page whose bytes do not have its SHA-1 is never kept, so nothing above can announce or
// serve it. It knows nothing of readers, asks or links.

import type { Book } from "../../shared/book.ts";
import type { ImageIndex, PageIndex } from "../../shared/ids.ts";
import type { PageSet } from "../../shared/page-set.ts";

/** An image that became whole: all pages held and its SHA-256 right. */
export interface StoredImage {
  readonly image: ImageIndex;
  /** The publisher's name. */
  readonly path: string;
  /** Where it lies; the path itself in a store without files. */
  readonly file: string;
  readonly bytes: number;
}

/** What became of a page that was put. */
export type PutResult =
  /** It is held from now on; `image` when it was the last page of one. Putting a held page again is "stored". */
  | { readonly outcome: "stored"; readonly image?: StoredImage }
  /** Its bytes do not have the page's SHA-1 or length: the sender's fault. Nothing was kept. */
  | { readonly outcome: "corrupt" }
  /** Every page of its image is right and the image's SHA-256 is not: the book itself is bad. The image is given up. */
  | { readonly outcome: "refused"; readonly image: ImageIndex };

/** Why the disk would not do what it was told; the world's fault, to be waited out and shown. */
export type DiskFaultCode = "full" | "read-only" | "denied" | "gone" | "in-the-way" | "locked" | "failed";

/** The disk failed. The message is one sentence that says what, on which path, and what to do. */
export class DiskFault extends Error {
  readonly code: DiskFaultCode;
  readonly path: string;

  constructor(code: DiskFaultCode, path: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DiskFault";
    this.code = code;
    this.path = path;
  }
}

/** What is told to whoever goes on using a book that was closed. @param place - where its pages lie */
export function bookClosed(place: string): DiskFault {
  return new DiskFault("failed", place, `Cannot use ${place}: the book was closed`);
}

/** A held page turned out to be gone: its file changed or vanished. The store no longer holds `pages`. */
export class PagesLost extends Error {
  readonly pages: readonly PageIndex[];

  constructor(pages: readonly PageIndex[], message: string) {
    super(message);
    this.name = "PagesLost";
    this.pages = pages;
  }
}

/** Where the pages of one book live. */
export interface PageStore {
  readonly book: Book;
  /** The verified pages. Only the store changes it; others look. */
  readonly held: PageSet;

  /**
   * Verifies a page and keeps it.
   * @param bytes - the whole page; not to be changed until the promise settles
   * @throws DiskFault when the page is right and cannot be written; it may be put again later
   * @throws PagesLost when other pages of its image turned out to be gone, as it was written or would have completed the
   *   image; `held` tells whether this one is kept
   */
  put(page: PageIndex, bytes: Uint8Array): Promise<PutResult>;

  /**
   * Reads bytes of a held page, from `offset` on, into `targets` one after the other.
   * @throws PagesLost when the page is not there as it was verified
   * @throws DiskFault when it cannot be read for now
   */
  read(page: PageIndex, offset: number, targets: readonly Uint8Array[]): Promise<void>;

  /**
   * Looks whether lost pages are there again, where nothing else will bring them back; cheap when nothing changed.
   * @returns pages that are held again
   * @throws DiskFault when the disk does not answer
   */
  regain(): Promise<readonly PageIndex[]>;

  /** Writes down what must survive, and lets go of the folder. A second call does nothing. */
  close(): Promise<void>;
}
