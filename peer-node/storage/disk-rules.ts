// What the disk under a folder is like: which names it allows and which it takes for the same, and what room it has.

import { lstatSync, statfsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { FileSystemRules } from "../../shared/local-names.ts";
import { onDisk } from "./disk-fault.ts";

/**
 * The rules for names below a folder, found without writing anything.
 * @param probe - a file or folder on that disk whose name has letters, such as the state folder
 * @throws DiskFault when it may not be looked at
 */
export function fileSystemRules(probe: string, platform: NodeJS.Platform = process.platform): FileSystemRules {
  const caseInsensitive = isSameInCapitals(probe);
  // A disk that is case-insensitive on another system than macOS is one that Windows shares (FAT, exFAT, NTFS, SMB).
  const windows = platform === "win32" || (caseInsensitive && platform !== "darwin");
  return {
    kind: windows ? "windows" : "posix",
    caseInsensitive: caseInsensitive || windows,
    normalising: platform === "darwin",
  };
}

/** Bytes that the user may still write to the disk of a folder. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = onDisk("look at", folder, () => statfsSync(folder));
  return bavail * bsize;
}

function isSameInCapitals(probe: string): boolean {
  const name = basename(probe);
  if (name.toUpperCase() === name) return false;
  const look = (path: string) =>
    onDisk("look at", path, () => lstatSync(path, { bigint: true, throwIfNoEntry: false }));
  const here = look(probe);
  const there = look(join(dirname(probe), name.toUpperCase()));
  return here !== undefined && there !== undefined && here.ino === there.ino && here.dev === there.dev;
}
