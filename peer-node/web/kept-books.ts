// Books that were added at the page, written down among the user's own state, so that the next start of the same command
// opens them again. They belong to the folder of the command's own book: whoever gets that one anew gets these as well.

import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { BookId } from "../../shared/ids.ts";
import { bookId } from "../../shared/tracker-api/fields.ts";
import { errnoOf, onDisk } from "../storage/disk-fault.ts";
import { makeFolder } from "../storage/make-folder.ts";
import { replaceFile } from "../storage/replace-file.ts";
import { userStateFolder } from "../storage/state-folder.ts";
import { newBookSchema } from "./api/messages.ts";

const keptBookSchema = v.object({ bookId, wish: newBookSchema, paused: v.boolean() });

/** What was asked for, and whether it was paused. */
export type KeptBook = v.InferOutput<typeof keptBookSchema>;

/** Digits of a digest that name a file; enough to tell a user's folders apart. */
const NAME_DIGITS = 16;

export class KeptBooks {
  readonly #path: string;
  readonly #books: Map<BookId, KeptBook>;

  /** @param folder - of the command's own book, a real path */
  constructor(folder: string) {
    this.#path = join(userStateFolder(), "added", `${hash("sha256", folder).slice(0, NAME_DIGITS)}.json`);
    this.#books = new Map(readKept(this.#path).map((kept) => [kept.bookId, kept]));
  }

  /** In the order in which they were added. */
  [Symbol.iterator](): Iterator<KeptBook> {
    return [...this.#books.values()][Symbol.iterator]();
  }

  get(id: BookId): KeptBook | undefined {
    return this.#books.get(id);
  }

  /** @throws DiskFault */
  keep(kept: KeptBook): void {
    this.#books.set(kept.bookId, kept);
    this.#write();
  }

  /** @throws DiskFault */
  forget(id: BookId): void {
    if (this.#books.delete(id)) this.#write();
  }

  #write(): void {
    makeFolder(join(this.#path, ".."), 0o700);
    onDisk("write", this.#path, () => replaceFile(this.#path, JSON.stringify([...this.#books.values()])));
  }
}

/** What does not make sense is as good as nothing: at worst a book has to be added once more. */
function readKept(path: string): readonly KeptBook[] {
  try {
    const result = v.safeParse(v.array(keptBookSchema), JSON.parse(readFileSync(path, "utf8")));
    return result.success ? result.output : [];
  } catch (error) {
    if (error instanceof SyntaxError || errnoOf(error) !== undefined) return [];
    throw error;
  }
}
