// Where the files of a book's images lie, and the few things done to them: made, put in place, taken back. A part is an
// unfinished image, under its number in the state folder. Nothing is ever written through a symbolic link, over a file
// that is there, or into one that has names which we did not give it.

import {
  type BigIntStats,
  constants,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  unlinkSync,
} from "node:fs";
import { dirname, join, sep } from "node:path";
import type { ImageIndex } from "../../shared/ids.ts";
import { errnoOf, onDisk } from "./disk-fault.ts";
import { makeRealFolder } from "./make-folder.ts";
import { DiskFault } from "./page-store.ts";
import { removeFile } from "./remove-file.ts";
import { type Stamp, stampOf } from "./stamp.ts";

/** Windows has no such flags, and no links that anybody could plant without rights. */
const { O_RDONLY, O_RDWR, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/** What a file system without hard links answers when asked for one. */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EINVAL", "EISDIR"]);

/** What `look` sees under a name: a regular file, something that is none, or nothing. */
export type Sight = SeenFile | "other" | undefined;

/** How a file looks, since when there is such a file, and under how many names. */
export interface SeenFile extends Stamp {
  /** Nanoseconds since 1970; 0 where the file system does not know it. */
  readonly birthNs: bigint;
  /** 1 for most files; some file systems say so of every file. */
  readonly names: bigint;
}

export class ImageFiles {
  /** The book's folder: a real path. */
  readonly folder: string;
  readonly #parts: string;
  readonly #locals: readonly string[];
  /** Folders below the book's that are there and no links. */
  readonly #sound = new Set<string>();

  /**
   * @param parts - the folder for unfinished images
   * @param locals - each image's path below `folder`, with "/"
   */
  constructor(folder: string, parts: string, locals: readonly string[]) {
    this.folder = folder;
    this.#parts = parts;
    this.#locals = locals;
  }

  /** The image's path below the book's folder. */
  local(image: ImageIndex): string {
    return this.#locals[image] ?? "";
  }

  /** The file of a whole image. */
  file(image: ImageIndex): string {
    return join(this.folder, this.local(image));
  }

  /** The file of an unfinished image. */
  part(image: ImageIndex): string {
    // Not `join`, which takes the whole path apart, and this is asked several times for each page.
    return `${this.#parts}${sep}${image}`;
  }

  /** Opens a part to write and read it. @param isNew - true when it may be made; one that has vanished is not to be */
  openPart(image: ImageIndex, isNew: boolean): number {
    const path = this.part(image);
    return onDisk("write", path, () => openSync(path, O_RDWR | (isNew ? O_CREAT : 0) | O_NOFOLLOW, 0o666));
  }

  /**
   * Gives a part its final name.
   * @returns true when it keeps its name among the parts, too, as it does where the file system has hard links
   * @throws DiskFault "in-the-way" when something has that name, or a parent is no folder of its own
   */
  place(image: ImageIndex): boolean {
    this.#makeParents(image);
    try {
      return onDisk("put in place", this.file(image), () => moveWithoutReplacing(this.part(image), this.file(image)));
    } catch (error) {
      // A parent may have been removed since it was looked at.
      this.#sound.clear();
      throw error;
    }
  }

  /**
   * Makes a part of a damaged image again, in place of a part that may be left over.
   * @returns false when there is no part now: somebody gave the file a further name, which is all that is left of it
   */
  takeBack(image: ImageIndex): boolean {
    const [file, part] = [this.file(image), this.part(image)];
    return onDisk("take back", file, () => {
      const isPlaced = this.isPlacedPart(image);
      const isShared = (lookedUp(file)?.nlink ?? 0n) > (isPlaced ? 2n : 1n);
      // A rename between two names of one file would do nothing.
      if (isPlaced || isShared) unlinkSync(file);
      else renameSync(file, part);
      if (isShared) removeFile(part);
      return !isShared;
    });
  }

  /** True when an image's file and its part are one file, which is therefore ours. */
  isPlacedPart(image: ImageIndex): boolean {
    const [file, part] = [this.file(image), this.part(image)].map((path) =>
      onDisk("look at", path, () => lookedUp(path)),
    );
    return file?.isFile() === true && file.ino === part?.ino && file.dev === part.dev;
  }

  /** Images that have a part. */
  parts(): ImageIndex[] {
    const names = onDisk("look at", this.#parts, () => (look(this.#parts) === "other" ? readdirSync(this.#parts) : []));
    return names.filter((name) => /^\d{1,15}$/.test(name)).map((name) => Number(name) as ImageIndex);
  }

  /** Removes a part that is of no use any more. */
  removePart(image: ImageIndex): void {
    onDisk("remove", this.part(image), () => removeFile(this.part(image)));
  }

  #makeParents(image: ImageIndex): void {
    const parts = dirname(this.local(image)).split("/");
    let folder = this.folder;
    for (const part of parts[0] === "." ? [] : parts) {
      folder = join(folder, part);
      if (!this.#sound.has(folder)) makeRealFolder(folder);
      this.#sound.add(folder);
    }
  }
}

/** Opens a file to read it; a link in its place is refused. */
export function openToRead(path: string): number {
  return openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
}

/** Looks at a name without following links. @throws DiskFault when the disk does not answer */
export function look(path: string): Sight {
  return onDisk("look at", path, () => {
    const stats = lookedUp(path);
    if (stats === undefined) return undefined;
    return stats.isFile() ? { ...stampOf(stats), birthNs: stats.birthtimeNs, names: stats.nlink } : "other";
  });
}

function lookedUp(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    // A file where a folder should be, or a name no file here can have: nothing of ours is there.
    if (["ENOTDIR", "ENAMETOOLONG", "EINVAL", "ELOOP"].includes(errnoOf(error) ?? "")) return undefined;
    throw error;
  }
}

function moveWithoutReplacing(from: string, to: string): boolean {
  // Only a link is refused by the system itself when the name is taken; rename would replace the other file.
  if (tryLink(from, to)) return true;
  if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) {
    const message = `Cannot put an image in place: ${to} is there already; move it away, or choose another folder`;
    throw new DiskFault("in-the-way", to, message);
  }
  renameSync(from, to);
  return false;
}

/** False on a file system without hard links. */
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (NO_LINKS.has(errnoOf(error) ?? "")) return false;
    throw error;
  }
}
