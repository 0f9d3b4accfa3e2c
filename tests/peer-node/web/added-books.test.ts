// Books that are added at the local page: what is written down of them, and what becomes of it at the next start.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { Node } from "../../../peer-node/node/node.ts";
import { OpenBooks } from "../../../peer-node/node/open-books.ts";
import { openBook } from "../../../peer-node/node/opened-book.ts";
import { describeBook } from "../../../peer-node/node/publish-book.ts";
import { FolderStore } from "../../../peer-node/storage/folder-store.ts";
import { LocalClient } from "../../../peer-node/web/api/client.ts";
import { LocalPage } from "../../../peer-node/web/local-page.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const onEvent = () => undefined;

/** Describes a folder of one picture. */
async function describedFolder(name: string) {
  const folder = join(temporaryFolder(), name);
  mkdirSync(folder);
  writeFileSync(join(folder, "a.png"), name);
  return describeBook({ folder, name, trackers: [], trust: "nothing", onEvent });
}

/** A process with its page, and no book yet; the only tracker that it knows is not there. */
async function start() {
  const node = await Node.open({ host: "127.0.0.1" });
  const books = new OpenBooks(node);
  const troubles: string[] = [];
  const page = await LocalPage.open({
    port: 0,
    books,
    version: "0.0.0",
    tracker: { tracker: "http://127.0.0.1:1" },
    onTrouble: (sentence) => troubles.push(sentence),
  });
  const client = new LocalClient(page);
  const end = async () => {
    await page.close();
    await node.close();
  };
  onTestFinished(end);
  return {
    client,
    page,
    troubles,
    end,
    /** Opens the command's own book. */
    async openOwn(described: Awaited<ReturnType<typeof describedFolder>>) {
      const opened = await openBook({ ...described, node, purpose: "serve", onEvent });
      books.add(opened);
      books.noteOwnAreOpen(opened);
    },
    names: async () => (await client.state()).books.map(({ name }) => name),
  };
}

describe("A book that is added at the page", () => {
  beforeEach(() => {
    vi.stubEnv("BOOKSWARM_STATE", temporaryFolder());
    return () => {
      vi.unstubAllEnvs();
      vi.restoreAllMocks();
    };
  });

  it("is opened again at the next start of the command, also when it was open before the command's own", async () => {
    const [own, added] = [await describedFolder("own"), await describedFolder("added")];
    const first = await start();
    await first.client.add({ purpose: "serve", folder: added.folder });
    await first.openOwn(own);
    await first.end();
    const second = await start();
    await second.openOwn(own);
    await expect.poll(second.names).toEqual(["own", "added"]);
    expect(second.troubles).toEqual([]);
  });

  it("stays away when it was left before the command's own was open", async () => {
    const names = ["own", "added", "next"];
    const [own, added, next] = await Promise.all(names.map(describedFolder));
    if (own === undefined || added === undefined || next === undefined) throw new Error("All were described");
    const first = await start();
    await first.openOwn(own);
    for (const { folder } of [added, next]) await first.client.add({ purpose: "serve", folder });
    await first.end();
    const second = await start();
    const { bookId } = await second.client.add({ purpose: "serve", folder: added.folder });
    await second.client.remove(bookId);
    await second.openOwn(own);
    // They are opened one after the other, in the order in which they were added.
    await expect.poll(second.names).toEqual(["own", "next"]);
  });

  it("is opened again by the descriptor that was named, where there are several", async () => {
    const [own, added] = [await describedFolder("own"), await describedFolder("added")];
    const { descriptor, folder } = await describeBook({
      folder: added.folder,
      name: "other",
      trackers: [],
      trust: "nothing",
      onEvent,
    });
    const first = await start();
    await first.openOwn(own);
    await first.client.add({ purpose: "serve", folder: descriptor });
    await first.end();
    const second = await start();
    await second.openOwn(own);
    await expect.poll(second.names).toEqual(["own", "other"]);
    expect((await second.client.state()).books[1]).toMatchObject({ folder });
  });

  it("counts as added where that cannot be written down, which is said, and is left at the first word", async () => {
    const blocked = join(temporaryFolder(), "state");
    writeFileSync(blocked, "no folder");
    vi.stubEnv("BOOKSWARM_STATE", blocked);
    const [own, added] = [await describedFolder("own"), await describedFolder("added")];
    const process = await start();
    await process.openOwn(own);
    const { bookId, name } = await process.client.add({ purpose: "serve", folder: added.folder });
    expect(name).toBe("added");
    expect(process.troubles).toEqual([expect.stringMatching(/^added is not opened again at the next start: .+/)]);
    await process.client.remove(bookId);
    expect(await process.names()).toEqual(["own"]);
  });

  it("is given up with what hashes its folder when the page is closed", async () => {
    const added = await describedFolder("added");
    const opening = Promise.withResolvers<void>();
    const given = vi.spyOn(FolderStore, "open").mockImplementation(async ({ signal }) => {
      opening.resolve();
      return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    });
    const process = await start();
    const adding = process.client.add({ purpose: "serve", folder: added.folder });
    adding.catch(() => undefined);
    await opening.promise;
    await process.page.close();
    await expect(given.mock.results[0]?.value).rejects.toThrow("being closed");
    await expect(adding).rejects.toThrow();
  });
});
