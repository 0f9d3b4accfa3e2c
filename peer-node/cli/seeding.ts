// One book that a command serves and asks nothing of; `seed` has one or more, `launch` the first of its folders.

import { formatNumber } from "../../shared/quantities.ts";
import type { BookEvent } from "../node/book-events.ts";
import type { FoundBook } from "../node/find-book.ts";
import type { OpenBooks } from "../node/open-books.ts";
import type { OpenedBook } from "../node/opened-book.ts";
import { seedBook } from "../node/seed-book.ts";
import { BookVoice } from "./book-voice.ts";
import type { CommandFailed } from "./command-failed.ts";
import type { Output } from "./output.ts";
import { noTracker } from "./tracker-choice.ts";

export class Seeding {
  readonly opened: OpenedBook;
  readonly #voice: BookVoice;
  /** Settles when the tracker refuses the book for good; may never. */
  readonly refused: Promise<void>;

  /**
   * Finds a book and begins to serve it, among the books of a node.
   * @param find - finds it, and tells how that goes
   * @param signal - ends that, and the look at the folder, with its reason
   * @throws CommandFailed "wrong-use" when nobody says which tracker leads to it, and whatever `find` throws
   */
  static async start(
    output: Output,
    { books, signal }: { readonly books: OpenBooks; readonly signal: AbortSignal },
    find: (onEvent: (event: BookEvent) => void) => Promise<FoundBook>,
  ): Promise<Seeding> {
    const voice = new BookVoice(output);
    const { promise, resolve } = Promise.withResolvers<void>();
    const found = await find(voice.say);
    if (found.tracker === undefined) noTracker();
    const opened = await seedBook(found, {
      node: books.node,
      signal,
      onEvent: (event) => {
        voice.say(event);
        if (event.type === "refused") resolve();
      },
    });
    books.add(opened);
    const { pagesHeld, pages } = opened.reader.snapshot();
    const part = `${formatNumber(pagesHeld)} of its ${formatNumber(pages)} pages`;
    output.note(`Serving ${pagesHeld === pages ? "all of it" : part}.`);
    return new Seeding(opened, voice, promise);
  }

  private constructor(opened: OpenedBook, voice: BookVoice, refused: Promise<void>) {
    this.opened = opened;
    this.#voice = voice;
    this.refused = refused;
  }

  /** Why the command fails because of this book; undefined when all went well. */
  get failure(): CommandFailed | undefined {
    return this.#voice.refusal ?? this.#voice.problem;
  }
}
