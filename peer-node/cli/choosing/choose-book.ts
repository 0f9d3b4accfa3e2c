// The question which book: a table of the tracker's books that follows what is typed.

import { styleText } from "node:util";
import { printable } from "../../../shared/printable.ts";
import { formatByteSize, formatCount } from "../../../shared/quantities.ts";
import { BOOK_SORTS, type BookSort, type BookSummary } from "../../../shared/tracker-api/http.ts";
import { QUERY_LENGTH_MAX } from "../../../shared/tracker-api/limits.ts";
import { ask, type Reply } from "./ask.ts";
import { bookRows } from "./book-rows.ts";
import { BookSearch, type ListBooks } from "./book-search.ts";
import { clip, columnsOf } from "./columns.ts";
import type { Terminal } from "./terminal.ts";

/** Rows of the table at most. Chosen: what an eye takes in at once. */
const ROWS_MAX = 10;

/** Lines of the screen that are not the table's: the question, the order, the keys, and the line that was typed. */
const OTHER_LINES = 6;

const SORT_WORDS: Readonly<Record<BookSort, string>> = {
  readers: "most readers first",
  newest: "newest first",
  name: "by name",
  size: "largest first",
};

/** The table, and which of its books is marked. Whoever comes back to it finds it as it was left, with fresh numbers. */
export class BookTable {
  readonly #terminal: Terminal;
  readonly #search: BookSearch;
  #ordinal = 0;

  /** @param sort - the order in which the books come first */
  constructor(terminal: Terminal, list: ListBooks, sort: BookSort) {
    this.#terminal = terminal;
    this.#search = new BookSearch(list, { words: "", sort }, () => terminal.screen.redraw());
  }

  /** What is looked for. */
  get words(): string {
    return this.#search.question.words;
  }

  /** Asks the tracker, be it once more. */
  open(): void {
    this.#search.ask(this.#search.question, 0);
  }

  close(): void {
    this.#search.close();
  }

  /** Follows a key, with what stands in the line then. */
  follow(key: string | undefined, line: string): void {
    const { question } = this.#search;
    const words = line.trim().slice(0, QUERY_LENGTH_MAX);
    if (words !== question.words) this.#ask(words, question.sort);
    else if (key === "tab") this.#ask(words, nextSort(question.sort));
    else this.#move(key);
  }

  /** The marked book, once the last question is answered; a sentence when there is none, and a tracker is asked anew. */
  async choose(): Promise<{ readonly answer: BookSummary } | string> {
    await this.#search.settled();
    if (this.#search.fault !== undefined) {
      this.#search.ask(this.#search.question, 0);
      return "There was no answer; the tracker is asked once more";
    }
    const book = this.#search.books[this.#marked];
    return book === undefined ? "There is no such book; type other words" : { answer: book };
  }

  lines(): readonly string[] {
    const { columns } = this.#terminal.screen;
    const { books, question, isBusy } = this.#search;
    const shown = this.#shown();
    const rows = bookRows(books.slice(shown.from, shown.to), columns - 3);
    const marked = this.#marked - shown.from;
    const table = rows.map((row, at) => (at === marked ? styleText("cyan", `> ${row}`) : `  ${row}`));
    const keys = fitting(keysFor(question.sort), columns - 3);
    const dim = (text: string) => styleText("dim", clip(`  ${text}`, columns - 1));
    return [
      dim(SORT_WORDS[question.sort] + (isBusy ? "; asking the tracker" : "")),
      ...table,
      ...(table.length === 0 ? [dim(emptiness(this.#search))] : []),
      dim(this.#where()),
      dim(keys),
    ];
  }

  /** The list may have become shorter. */
  get #marked(): number {
    return Math.max(0, Math.min(this.#ordinal, this.#search.books.length - 1));
  }

  #ask(words: string, sort: BookSort): void {
    this.#ordinal = 0;
    this.#search.ask({ words, sort });
  }

  #move(key: string | undefined): void {
    const last = Math.max(0, this.#search.books.length - 1);
    const page = this.#height();
    const steps: Readonly<Record<string, number>> = { up: -1, down: 1, pageup: -page, pagedown: page };
    this.#ordinal = Math.min(last, Math.max(0, this.#marked + (steps[key ?? ""] ?? 0)));
    this.#search.lookAt(this.#marked);
  }

  #height(): number {
    return Math.max(3, Math.min(ROWS_MAX, this.#terminal.screen.rows - OTHER_LINES));
  }

  /** The stretch of the table that is on the screen, the marked book in its middle. */
  #shown(): { readonly from: number; readonly to: number } {
    const height = this.#height();
    const from = Math.max(0, Math.min(this.#marked - Math.floor(height / 2), this.#search.books.length - height));
    return { from, to: from + height };
  }

  #where(): string {
    const { books, hasMore } = this.#search;
    if (books.length === 0) return "";
    return `${this.#marked + 1} of ${hasMore ? "more than " : ""}${formatCount(books.length, "book")}`;
  }
}

/** @param tracker - its base address */
export async function chooseBook(
  terminal: Terminal,
  { tracker, table }: { readonly tracker: string; readonly table: BookTable },
): Promise<Reply<BookSummary>> {
  table.open();
  try {
    return await ask(terminal, {
      message: clip(`Which book of ${new URL(tracker).host}?`, terminal.screen.columns - 20),
      initial: table.words,
      below: () => table.lines(),
      onKey: ({ name }, line) => table.follow(name, line),
      read: () => table.choose(),
      said: ({ name, images, bytes }) =>
        clip(
          `${printable(name)} (${formatCount(images, "image")}, ${formatByteSize(bytes)})`,
          terminal.screen.columns - 40,
        ),
    });
  } finally {
    table.close();
  }
}

/** Why the table is empty. */
function emptiness({ fault, isBusy, question: { words } }: BookSearch): string {
  if (fault !== undefined) return fault.message;
  if (isBusy) return "";
  return words === "" ? "There is no book any more" : `No name holds "${printable(words)}"`;
}

/** What keys do, what is plain without being said last. */
function keysFor(sort: BookSort): readonly string[] {
  return ["Enter chooses", "Esc leaves", `Tab: ${SORT_WORDS[nextSort(sort)]}`, "Up and Down move"];
}

/** As many words as fit into a line, from the first one on. */
function fitting(words: readonly string[], columns: number): string {
  const lines = words.map((_, last) => words.slice(0, last + 1).join(", "));
  return lines.findLast((line) => columnsOf(line) <= columns) ?? "";
}

function nextSort(sort: BookSort): BookSort {
  return BOOK_SORTS[(BOOK_SORTS.indexOf(sort) + 1) % BOOK_SORTS.length] ?? sort;
}
