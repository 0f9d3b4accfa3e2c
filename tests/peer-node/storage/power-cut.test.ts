// A power cut, modelled as the loss of what was not synced. What the store does to files is written down; at a random
// moment it stops, and of everything since its last sync point any part may be undone: bytes of files become zeros
// under the same size, time and inode, names go back to where they were, the record ends early. That is more than
// most file systems lose. The folder is then opened as after another start of the system.
//
// What it does not model: folders that are lost themselves, and a disk that says it has synced and has not.

import * as fs from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { FolderStore } from "../../../peer-node/storage/folder-store.ts";
import { readPage } from "../../contracts/page-store.ts";
import { Dice } from "../../fuzz/mutations.ts";
import { inventBook } from "../invented-book.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { touch } from "./invented-folder.ts";

/** What was done to files since the last sync point, and how often anything was done. */
const journal = vi.hoisted(() => ({
  writes: [] as { readonly inode: bigint; readonly position: number; readonly bytes: number }[],
  moves: [] as { readonly from: string; readonly to: string }[],
  left: Number.POSITIVE_INFINITY,
}));

vi.mock("node:fs", async (importActual) => {
  const actual = await importActual<typeof fs>();
  /** The power fails before this. */
  const powered = () => {
    if (journal.left-- <= 0) throw new Error("The power is gone");
  };
  return {
    ...actual,
    writeSync: (...[file, bytes, offset, length, position]: [number, Uint8Array, number, number, number]) => {
      powered();
      const { ino } = actual.fstatSync(file, { bigint: true });
      // Without a position it is a small file of its own, as the lock, and not what is judged here.
      if (position !== undefined) journal.writes.push({ inode: ino, position, bytes: length });
      return actual.writeSync(file, bytes, offset, length, position);
    },
    linkSync: (from: string, to: string) => {
      powered();
      actual.linkSync(from, to);
      journal.moves.push({ from, to });
    },
    rmSync: (...args: Parameters<typeof actual.rmSync>) => {
      powered();
      actual.rmSync(...args);
    },
    unlinkSync: (path: string) => {
      powered();
      actual.unlinkSync(path);
    },
  };
});

const invented = inventBook({
  "a.png": 5,
  "b/one.png": 70_000,
  "b/two.png": 256_007,
  "c.png": 300,
  "d.png": 600_000,
  "e.png": 9,
});
const { book, pages } = invented;
const CUTS = 150;

function open(folder: string, boot: string): Promise<FolderStore> {
  const makeDurable = async () => {
    journal.writes.length = 0;
    journal.moves.length = 0;
    return true;
  };
  return FolderStore.open({ book, folder, purpose: "fetch", boot, makeDurable });
}

/** Stores pages until the power fails, with a start in order on the way. */
async function storeUntilDark(folder: string, dice: Dice): Promise<void> {
  journal.left = 1 + dice.below(45);
  try {
    const first = await open(folder, "before");
    for (const page of pages.slice(0, dice.below(pages.length))) await first.put(page, invented.pageBytes(page));
    await first.close();
    const second = await open(folder, "before");
    for (const page of pages) await second.put(page, invented.pageBytes(page));
    await second.close();
  } catch (error) {
    if (!(error instanceof Error) || error.message !== "The power is gone") throw error;
  } finally {
    journal.left = Number.POSITIVE_INFINITY;
  }
}

/** Undoes a part of what was not synced. */
function lose(folder: string, dice: Dice): void {
  const files = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const { inode, position, bytes } of journal.writes) {
    if (dice.below(2) === 0) continue;
    const file = files.find((path) => fs.statSync(path, { bigint: true }).ino === inode);
    if (file !== undefined) zero(file, position, bytes, dice);
  }
  for (const { from, to } of journal.moves.toReversed()) {
    if (dice.below(2) === 0 || !fs.existsSync(to)) continue;
    if (!fs.existsSync(from)) fs.linkSync(to, from);
    if (dice.below(3) > 0) fs.rmSync(to);
  }
  journal.writes.length = 0;
  journal.moves.length = 0;
  // The lock names a process of a system that is gone.
  fs.rmSync(join(folder, ".bookswarm", "lock"), { force: true });
}

/** Zeros where bytes were; the record may also just end there. Size, time and inode tell nothing of it. */
function zero(file: string, position: number, bytes: number, dice: Dice): void {
  if (file.endsWith("record") && dice.below(2) === 0)
    return fs.truncateSync(file, Math.min(position, fs.statSync(file).size));
  const { size, mtimeNs } = fs.statSync(file, { bigint: true });
  const descriptor = fs.openSync(file, "r+");
  fs.writeSync(descriptor, new Uint8Array(bytes), 0, bytes, position);
  fs.ftruncateSync(descriptor, Number(size));
  fs.closeSync(descriptor);
  touch(file, mtimeNs);
}

describe.skipIf(process.platform !== "linux")("After a power cut", () => {
  test(`at ${CUTS} random moments nothing wrong is held or visible, and the rest arrives`, {
    timeout: 600_000,
  }, async () => {
    const dice = new Dice(4_127);
    for (let cut = 0; cut < CUTS; cut++) {
      const folder = temporaryFolder();
      await storeUntilDark(folder, dice);
      lose(folder, dice);
      const store = await open(folder, "after");
      for (const page of store.held) {
        expect((await readPage(store, page)).equals(invented.pageBytes(page)), `cut ${cut}, page ${page}`).toBe(true);
      }
      for (const { index, path } of book.images()) {
        const file = join(folder, path);
        const isRight = !fs.existsSync(file) || fs.readFileSync(file).equals(invented.images[index] ?? Buffer.alloc(0));
        expect(isRight, `cut ${cut}, ${path}`).toBe(true);
      }
      for (const page of pages) await store.put(page, invented.pageBytes(page));
      expect(store.inTheWay).toEqual([]);
      expect(store.held.isFull).toBe(true);
      await store.close();
      fs.rmSync(folder, { recursive: true });
    }
  });
});
