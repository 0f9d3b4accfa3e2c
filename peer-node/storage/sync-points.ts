// When what was written has reached the disk itself, so that even the death of the system cannot take it back. Between
// two such points a crash of the whole machine costs hashing, never trust; so they may be rare, and are made in the
// background, where the system writes out what it would have written anyway.

import { spawn } from "node:child_process";
import { open } from "node:fs/promises";
import { diskFault, errnoOf } from "./disk-fault.ts";
import { DiskFault } from "./page-store.ts";

/** Longest time between two sync points while pages arrive. Chosen; Linux itself writes out what is 30 s old. */
const SYNC_MS = 30_000;

/** Most bytes between two sync points. Chosen; hashing them again takes a second, syncing them much longer. */
const SYNC_BYTES = 1024 * 1024 * 1024;

/** Longest wait for the disk when a book is closed. Chosen; what it leaves undone costs hashing after a power cut. */
const CLOSE_MS = 2_000;

/** What a disk answers that has lost something of a file, as it has no room for it or is broken. */
const LOSSES = new Set(["EIO", "ENOSPC", "EDQUOT"]);

/** Where nothing is that could be written out, or lost. */
const NOWHERE = "/proc";

/**
 * Waits until the files, all below `folder`, have reached the disk; false when that took longer than told, or nobody can
 * say.
 * @throws DiskFault when something that was written to them is lost
 */
export type MakeDurable = (folder: string, files: Iterable<string>, timeoutMs: number | undefined) => Promise<boolean>;

/** What a sync point is made for. */
export interface Unsynced {
  readonly folder: string;
  /** Files that were written since the last sync point. */
  files(): string[];
  /** Marks what was written down so far. @returns what is to be done when all of that is durable */
  mark(): () => void | Promise<void>;
  /** The disk has lost something, and says so once: nothing that it says later is to be taken as its word for that. */
  doubt(): void;
}

export class SyncPoints {
  readonly #unsynced: Unsynced;
  readonly #makeDurable: MakeDurable;
  readonly #now: () => number;
  #lastAt: number;
  #bytes = 0;
  #running: Promise<void> | undefined;
  #isClosed = false;

  /** @param now - milliseconds of a clock that only goes forward */
  constructor(unsynced: Unsynced, makeDurable: MakeDurable, now: () => number = () => performance.now()) {
    this.#unsynced = unsynced;
    this.#makeDurable = makeDurable;
    this.#now = now;
    this.#lastAt = now();
  }

  /** Counts bytes that were written, and makes a sync point in the background when one is due. */
  wrote(bytes: number): void {
    this.#bytes += bytes;
    if (this.#running !== undefined) return;
    if (this.#bytes < SYNC_BYTES && this.#now() - this.#lastAt < SYNC_MS) return;
    this.#running = this.#sync(undefined).finally(() => {
      this.#running = undefined;
    });
  }

  /** Makes a last sync point, unless the disk takes too long; what it says later is not written down any more. */
  async close(): Promise<void> {
    const files = this.#unsynced.files();
    if (files.length > 0) await this.#sync(CLOSE_MS);
    this.#isClosed = true;
  }

  async #sync(timeoutMs: number | undefined): Promise<void> {
    const synced = this.#unsynced.mark();
    this.#bytes = 0;
    this.#lastAt = this.#now();
    const earlier = this.#running;
    if (!(await this.#isDurable(timeoutMs)) || this.#isClosed) return;
    // One that began earlier and is still under way may be the one that is told of a loss.
    if (earlier !== undefined && earlier === this.#running) return;
    try {
      await synced();
    } catch (error) {
      // A disk that is full or gone just now: it counts as not synced, which costs hashing and nothing else.
      if (!(error instanceof DiskFault)) throw error;
    }
  }

  async #isDurable(timeoutMs: number | undefined): Promise<boolean> {
    try {
      return await this.#makeDurable(this.#unsynced.folder, this.#unsynced.files(), timeoutMs);
    } catch (error) {
      if (!(error instanceof DiskFault)) throw error;
      this.#unsynced.doubt();
      return false;
    }
  }
}

/**
 * Syncs the whole file system at once where the system can (Linux): thousands of small files, one by one, would take a
 * disk minutes. Elsewhere file by file.
 */
export const makeDurable: MakeDurable = async (folder, files, timeoutMs) => {
  const synced = process.platform === "linux" ? await syncFileSystem(folder, timeoutMs) : undefined;
  return synced ?? syncEach(files, timeoutMs);
};

/** Undefined when there is no command for it. @throws DiskFault */
async function syncFileSystem(folder: string, timeoutMs: number | undefined): Promise<boolean | undefined> {
  const outcome = await runSync(folder, timeoutMs);
  if (outcome !== "failed") return outcome === "synced";
  // A command that is not there, or cannot do this, fails everywhere.
  if ((await runSync(NOWHERE, timeoutMs)) === "failed") return undefined;
  throw new DiskFault("failed", folder, `Cannot sync ${folder}: the disk reported an error`);
}

function runSync(path: string, timeoutMs: number | undefined): Promise<"synced" | "late" | "failed"> {
  return new Promise((resolve) => {
    const child = spawn("sync", ["-f", path], { stdio: "ignore" });
    // A process that waits for a disk cannot be killed; it is left to itself.
    child.unref();
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => resolve("late"), timeoutMs);
    child.on("error", () => {
      clearTimeout(timer);
      resolve("failed");
    });
    child.on("exit", (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? "synced" : "failed");
    });
  });
}

async function syncEach(files: Iterable<string>, timeoutMs: number | undefined): Promise<boolean> {
  const started = performance.now();
  for (const file of files) {
    if (timeoutMs !== undefined && performance.now() - started > timeoutMs) return false;
    try {
      await syncFile(file);
    } catch (error) {
      if (LOSSES.has(errnoOf(error) ?? "")) throw diskFault(error, "sync", file);
      return false;
    }
  }
  return true;
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
