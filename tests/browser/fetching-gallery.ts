// A gallery over a book of which nothing is here, and nobody sends anything.

import { onTestFinished } from "vitest";
import { Node } from "../../peer-node/node/node.ts";
import { OpenBooks } from "../../peer-node/node/open-books.ts";
import { openBook } from "../../peer-node/node/opened-book.ts";
import { LocalPage } from "../../peer-node/web/local-page.ts";
import { inventBook } from "../peer-node/invented-book.ts";
import { temporaryFolder } from "../peer-node/temporary-folder.ts";

/** @param sizes - bytes of each image, by its path */
export async function fetchingGallery(sizes: Readonly<Record<string, number>>): Promise<LocalPage> {
  const { book } = inventBook(sizes);
  const node = await Node.open({ host: "127.0.0.1" });
  onTestFinished(() => node.close());
  const books = new OpenBooks(node);
  const onEvent = () => undefined;
  books.add(await openBook({ book, folder: temporaryFolder(), node, purpose: "fetch", onEvent }));
  const page = await LocalPage.open({ port: 0, books, version: "0.0.0" });
  onTestFinished(() => page.close());
  return page;
}
