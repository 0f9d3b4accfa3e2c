// Makes a folder and those above it. Node's own way (mkdir with `recursive`) never returns below /proc, where the parent
// exists and refuses (seen with Node 24), so the missing ones are made here, one by one.

import { lstatSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf, onDisk } from "./disk-fault.ts";
import { DiskFault } from "./page-store.ts";

/**
 * Makes `folder` and what is missing above it.
 * @returns the topmost folder that was made; undefined when all were there
 * @throws DiskFault when one of them cannot be made
 */
export function makeFolder(folder: string, mode?: number): string | undefined {
  const missing: string[] = [];
  // Above a drive that is not there nothing is, however far one goes up.
  for (let at = folder; isMissing(at) && at !== missing.at(-1); at = dirname(at)) missing.push(at);
  for (const each of missing.toReversed()) onDisk("make the folder", each, () => makeOne(each, mode));
  onDisk("make the folder", folder, () => mustBeFolder(folder));
  return missing.at(-1);
}

/**
 * Makes one folder, unless it is there.
 * @throws DiskFault "in-the-way" when something else has its name, be it a link to a folder
 */
export function makeRealFolder(folder: string): void {
  onDisk("make the folder", folder, () => {
    if (isMissing(folder)) makeOne(folder);
    const stats = lstatSync(folder);
    if (stats.isDirectory()) return;
    const what = stats.isSymbolicLink() ? "a symbolic link, and nothing is written through one" : "a file";
    const message = `Cannot write into ${folder}: it is ${what}; move it away, or choose another folder`;
    throw new DiskFault("in-the-way", folder, message);
  });
}

function isMissing(path: string): boolean {
  return onDisk("look at", path, () => lstatSync(path, { throwIfNoEntry: false }) === undefined);
}

function makeOne(path: string, mode?: number): void {
  try {
    mkdirSync(path, mode === undefined ? {} : { mode });
  } catch (error) {
    // Somebody else made it meanwhile, which is as good.
    if (errnoOf(error) !== "EEXIST") throw error;
  }
}

function mustBeFolder(path: string): void {
  if (!statSync(path).isDirectory()) throw Object.assign(new Error("not a directory"), { code: "ENOTDIR" });
}
