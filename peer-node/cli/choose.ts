// bookswarm without a command, or bookswarm choose: a person at a terminal chooses a book of the catalog and a folder, and
// it goes on as `get` does.

import { type BookLink, formatBookLink } from "../../shared/book-link.ts";
import { BOOK_SORTS, type BookSort, type BookSummary } from "../../shared/tracker-api/http.ts";
import { glanceAt, lookInto } from "../node/look-into.ts";
import { DiskFault } from "../storage/page-store.ts";
import { defaultFolder } from "../storage/places.ts";
import { TrackerApiClient } from "../tracker/tracker-api-client.ts";
import { BookVoice } from "./book-voice.ts";
import type { Reply } from "./choosing/ask.ts";
import { BookTable, chooseBook } from "./choosing/choose-book.ts";
import { chooseFolder } from "./choosing/choose-folder.ts";
import { chooseTracker, type Place } from "./choosing/choose-tracker.ts";
import { Terminal } from "./choosing/terminal.ts";
import { CommandFailed } from "./command-failed.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { failureOf } from "./failure.ts";
import { type GetOptions, get } from "./get.ts";
import type { Output, OutputOptions } from "./output.ts";
import { trackerIn } from "./tracker-choice.ts";

export interface ChooseOptions extends GetOptions {
  readonly sort?: BookSort;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What was chosen. */
interface Choice {
  readonly link: BookLink;
  readonly folder: string;
}

/**
 * @throws CommandFailed "wrong-use" where nobody can choose, "stopped" when nothing was chosen
 * @throws as `get` does
 */
export async function choose(output: Output, options: ChooseOptions & OutputOptions): Promise<void> {
  const { stdin, stdout, env } = process;
  if (!stdin.isTTY || !stdout.isTTY || env["TERM"] === "dumb" || options.json === true) {
    throw new CommandFailed(
      "wrong-use",
      "Choosing a book needs a terminal: here, list books with bookswarm books, and get one with bookswarm get LINK",
    );
  }
  const leaving = new AbortController();
  const terminal = new Terminal(stdin, stdout, leaving.signal);
  const signalled = () => {
    if (leaving.signal.aborted) process.exit(EXIT_CODES.stopped.code);
    leaving.abort(notChosen());
  };
  for (const signal of SIGNALS) process.on(signal, signalled);
  let choice: Choice;
  try {
    choice = await new Choosing(output, terminal, options).choice();
    leaving.signal.throwIfAborted();
  } finally {
    for (const signal of SIGNALS) process.off(signal, signalled);
    terminal.close();
  }
  await get(output, formatBookLink(choice.link), { ...options, to: choice.folder });
}

class Choosing {
  readonly #output: Output;
  readonly #terminal: Terminal;
  readonly #options: ChooseOptions;

  constructor(output: Output, terminal: Terminal, options: ChooseOptions) {
    this.#output = output;
    this.#terminal = terminal;
    this.#options = options;
  }

  /** Asks what has to be asked. @throws CommandFailed "stopped" when it is not answered, TrackerFault, TrackerRefused */
  async choice(): Promise<Choice> {
    const place = await this.#place();
    if ("tracker" in place) return this.#choiceOf(await this.#clientFor(place.tracker));
    const client = await this.#clientFor(place.link.tracker);
    const choice = await this.#into(client, await client.book(place.link.bookId, this.#terminal.signal));
    return choice ?? leave();
  }

  async #place(): Promise<Place> {
    const { tracker } = this.#options;
    if (tracker !== undefined) return { tracker };
    const place = answered(await chooseTracker(this.#terminal)) ?? leave();
    if ("tracker" in place) this.#output.note(`Set BOOKSWARM_TRACKER=${place.tracker}, and it is not asked again.`);
    return place;
  }

  /** A token goes with it only to the tracker that it was given for. */
  async #clientFor(tracker: string): Promise<TrackerApiClient> {
    const named = await trackerIn(this.#options);
    return new TrackerApiClient({ tracker, credential: named?.credential });
  }

  async #choiceOf(client: TrackerApiClient): Promise<Choice> {
    const { tracker } = client;
    if (await isEmpty(client, this.#terminal.signal)) {
      throw new CommandFailed(
        "book-not-found",
        `${tracker} has no books yet; put one there with bookswarm publish FOLDER`,
      );
    }
    const { sort = BOOK_SORTS[0] } = this.#options;
    const list = (words: string, how: { readonly sort: BookSort; readonly signal: AbortSignal }) =>
      client.books(words, how);
    const table = new BookTable(this.#terminal, list, sort);
    for (;;) {
      const book = answered(await chooseBook(this.#terminal, { tracker, table })) ?? leave();
      const choice = await this.#into(client, book);
      if (choice !== undefined) return choice;
    }
  }

  /** Asks for a folder that will do; undefined when another book is to be chosen. */
  async #into(client: TrackerApiClient, book: BookSummary): Promise<Choice | undefined> {
    if (book.readers === 0) this.#output.note("Nobody has it open now; pages come once somebody serves them.");
    const link = { tracker: client.tracker, bookId: book.bookId };
    let proposed = this.#options.to ?? defaultFolder(book.name);
    for (;;) {
      const trouble = (folder: string) => troubleWith(folder, book);
      const reply = await chooseFolder(this.#terminal, { proposed, trouble });
      if (reply === "back") return undefined;
      const folder = answered(reply) ?? leave();
      try {
        await this.#lookInto(client, link, folder);
        return { link, folder };
      } catch (error) {
        const isGone = failureOf(error).exit === "book-not-found";
        if (!isGone && !(error instanceof DiskFault)) throw error;
        this.#output.warn(failureOf(error).message);
        if (isGone) return undefined;
      }
      proposed = folder;
    }
  }

  /** @throws DiskFault when the book cannot go into the folder, TrackerRefused when it is not there any more */
  async #lookInto(client: TrackerApiClient, link: BookLink, folder: string): Promise<void> {
    const { signal } = this.#terminal;
    const { say } = new BookVoice(this.#output);
    // Time has passed since the catalog was read.
    await client.book(link.bookId, signal);
    await lookInto({
      link,
      folder,
      tracker: await trackerIn(this.#options),
      signal,
      onEvent: (event) => {
        if (event.type === "checking") say(event);
      },
    });
  }
}

/** Why this book cannot go into a folder, if that is plain at once. */
function troubleWith(folder: string, book: BookSummary): string | undefined {
  try {
    glanceAt(folder, book);
    return undefined;
  } catch (error) {
    if (error instanceof DiskFault) return error.message;
    throw error;
  }
}

async function isEmpty(client: TrackerApiClient, signal: AbortSignal): Promise<boolean> {
  for await (const _ of client.books("", { signal })) return false;
  return true;
}

function answered<Answer>(reply: Reply<Answer>): Answer | undefined {
  return typeof reply === "object" ? reply.answer : undefined;
}

function leave(): never {
  throw notChosen();
}

function notChosen(): CommandFailed {
  return new CommandFailed("stopped", "No book was chosen");
}
