import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { PAGE_STANDINGS } from "../../../peer-node/core/page-map.ts";
import type { BookEvent } from "../../../peer-node/node/book-events.ts";
import { Node } from "../../../peer-node/node/node.ts";
import { OpenBooks } from "../../../peer-node/node/open-books.ts";
import { openBook } from "../../../peer-node/node/opened-book.ts";
import { LocalClient, LocalRefused } from "../../../peer-node/web/api/client.ts";
import { IMAGES_PER_ANSWER_MAX, RANGES_MAX } from "../../../peer-node/web/api/limits.ts";
import type { LocalEvent } from "../../../peer-node/web/api/messages.ts";
import { LocalPage } from "../../../peer-node/web/local-page.ts";
import { parseBookId } from "../../../shared/ids.ts";
import { noise } from "../../processes/pictures.ts";
import { inventBook } from "../invented-book.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { servedPage } from "./served-page.ts";

const FILES = { "a.png": noise(1_000, 1), "b.png": noise(600_000, 2), "c/d.gif": noise(20, 3) };

/** A page over a book that is to be fetched, and of which nobody has anything. */
async function fetchingPage() {
  const served = await servedPage({ "a.png": noise(1_000, 1), "b.png": noise(600_000, 2), "c.gif": noise(20, 3) });
  const node = await Node.open({ host: "127.0.0.1" });
  onTestFinished(() => node.close());
  const books = new OpenBooks(node);
  const { book } = served;
  const opened = await openBook({
    book,
    folder: temporaryFolder(),
    node,
    purpose: "fetch",
    onEvent: () => undefined,
  });
  books.add(opened);
  const page = await LocalPage.open({ port: 0, books, version: "0.0.0" });
  onTestFinished(() => page.close());
  return { book, opened, publisher: [...served.books][0], client: new LocalClient(page), page };
}

/** Hands a book's pages over, as if they had come over a link. */
async function hand(
  publisher: Awaited<ReturnType<typeof fetchingPage>>["publisher"],
  to: typeof publisher,
  image: number,
) {
  const source = publisher?.store;
  const { firstPage, pageCount } = source?.book.image(image) ?? { firstPage: 0, pageCount: 0 };
  for (let number = firstPage; number < firstPage + pageCount; number++) {
    const page = source?.book.page(number);
    if (source === undefined || page === undefined) continue;
    const bytes = new Uint8Array(source.book.pageBytes(page));
    await source.read(page, 0, [bytes]);
    await to?.store.put(page, bytes);
  }
}

describe("The local API", () => {
  it("tells how every book of the process stands", async () => {
    const { client, book, books } = await servedPage({ "a.png": FILES["a.png"], "b.png": FILES["b.png"] });
    expect(await client.state()).toMatchObject({
      bookswarm: "process",
      version: "0.0.0",
      pid: process.pid,
      port: books.node.port,
      limits: { upload: null, download: null },
      books: [
        {
          bookId: book.id,
          name: "pictures",
          link: "",
          purpose: "serve",
          images: 2,
          pages: 4,
          bytes: 601_000,
          imagesWhole: 2,
          pagesHeld: 4,
          pagesMissing: 0,
          paused: false,
          why: { code: "complete" },
          tracker: "none",
          readers: [],
          problems: [],
        },
      ],
    });
  });

  it("tells what the folder of a book holds otherwise, in the words in which the command was told", async () => {
    const { books, client } = await servedPage({ "a.png": FILES["a.png"] });
    const folder = temporaryFolder();
    const invented = inventBook({ "a.png": 1_000, "b.png": 2_000, "c.png": 3_000 }, ["a.png"]);
    invented.writeTo(folder);
    writeFileSync(join(folder, "b.png"), "somebody's own");
    const told: string[] = [];
    const onEvent = (event: BookEvent) => {
      if (event.type === "inTheWay" || event.type === "imageRefused") told.push(event.message);
    };
    books.add(await openBook({ book: invented.book, folder, node: books.node, purpose: "fetch", onEvent }));
    expect(told).toHaveLength(2);
    expect((await client.state()).books[1]?.problems).toEqual(told);
  });

  it("lists images by ranges, with what is held of each", async () => {
    const { client, book, opened, publisher } = await fetchingPage();
    await hand(publisher, opened, 0);
    expect((await client.images(book.id, 0, 2)).images).toEqual([
      { path: "a.png", bytes: 1_000, pages: 1, pagesHeld: 1, whole: true, chosen: true },
      { path: "b.png", bytes: 600_000, pages: 3, pagesHeld: 0, whole: false, chosen: true },
    ]);
    expect(await client.images(book.id, 2, IMAGES_PER_ANSWER_MAX + 1)).toMatchObject({
      from: 2,
      images: [{ path: "c.gif" }],
    });
    expect((await client.images(book.id, 3, 10)).images).toEqual([]);
  });

  it("shows no image before it is whole", async () => {
    const { client, book, opened, publisher } = await fetchingPage();
    await expect(client.image(book.id, 0)).rejects.toMatchObject({ status: 404, code: "not-whole" });
    await hand(publisher, opened, 0);
    expect(new Uint8Array(await (await client.image(book.id, 0)).arrayBuffer())).toEqual(noise(1_000, 1));
    await expect(client.image(book.id, 3)).rejects.toMatchObject({ status: 404, code: "no-such-image" });
  });

  it("tells how every page stands, one byte for each", async () => {
    const { client, book, opened } = await fetchingPage();
    const { rare, unwanted } = PAGE_STANDINGS;
    expect([...(await client.pageMap(book.id))]).toEqual([rare, rare, rare, rare, rare]);
    await opened.choose(({ path }) => path === "b.png");
    expect([...(await client.pageMap(book.id))]).toEqual([unwanted, rare, rare, rare, unwanted]);
  });

  it("pauses a book, and lets it go on", async () => {
    const { client, book } = await fetchingPage();
    await client.pause(book.id, true);
    expect((await client.state()).books[0]).toMatchObject({ paused: true, why: { code: "paused" } });
    await client.pause(book.id, false);
    expect((await client.state()).books[0]).toMatchObject({ paused: false, why: { code: "tracker" } });
  });

  it("sets limits and takes them away", async () => {
    const { client } = await fetchingPage();
    await client.limit({ upload: 5_000, download: 1_000_000 });
    expect((await client.state()).limits).toEqual({ upload: 5_000, download: 1_000_000 });
    await client.limit({ upload: null, download: null });
    expect((await client.state()).limits).toEqual({ upload: null, download: null });
    await expect(client.limit({ upload: 0, download: null })).rejects.toMatchObject({
      status: 400,
      code: "bad-request",
    });
  });

  it("chooses images by globs, and says so when one matches nothing", async () => {
    const { client, book } = await fetchingPage();
    await client.choose(book.id, ["*.gif", "a*"]);
    expect((await client.state()).books[0]?.chosen).toMatchObject({ images: 2, pages: 2, bytes: 1_020 });
    await expect(client.choose(book.id, ["*.tif"])).rejects.toMatchObject({ status: 400, code: "no-match" });
    expect((await client.state()).books[0]?.chosen.images).toBe(2);
    await client.choose(book.id, []);
    expect((await client.state()).books[0]?.chosen.images).toBe(3);
  });

  it("fetches nothing of a book that is only served", async () => {
    const { client, book } = await servedPage(pngs(1));
    await expect(client.choose(book.id, [])).rejects.toMatchObject({ status: 409, code: "only-served" });
  });

  it("takes ranges of images to fetch first, as many as it says", async () => {
    const { client, book } = await fetchingPage();
    await client.prioritise(book.id, [
      [1, 1],
      [0, 5],
    ]);
    const many = Array.from({ length: RANGES_MAX + 1 }, (): [number, number] => [0, 1]);
    await expect(client.prioritise(book.id, many)).rejects.toMatchObject({ status: 400, code: "bad-request" });
  });

  it("says in a sentence what is wrong with a request", async () => {
    const { client } = await servedPage(pngs(1));
    const unknown = parseBookId("ab".repeat(32));
    await expect(client.images(unknown, 0, 1)).rejects.toBeInstanceOf(LocalRefused);
    await expect(client.images(unknown, 0, 1)).rejects.toMatchObject({ status: 404, code: "no-such-book" });
    await expect(client.add({ purpose: "fetch", source: "nonsense" })).rejects.toMatchObject({ code: "book-unclear" });
  });

  it("leaves a book, whose files stay", async () => {
    const { client, book, books } = await servedPage(pngs(2));
    const folder = books.get(book.id)?.store.folder ?? "";
    await client.remove(book.id);
    expect((await client.state()).books).toEqual([]);
    expect(books.get(book.id)).toBeUndefined();
    for (const [name, bytes] of Object.entries(pngs(2)))
      expect(new Uint8Array(readFileSync(join(folder, name)))).toEqual(bytes);

    const fetching = await fetchingPage();
    await hand(fetching.publisher, fetching.opened, 0);
    await fetching.client.remove(fetching.book.id);
    const fetched = join(fetching.opened.store.folder, "a.png");
    expect(new Uint8Array(readFileSync(fetched))).toEqual(noise(1_000, 1));
  });

  it("serves a folder that is added while it runs, once", async () => {
    const { client, book, books } = await servedPage(pngs(1));
    const folder = books.get(book.id)?.store.folder ?? "";
    await expect(client.add({ purpose: "serve", folder })).rejects.toMatchObject({ status: 409, code: "already-open" });
    await client.remove(book.id);
    await expect(client.add({ purpose: "serve", folder })).rejects.toMatchObject({ status: 400, code: "no-tracker" });
  });
});

describe("The live updates of the local API", () => {
  it("begin with the state, and tell what changes", async () => {
    const { client, book } = await fetchingPage();
    const events = follow(client);
    expect(await events.next()).toMatchObject({
      event: "state",
      data: { books: [{ bookId: book.id, paused: false }] },
    });
    await client.pause(book.id, true);
    expect(await events.next()).toMatchObject({ event: "state", data: { books: [{ paused: true }] } });
    await client.remove(book.id);
    expect(await events.next()).toMatchObject({ event: "state", data: { books: [] } });
  });

  it("keep nothing from one listener because another came", async () => {
    const { client, book, opened } = await fetchingPage();
    const first = follow(client);
    await first.next();
    opened.reader.pause(true);
    const second = follow(client);
    expect(await second.next()).toMatchObject({ data: { books: [{ bookId: book.id, paused: true }] } });
    expect(await first.next()).toMatchObject({ data: { books: [{ paused: true }] } });
  });

  it("name images that are no longer what they were", async () => {
    const { client, book, books } = await servedPage(pngs(3));
    const events = follow(client);
    await events.next();
    writeFileSync(join(books.get(book.id)?.store.folder ?? "", "1.png"), "something else");
    await expect(client.image(book.id, 1)).rejects.toMatchObject({ status: 404, code: "changed" });
    // The state changes as well, and may be told first.
    const heard = [await events.next(), await events.next()];
    expect(heard).toContainEqual({ event: "images", data: { bookId: book.id, whole: [], changed: [1] } });
    expect((await client.images(book.id, 1, 1)).images[0]?.whole).toBe(false);
    expect((await client.state()).books[0]).toMatchObject({ imagesWhole: 2, pagesHeld: 2 });
  });
});

function pngs(count: number): Record<string, Uint8Array> {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`${at}.png`, noise(100, at)]));
}

/** Reads live updates one by one, until the test ends. */
function follow(client: LocalClient): { next(): Promise<LocalEvent | undefined> } {
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const events = client.events(ending.signal);
  return {
    next: async () => {
      const result = await events.next();
      return result.done === true ? undefined : result.value;
    },
  };
}
