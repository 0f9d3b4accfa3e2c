// The checkout as the house sees it: the files that are, or are about to be, committed.

import { execFileSync } from "node:child_process";
import { lstatSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../..");

/** Paths from the root, with forward slashes, of all files that git follows or would follow. */
export function committedFiles(): readonly string[] {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  const paths = listed.split("\0").filter((path) => path !== "");
  return [...new Set(paths)]
    .filter((path) => lstatSync(join(ROOT, path), { throwIfNoEntry: false })?.isFile() === true)
    .sort();
}

export function readCommitted(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}
