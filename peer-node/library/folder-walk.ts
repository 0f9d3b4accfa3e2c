// Which files of a folder are images of a book. What a book cannot hold is passed over, and named in a warning; what a
// publisher would never mean, such as hidden files, is passed over in silence.

import { lstatSync, readdirSync } from "node:fs";
import { setImmediate as breathe } from "node:timers/promises";
import { comparePaths, isSkippedName, pathFault } from "../../shared/image-path.ts";
import { errnoOf, mustNameFolder, onDisk } from "../storage/disk-fault.ts";
import { type Stamp, stampOf } from "../storage/stamp.ts";

/** A file that becomes an image. */
export interface FoundFile {
  /** Its path in the book: in NFC, with "/". */
  readonly path: string;
  /** Its path below the folder as the disk spells it. */
  readonly spelling: string;
  readonly stamp: Stamp;
}

/** Something that does not become part of the book. */
export interface Skipped {
  /** Its path below the folder, made readable. */
  readonly path: string;
  /** Why, in words that follow the path, as in "is a symbolic link". */
  readonly reason: string;
}

export interface FolderWalk {
  /** In book order. */
  readonly files: readonly FoundFile[];
  readonly skipped: readonly Skipped[];
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const SLASH = Buffer.from("/");

/**
 * Walks a folder.
 * @throws DiskFault when the folder itself cannot be read
 */
export async function walkFolder(folder: string): Promise<FolderWalk> {
  const walk = new Walk(Buffer.from(folder));
  mustNameFolder(folder);
  onDisk("read", folder, () => readdirSync(folder));
  await walk.enter("", "");
  return { files: walk.files.sort((a, b) => comparePaths(a.path, b.path)), skipped: walk.skipped };
}

class Walk {
  readonly files: FoundFile[] = [];
  readonly skipped: Skipped[] = [];
  readonly #folder: Buffer;

  constructor(folder: Buffer) {
    this.#folder = folder;
  }

  /** Takes in one folder, by its path in the book and its path on the disk, both empty or ending with "/". */
  async enter(path: string, spelling: string): Promise<void> {
    await breathe();
    const taken = new Set<string>();
    for (const bytes of this.#names(spelling)) {
      const spelt = decoded(bytes);
      if (spelt === undefined) {
        this.#skip(`${spelling}${bytes.toString("utf8")}`, "has a name that is not UTF-8");
        continue;
      }
      const name = spelt.normalize("NFC");
      if (isSkippedName(name)) continue;
      if (taken.has(name))
        this.#skip(spelling + spelt, "has the same name as another, spelt with other Unicode characters");
      else await this.#take(path + name, spelling + spelt, () => taken.add(name));
    }
  }

  async #take(path: string, spelling: string, claim: () => void): Promise<void> {
    const fault = pathFault(path);
    const stats = this.#look(spelling);
    if (fault !== undefined) this.#skip(spelling, `cannot be part of a book: its path ${fault}`);
    else if (stats === undefined) this.#skip(spelling, "cannot be read");
    else if (stats.isSymbolicLink()) this.#skip(spelling, "is a symbolic link");
    else if (stats.isDirectory()) {
      claim();
      await this.enter(`${path}/`, `${spelling}/`);
    } else if (stats.isFile()) {
      claim();
      this.files.push({ path, spelling, stamp: stampOf(stats) });
    } else this.#skip(spelling, "is no regular file");
  }

  #skip(path: string, reason: string): void {
    this.skipped.push({ path, reason });
  }

  /** Names in a folder as the disk has them, in the order of their bytes. */
  #names(spelling: string): Buffer[] {
    try {
      return readdirSync(this.#pathOf(spelling), { encoding: "buffer" }).sort(Buffer.compare);
    } catch (error) {
      if (errnoOf(error) === undefined) throw error;
      this.#skip(spelling, "cannot be read");
      return [];
    }
  }

  #look(spelling: string) {
    try {
      return lstatSync(this.#pathOf(spelling), { bigint: true });
    } catch (error) {
      if (errnoOf(error) === undefined) throw error;
      return undefined;
    }
  }

  #pathOf(spelling: string): Buffer {
    return Buffer.concat([this.#folder, SLASH, Buffer.from(spelling)]);
  }
}

function decoded(name: Buffer): string | undefined {
  try {
    return UTF8.decode(name);
  } catch {
    return undefined;
  }
}
