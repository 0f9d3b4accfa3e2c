import { rmSync } from "node:fs";
import { FolderStore } from "../../peer-node/storage/folder-store.ts";
import { MemoryStore } from "../../peer-node/storage/memory-store.ts";
import { temporaryFolder } from "../peer-node/temporary-folder.ts";
import { pageStoreContract } from "./page-store.ts";

pageStoreContract("MemoryStore", async (book) => {
  const store = new MemoryStore(book);
  return { store, loseImage: (image) => void store.lose(image) };
});

pageStoreContract("FolderStore", async (book) => {
  const store = await FolderStore.open({
    book,
    folder: temporaryFolder(),
    purpose: "fetch",
    makeDurable: async () => true,
  });
  return { store, loseImage: (image) => rmSync(store.stored(image).file) };
});
