// Globs: which images of a book somebody wants.

import picomatch from "picomatch";
import type { Book, Image } from "../../shared/book.ts";
import { GlobUnmatched } from "./glob-unmatched.ts";

/**
 * Chooses the images of a book that match any of some globs. A glob is matched on the whole of the publisher's path; `*`
 * stays within a folder, `**` does not. Hidden files are no images, so that a leading dot means nothing here.
 * @returns true for an image that is wanted
 * @throws GlobUnmatched when a glob matches no image
 * @example imagesMatching(book, ["2026/**", "*.png"])
 */
export function imagesMatching(book: Book, globs: readonly string[]): (image: Image) => boolean {
  // Paths of a book are in NFC, and what people type need not be.
  const matches = globs.map((glob) => ({ glob, match: picomatch(glob.normalize("NFC"), { dot: true }), found: false }));
  const wanted = new Set<number>();
  for (const { index, path } of book.images()) {
    for (const each of matches) {
      if (!each.match(path)) continue;
      each.found = true;
      wanted.add(index);
    }
  }
  for (const { glob, found } of matches) {
    if (!found) {
      throw new GlobUnmatched(
        `No image of ${book.name} matches ${glob}; * stays within a folder, **/* reaches into all`,
      );
    }
  }
  return ({ index }) => wanted.has(index);
}
