// A local page over a node that serves one folder of pictures: what the tests of the page stand on.

import { writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { Node } from "../../../peer-node/node/node.ts";
import { OpenBooks } from "../../../peer-node/node/open-books.ts";
import { openBook } from "../../../peer-node/node/opened-book.ts";
import { describeBook } from "../../../peer-node/node/publish-book.ts";
import { LocalClient } from "../../../peer-node/web/api/client.ts";
import { LocalPage } from "../../../peer-node/web/local-page.ts";
import type { Book } from "../../../shared/book.ts";
import { temporaryFolder } from "../temporary-folder.ts";

export interface ServedPage {
  readonly page: LocalPage;
  readonly client: LocalClient;
  readonly books: OpenBooks;
  readonly book: Book;
}

/** Serves files of these contents and shows them; all is gone when the test ends. */
export async function servedPage(files: Readonly<Record<string, string | Uint8Array>>): Promise<ServedPage> {
  const folder = temporaryFolder();
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  const node = await Node.open({ host: "127.0.0.1" });
  onTestFinished(() => node.close());
  const onEvent = () => undefined;
  const { book } = await describeBook({ folder, name: "pictures", trackers: [], trust: "nothing", onEvent });
  const books = new OpenBooks(node);
  books.add(await openBook({ book, folder, node, purpose: "serve", onEvent }));
  const page = await LocalPage.open({ port: 0, books, version: "0.0.0" });
  onTestFinished(() => page.close());
  return { page, client: new LocalClient(page), books, book };
}

interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A request with headers that `fetch` does not let anybody set, as `Host`. */
export function ask(
  { origin }: Pick<LocalPage, "origin">,
  path: string,
  { method = "GET", headers = {}, body = "" }: AskOptions = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(`${origin}${path}`, { method, headers }, (answer) => {
      let text = "";
      answer.setEncoding("latin1").on("data", (part: string) => {
        text += part;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }));
    });
    asked.on("error", reject).end(body);
  });
}
