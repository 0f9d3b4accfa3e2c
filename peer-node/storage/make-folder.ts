// Makes a folder and those above it. Node's own way (mkdir with `recursive`) never returns below /proc, where the parent
// exists and refuses (seen with Node 24), so the missing ones are made here, one by one.

import { lstatSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf, onDisk } from "./disk-fault.ts";

/**
 * Makes `folder` and what is missing above it.
 * @returns the topmost folder that was made; undefined when all were there
 * @throws DiskFault when one of them cannot be made
 */
export function makeFolder(folder: string, mode?: number): string | undefined {
  const missing: string[] = [];
  for (let at = folder; isMissing(at); at = dirname(at)) missing.push(at);
  for (const each of missing.toReversed()) onDisk("make the folder", each, () => makeOne(each, mode));
  if (missing.length === 0) onDisk("make the folder", folder, () => mustBeFolder(folder));
  return missing.at(-1);
}

function isMissing(path: string): boolean {
  return onDisk("look at", path, () => lstatSync(path, { throwIfNoEntry: false }) === undefined);
}

function makeOne(path: string, mode: number | undefined): void {
  try {
    mkdirSync(path, mode === undefined ? {} : { mode });
  } catch (error) {
    // Somebody else made it meanwhile, which is as good.
    if (errnoOf(error) !== "EEXIST") throw error;
    mustBeFolder(path);
  }
}

function mustBeFolder(path: string): void {
  if (!statSync(path).isDirectory()) throw Object.assign(new Error("not a directory"), { code: "ENOTDIR" });
}
