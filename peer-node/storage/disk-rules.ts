// What the disk under a folder is like: which names it allows and which it takes for the same, and what room it has.

import { type Dir, lstatSync, opendirSync, realpathSync, statfsSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { FileSystemRules } from "../../shared/local-names.ts";
import { onDisk } from "./disk-fault.ts";

/**
 * The rules for names in a folder, found without writing anything. A folder that is still to be made will have those of
 * the nearest one above it that is there.
 * @throws DiskFault when it may not be looked at
 */
export function fileSystemRules(folder: string, platform: NodeJS.Platform = process.platform): FileSystemRules {
  const caseInsensitive = isCaseInsensitive(nearestThere(folder));
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

function nearestThere(folder: string): string {
  const isThere = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined;
  let at = resolve(folder);
  while (at !== dirname(at) && !onDisk("look at", at, () => isThere(at))) at = dirname(at);
  return onDisk("look at", at, () => realpathSync(at));
}

/** Whether a name in the folder leads to the same when it is spelt in other capitals. */
function isCaseInsensitive(folder: string): boolean {
  for (const path of probesFor(folder)) {
    const other = inOtherCapitals(basename(path));
    if (other === basename(path)) continue;
    const [here, there] = [path, join(dirname(path), other)].map(look);
    // Of a file with two names, the other one may be just the one that is tried.
    if (here === undefined || (here.isFile() && here.nlink > 1n)) continue;
    return here.ino === there?.ino && here.dev === there.dev;
  }
  return false;
}

/** What is in the folder; last the folder itself, though the name of a mount point is looked up on another disk. */
function* probesFor(folder: string): Generator<string> {
  for (const name of namesIn(folder)) yield join(folder, name);
  yield folder;
}

/** Names that are ASCII, in whose capitals all systems agree; none where they may not be listed. */
function* namesIn(folder: string): Generator<string> {
  let entries: Dir;
  try {
    entries = opendirSync(folder);
  } catch {
    return;
  }
  try {
    for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) {
      if (/^[ -~]+$/.test(entry.name)) yield entry.name;
    }
  } finally {
    entries.closeSync();
  }
}

function look(path: string) {
  return onDisk("look at", path, () => lstatSync(path, { bigint: true, throwIfNoEntry: false }));
}

/** The name itself when it has no letters. */
function inOtherCapitals(name: string): string {
  const large = name.toUpperCase();
  return large === name ? name.toLowerCase() : large;
}
