// A book and a store for transport tests: what the store answers is the test's to say.

import type { PageStore } from "../../../peer-node/storage/page-store.ts";
import { type Book, BookBuilder, pageCountOf } from "../../../shared/book.ts";
import { parseBookId } from "../../../shared/ids.ts";
import { SHA1_BYTES, SHA256_BYTES } from "../../../shared/limits.ts";
import { PageSet } from "../../../shared/page-set.ts";

/** A book of one image; its digests are zeros, because nothing here verifies. */
export function bookOf(imageBytes: number): Book {
  const pages = pageCountOf(imageBytes);
  const head = { name: "Book", images: 1, pages, bytes: imageBytes, index: [] };
  const builder = new BookBuilder(head);
  builder.add({
    path: "a.png",
    bytes: imageBytes,
    sha256: "00".repeat(SHA256_BYTES),
    pages: "00".repeat(SHA1_BYTES * pages),
  });
  return builder.build(parseBookId("b0".repeat(32)), []);
}

/** A store whose reading and putting the test gives. */
export function storeOf(
  book: Book,
  { read = async () => undefined, put = async () => ({ outcome: "stored" }) }: Partial<Pick<PageStore, "read" | "put">>,
): PageStore {
  return { book, held: new PageSet(book.pageCount), read, put, regain: async () => [], close: async () => undefined };
}

/** What a page of the test's book holds: each byte says where it stands. */
export function byteAt(page: number, offset: number): number {
  return (page * 31 + offset * 7) & 0xff;
}

/** A reading that fills targets with `byteAt`. */
export const readPattern: PageStore["read"] = async (page, offset, targets) => {
  let at = offset;
  for (const target of targets) for (let i = 0; i < target.length; i++) target[i] = byteAt(page, at++);
};
