// What concerns one book: its images and pages to look at, and what a person may change about it.

import { type Context, Hono } from "hono";
import type { Image } from "../../shared/book.ts";
import type { OpenedBook } from "../node/opened-book.ts";
import { IMAGES_PER_ANSWER_MAX, PRIORITY_PAGES_MAX } from "./api/limits.ts";
import { chosenSchema, type ImageRow, type Priorities, pausedSchema, prioritiesSchema } from "./api/messages.ts";
import type { BookOpener } from "./book-opener.ts";
import { pictureAnswer } from "./picture.ts";
import { RequestRefused } from "./refusals.ts";
import { bodyOf, bookOf, numberIn } from "./requests.ts";
import type { WatchedBooks } from "./watched-books.ts";

export function bookRoutes(books: WatchedBooks, opener: BookOpener): Hono {
  const routes = new Hono();

  routes.get("/:book/images", (context) => {
    const { opened } = bookOf(context, books);
    const from = numberIn(context, "from");
    const to = Math.min(
      opened.store.book.imageCount,
      from + Math.min(IMAGES_PER_ANSWER_MAX, numberIn(context, "count")),
    );
    const images = Array.from({ length: Math.max(0, to - from) }, (_, ordinal) => imageRow(opened, from + ordinal));
    return context.json({ from, images });
  });

  routes.get("/:book/images/:image", (context) => {
    const { opened } = bookOf(context, books);
    return pictureAnswer(opened, wholeImageOf(context, opened));
  });

  routes.get("/:book/pages", (context) => {
    const map = bookOf(context, books).opened.reader.pageMap() as Uint8Array<ArrayBuffer>;
    return context.body(map, 200, { "Content-Type": "application/octet-stream" });
  });

  routes.put("/:book/paused", async (context) => {
    const { opened } = bookOf(context, books);
    const { paused } = await bodyOf(context, pausedSchema);
    opener.pause(opened, paused);
    books.changed();
    return context.body(null, 204);
  });

  routes.put("/:book/chosen", async (context) => {
    const { opened } = bookOf(context, books);
    const { only } = await bodyOf(context, chosenSchema);
    if (opened.purpose === "serve")
      throw new RequestRefused(409, "only-served", "This book is only served; nothing of it is fetched.");
    await opener.choose(opened, only);
    books.changed();
    return context.body(null, 204);
  });

  routes.put("/:book/priorities", async (context) => {
    const { opened } = bookOf(context, books);
    const { images } = await bodyOf(context, prioritiesSchema);
    opened.reader.prioritise([...pagesIn(opened, images)]);
    return context.body(null, 204);
  });

  routes.delete("/:book", async (context) => {
    await opener.leave(bookOf(context, books).opened);
    return context.body(null, 204);
  });

  return routes;
}

function imageRow({ store, chosen }: OpenedBook, number: number): ImageRow {
  const image = store.book.image(number);
  const pages = store.book.pagesOf(number);
  const [first] = pages;
  return {
    path: image.path,
    bytes: image.bytes,
    pages: image.pageCount,
    pagesHeld: pages.filter((page) => store.held.has(page)).length,
    whole: store.isWhole(image.index),
    chosen: first === undefined || chosen.pages.has(first),
  };
}

/** The missing pages of some ranges of images, in order, as many as count. */
function* pagesIn({ store }: OpenedBook, ranges: Priorities["images"]) {
  let room = PRIORITY_PAGES_MAX;
  for (const [from, count] of ranges) {
    for (let number = from; number < Math.min(store.book.imageCount, from + count); number++) {
      for (const page of store.book.pagesOf(number)) {
        if (store.held.has(page)) continue;
        if (room-- === 0) return;
        yield page;
      }
    }
  }
}

/** @throws RequestRefused when the book has no such image, or it is not whole yet */
function wholeImageOf(context: Context, { store }: OpenedBook): Image {
  const text = context.req.param("image") ?? "";
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
  if (number >= store.book.imageCount) throw new RequestRefused(404, "no-such-image", "The book has no such image.");
  const image = store.book.image(number);
  if (!store.isWhole(image.index)) throw new RequestRefused(404, "not-whole", "This image is not here yet.");
  return image;
}
