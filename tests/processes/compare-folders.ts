// Are two folders the same, byte for byte? Says which images are lost or different, so that nobody has to guess.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** What a copy has that its original has not, or the other way round. */
export interface Difference {
  /** Path within the folder. */
  readonly path: string;
  readonly kind: "missing" | "different" | "extra";
}

/**
 * Compares every file of `original` with the one of the same name in `copy`.
 * @param skipped - true for a path of the copy that does not count: state, the descriptor
 */
export async function compareFolders(
  original: string,
  copy: string,
  skipped: (path: string) => boolean,
): Promise<readonly Difference[]> {
  const differences: Difference[] = [];
  const originals = new Set((await filesIn(original)).filter((path) => !skipped(path)));
  const copies = new Set((await filesIn(copy)).filter((path) => !skipped(path)));
  for (const path of originals) {
    if (!copies.has(path)) differences.push({ path, kind: "missing" });
    else if (!(await sameBytes(join(original, path), join(copy, path)))) differences.push({ path, kind: "different" });
  }
  for (const path of copies) if (!originals.has(path)) differences.push({ path, kind: "extra" });
  return differences;
}

/** What bookswarm adds to a folder: its state, and the descriptor. */
export function isState(path: string): boolean {
  return path.startsWith(".bookswarm/") || path.endsWith(".desc");
}

/** What is left besides when a process was killed: a descriptor that it was writing, hidden, and removed within hours. */
export function isStateOrLeftover(path: string): boolean {
  return isState(path) || path.startsWith(".bookswarm-");
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replace(/^\/+/, ""));
}

async function sameBytes(a: string, b: string): Promise<boolean> {
  const [left, right] = await Promise.all([readFile(a), readFile(b)]);
  return left.equals(right);
}
