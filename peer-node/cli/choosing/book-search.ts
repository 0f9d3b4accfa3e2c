// The books that a tracker has for the words typed so far, fetched as far as somebody looks. New words replace what was
// asked before; what an older question still answers is not heard.

import { setTimeout as rest } from "node:timers/promises";
import type { BookSort, BookSummary } from "../../../shared/tracker-api/http.ts";
import { TrackerFault, TrackerRefused } from "../../tracker/tracker-faults.ts";

/** Milliseconds without a key after which the tracker is asked. Chosen: below what a person feels, above a typist's pace. */
const REST_MS = 150;

/** Books to have beyond the last one that was looked at. Chosen: a screen and more. */
const AHEAD = 50;

/** Asks a tracker for books, page by page as they are consumed. */
export type ListBooks = (
  words: string,
  options: { readonly sort: BookSort; readonly signal: AbortSignal },
) => AsyncGenerator<BookSummary>;

/** What is looked for. */
export interface Question {
  readonly words: string;
  readonly sort: BookSort;
}

export class BookSearch {
  readonly #list: ListBooks;
  readonly #onChange: () => void;
  #question: Question;
  #asking = new AbortController();
  #books: BookSummary[] = [];
  #more: AsyncGenerator<BookSummary> | undefined;
  #fault: TrackerFault | TrackerRefused | undefined;
  #wanted = AHEAD;
  #settled: Promise<void> = Promise.resolve();
  #isBusy = false;

  /** @param onChange - told whenever there is something else to see */
  constructor(list: ListBooks, question: Question, onChange: () => void) {
    this.#list = list;
    this.#question = question;
    this.#onChange = onChange;
  }

  get question(): Question {
    return this.#question;
  }

  /** Books found so far, in the tracker's order. */
  get books(): readonly BookSummary[] {
    return this.#books;
  }

  /** True when more books may follow the last one. */
  get hasMore(): boolean {
    return this.#more !== undefined;
  }

  /** True while an answer is awaited. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Why there is no answer; undefined while all is well. */
  get fault(): TrackerFault | TrackerRefused | undefined {
    return this.#fault;
  }

  /** Settles when the last question is answered, or cannot be. */
  async settled(): Promise<void> {
    for (let waited: Promise<void> | undefined; waited !== this.#settled; ) {
      waited = this.#settled;
      await waited;
    }
  }

  /** Looks for something else; the same once more, as far as it was looked at. @param restMs - how long to wait for yet another question */
  ask(question: Question, restMs: number = REST_MS): void {
    this.#asking.abort();
    this.#asking = new AbortController();
    if (question !== this.#question) this.#wanted = AHEAD;
    this.#question = question;
    this.#run(async (signal) => {
      await rest(restMs, undefined, { signal });
      const more = this.#list(question.words, { sort: question.sort, signal });
      const books: BookSummary[] = [];
      const isWhole = await this.#pull(more, books);
      if (signal.aborted) return;
      this.#books = books;
      this.#more = isWhole ? undefined : more;
    });
  }

  /** Says that somebody looks at the book with this number; more are fetched before the list ends. */
  lookAt(ordinal: number): void {
    const more = this.#more;
    if (more === undefined || this.#isBusy || ordinal + AHEAD / 2 < this.#books.length) return;
    this.#wanted = this.#books.length + AHEAD;
    this.#run(async (signal) => {
      const books = [...this.#books];
      const isWhole = await this.#pull(more, books);
      if (signal.aborted) return;
      this.#books = books;
      if (isWhole) this.#more = undefined;
    });
  }

  /** Asks nothing any more. */
  close(): void {
    this.#asking.abort();
  }

  #run(work: (signal: AbortSignal) => Promise<void>): void {
    const { signal } = this.#asking;
    this.#isBusy = true;
    this.#settled = work(signal)
      .then(() => this.#end(signal, undefined))
      .catch((error: unknown) => {
        if (signal.aborted) return;
        if (!(error instanceof TrackerFault || error instanceof TrackerRefused)) throw error;
        this.#books = [];
        this.#more = undefined;
        this.#end(signal, error);
      });
    this.#onChange();
  }

  #end(signal: AbortSignal, fault: TrackerFault | TrackerRefused | undefined): void {
    if (signal.aborted) return;
    this.#isBusy = false;
    this.#fault = fault;
    this.#onChange();
  }

  /** Takes books until there are as many as are wanted. @returns true when none is left */
  async #pull(more: AsyncGenerator<BookSummary>, books: BookSummary[]): Promise<boolean> {
    while (books.length < this.#wanted) {
      const next = await more.next();
      if (next.done === true) return true;
      books.push(next.value);
    }
    return false;
  }
}
