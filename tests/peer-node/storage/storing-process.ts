// A process of its own that stores pages until it is killed, and never ends by itself: whoever kills it may be late. Run
// with a folder; says "open", then the number of each page when it is stored, one a line. With the word "hold" after the
// folder it only keeps the folder open; with "helped" another thread looks at each page and writes it.

import { FolderStore } from "../../../peer-node/storage/folder-store.ts";
import { DiskFault } from "../../../peer-node/storage/page-store.ts";
import { inSharedMemory, inventBook } from "../invented-book.ts";
import { KILL_SIZES } from "./kill-sizes.ts";

const [folder = "", mode] = process.argv.slice(2);
const invented = inventBook(KILL_SIZES);

try {
  const spellBytes = mode === "helped" ? { spellBytes: 0 } : {};
  const store = await FolderStore.open({ book: invented.book, folder, purpose: "fetch", ...spellBytes });
  console.log("open");
  for (const page of mode === "hold" ? [] : invented.pages) {
    await store.put(page, inSharedMemory(invented.pageBytes(page)));
    console.log(page);
  }
  setInterval(() => undefined, 1000);
} catch (error) {
  console.log(error instanceof DiskFault ? error.code : String(error));
}
