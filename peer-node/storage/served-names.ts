// Where the images of a book lie in a folder that is served as it is: under the publisher's own spelling, which may not
// be NFC, or under the local name that `get` gave them there.

import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { LocalNames } from "../../shared/local-names.ts";

/**
 * The path, below `folder`, of each image that a file can be found for; the book's own path for the others.
 * @param paths - the book's paths, in NFC
 * @param names - the names that the same book would get in this folder
 */
export function servedNames(folder: string, paths: readonly string[], names: LocalNames): string[] {
  const spellings = new Spellings(folder);
  return paths.map((path, row) => {
    if (isThere(folder, path)) return path;
    const local = names.paths[row] ?? path;
    if (local !== path && isThere(folder, local)) return local;
    return spellings.of(path) ?? path;
  });
}

function isThere(folder: string, path: string): boolean {
  try {
    return lstatSync(join(folder, path), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** Finds how names are spelt on the disk, folder by folder, and remembers each folder. */
class Spellings {
  readonly #folder: string;
  readonly #listings = new Map<string, ReadonlyMap<string, string>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The path on the disk whose NFC is `path`. */
  of(path: string): string | undefined {
    let spelt = "";
    for (const part of path.split("/")) {
      const name = this.#listing(spelt).get(part);
      if (name === undefined) return undefined;
      spelt = spelt === "" ? name : `${spelt}/${name}`;
    }
    return spelt;
  }

  /** Names in a folder, by their NFC. Of two that are equal the first in order counts, as when a book is described. */
  #listing(below: string): ReadonlyMap<string, string> {
    let listing = this.#listings.get(below);
    if (listing === undefined) {
      const names = namesIn(join(this.#folder, below)).sort().reverse();
      listing = new Map(names.map((name) => [name.normalize("NFC"), name]));
      this.#listings.set(below, listing);
    }
    return listing;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
