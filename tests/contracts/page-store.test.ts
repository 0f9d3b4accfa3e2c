import { rmSync } from "node:fs";
import { FolderStore } from "../../peer-node/storage/folder-store.ts";
import { MemoryStore } from "../../peer-node/storage/memory-store.ts";
import type { FolderStoreOptions } from "../../peer-node/storage/opening.ts";
import type { PageStore } from "../../peer-node/storage/page-store.ts";
import type { Book } from "../../shared/book.ts";
import { inSharedMemory } from "../peer-node/invented-book.ts";
import { temporaryFolder } from "../peer-node/temporary-folder.ts";
import { pageStoreContract } from "./page-store.ts";

function openFolder(book: Book, options: Partial<FolderStoreOptions> = {}): Promise<FolderStore> {
  return FolderStore.open({
    book,
    folder: temporaryFolder(),
    purpose: "fetch",
    makeDurable: async () => true,
    ...options,
  });
}

/** A store that gets its pages in shared memory, as they come from a link. */
function withSharedPages(store: PageStore): PageStore {
  return {
    book: store.book,
    held: store.held,
    put: (page, bytes) => store.put(page, inSharedMemory(bytes)),
    read: (page, offset, targets) => store.read(page, offset, targets),
    regain: () => store.regain(),
    close: () => store.close(),
  };
}

pageStoreContract("MemoryStore", async (book) => {
  const store = new MemoryStore(book);
  return { store, loseImage: (image) => void store.lose(image) };
});

pageStoreContract("FolderStore", async (book) => {
  const store = await openFolder(book);
  return { store, loseImage: (image) => rmSync(store.stored(image).file) };
});

pageStoreContract("FolderStore with a thread that looks and writes", async (book) => {
  const store = await openFolder(book, { spellBytes: 0 });
  return { store: withSharedPages(store), loseImage: (image) => rmSync(store.stored(image).file) };
});
