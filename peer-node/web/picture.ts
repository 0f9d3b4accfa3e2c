// A whole image as an answer: its bytes as the store vouches for them, page by page, and the type that they show. What
// is no raster picture is a download, so that nothing that a stranger published ever runs here.

import type { Image } from "../../shared/book.ts";
import type { OpenedBook } from "../node/opened-book.ts";
import { PagesLost } from "../storage/page-store.ts";
import { HEAD_BYTES, rasterType } from "./raster.ts";

/**
 * @throws PagesLost when the file is no longer what was verified
 * @throws DiskFault when it cannot be read for now
 */
export async function pictureAnswer(opened: OpenedBook, image: Image): Promise<Response> {
  const pages = pagesOf(opened, image);
  const first = await pages.next();
  const head: Uint8Array<ArrayBuffer> = first.done === true ? new Uint8Array() : first.value;
  const type = rasterType(head.subarray(0, HEAD_BYTES));
  const headers = {
    "Content-Type": type ?? "application/octet-stream",
    "Content-Length": String(image.bytes),
    "Content-Disposition": type === undefined ? `attachment; filename*=UTF-8''${fileName(image)}` : "inline",
  };
  return new Response(image.pageCount <= 1 ? head : ReadableStream.from(following(head, pages)), { headers });
}

async function* pagesOf({ store, reader }: OpenedBook, image: Image): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (const page of store.book.pagesOf(image.index)) {
    const bytes = new Uint8Array(store.book.pageBytes(page));
    try {
      await store.read(page, 0, [bytes]);
    } catch (error) {
      if (error instanceof PagesLost) reader.noteLost(error);
      throw error;
    }
    yield bytes;
  }
}

async function* following<Value>(first: Value, rest: AsyncGenerator<Value>): AsyncGenerator<Value> {
  yield first;
  yield* rest;
}

/** As RFC 8187 spells a name; without its folders. */
function fileName({ path }: Image): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return encodeURIComponent(name).replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
