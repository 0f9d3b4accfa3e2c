// bookswarm launch: several nodes in one process, one for each folder, each with its own port and its own entry at the
// tracker. The first serves what it has and asks for nothing; the others fetch what they lack, and serve on.

import { basename, resolve } from "node:path";
import { descriptorsIn } from "../library/descriptors-in.ts";
import { type BookSource, sourceNamed } from "../node/book-source.ts";
import { findBook } from "../node/find-book.ts";
import type { OpenBooks } from "../node/open-books.ts";
import { isFolder } from "../storage/places.ts";
import type { TrackerAddress } from "../tracker/tracker-request.ts";
import { CommandFailed } from "./command-failed.ts";
import type { ConsoleWords } from "./console-words.ts";
import { PLAIN_WARNING } from "./download.ts";
import { ended } from "./ended.ts";
import { Getting } from "./getting.ts";
import type { Output } from "./output.ts";
import { ProgressReport } from "./progress-report.ts";
import { Seeding } from "./seeding.ts";
import type { NodeOptions, TrackerOptions, WebOptions } from "./shared-options.ts";
import { trackerIn } from "./tracker-choice.ts";
import { withNodes } from "./with-node.ts";

export type LaunchOptions = NodeOptions & TrackerOptions & WebOptions;

/** A folder, the book that goes there, and who tells of it. */
interface Berth {
  readonly folder: string;
  readonly source: BookSource;
  readonly output: Output;
}

/**
 * @param words - folders; before them a link or a descriptor, for the folders that have none of their own
 * @throws CommandFailed "wrong-use" when it stays open which book goes into a folder, "stopped" or "timed-out" when a
 *   book is not complete at the end
 * @throws DescriptorRefused, TrackerRefused, TrackerFault, DiskFault, ListenFailed
 */
export async function launch(output: Output, words: readonly string[], options: LaunchOptions): Promise<void> {
  const [first = "", ...rest] = words;
  const given = sourceNamed(first);
  const folders = given === undefined ? words : rest;
  if (folders.length === 0) throw new CommandFailed("wrong-use", "Which folders? Name one for each node");
  const berths: Berth[] = [];
  for (const folder of folders) {
    const source = await sourceFor(folder, given);
    berths.push({ folder, source, output: output.about(resolve(folder), basename(resolve(folder))) });
  }
  // Each node has a page of its own, on ports that follow one another as those of the nodes do.
  const webOf = (row: number) => (typeof options.web === "number" ? { web: portOf(options.web, row) } : {});
  const jobs = berths.map(({ output }, row) => ({
    output,
    options: { ...options, port: portOf(options.port, row), ...webOf(row) },
    gallery: "asked" as const,
  }));
  await withNodes(jobs, (console, nodes) => new Launch(output, console, options).run(berths, nodes));
}

/** Ports follow one another from the one that was asked for; otherwise each is any that is free. */
function portOf(port: number, row: number): number {
  if (port === 0) return 0;
  if (port + row > 65_535) throw new CommandFailed("wrong-use", `There are not enough ports from ${port} on`);
  return port + row;
}

/** What the folder's own descriptor says, or else what was given; of several none is more the folder's own. */
async function sourceFor(folder: string, given: BookSource | undefined): Promise<BookSource> {
  const [own, ...others] = isFolder(folder) ? await descriptorsIn(folder) : [];
  const isGiven = given !== undefined && "link" in given && given.link.bookId === own?.bookId;
  if (own !== undefined && others.length === 0 && !isGiven) return { descriptor: own.path };
  if (given !== undefined) return given;
  const holds = own === undefined ? "no descriptor" : `${others.length + 1} descriptors`;
  throw new CommandFailed("wrong-use", `${folder} holds ${holds}; give a link or a descriptor before the folders`);
}

class Launch {
  readonly #output: Output;
  readonly #words: ConsoleWords;
  readonly #options: LaunchOptions;

  constructor(output: Output, words: ConsoleWords, options: LaunchOptions) {
    this.#output = output;
    this.#words = words;
    this.#options = options;
  }

  /** Puts all books on their nodes at once, and waits for the end. */
  async run(berths: readonly Berth[], nodes: readonly OpenBooks[]): Promise<void> {
    this.#output.note(PLAIN_WARNING);
    const tracker = await trackerIn(this.#options);
    const progress = new ProgressReport(this.#output);
    // All of them are waited for, whatever becomes of one, so that none is left half done.
    const puts = await Promise.allSettled(
      berths.map((berth, row) => this.#put(berth, row, nodes[row] as OpenBooks, tracker, progress)),
    );
    const books = puts.flatMap((put) => (put.status === "fulfilled" ? [put.value] : []));
    const failed = puts.find((put) => put.status === "rejected");
    try {
      if (failed === undefined) await this.#untilEnd(books);
    } finally {
      progress.end();
    }
    if (books.length === 0) throw failed?.reason;
    await ended(
      this.#output,
      nodes.map(({ node }) => node),
    );
    if (failed !== undefined) throw this.#words.signal.aborted ? stoppedBeforeAll() : failed.reason;
    for (const { failure } of books) if (failure !== undefined) throw failure;
  }

  async #untilEnd(books: readonly (Seeding | Getting)[]): Promise<void> {
    this.#output.note("Say end, or press Ctrl-C, to leave.");
    await Promise.all(books.map((book) => (book instanceof Getting ? this.#follow(book) : undefined)));
    await this.#words.untilEnd();
  }

  async #put(
    berth: Berth,
    row: number,
    books: OpenBooks,
    tracker: TrackerAddress | undefined,
    progress: ProgressReport,
  ): Promise<Seeding | Getting> {
    const book = await (row === 0 ? this.#serve(berth, books, tracker) : this.#fetch(berth, books, tracker));
    books.noteOwnAreOpen(book.opened);
    progress.add({ output: berth.output, opened: book.opened });
    progress.follow(books);
    return book;
  }

  #serve({ folder, source, output }: Berth, books: OpenBooks, tracker: TrackerAddress | undefined): Promise<Seeding> {
    const { signal } = this.#words;
    return Seeding.start(output, { books, signal }, (onEvent) =>
      findBook(source, { folder, tracker, signal, onEvent }),
    );
  }

  #fetch({ folder, source, output }: Berth, books: OpenBooks, tracker: TrackerAddress | undefined): Promise<Getting> {
    const { pipeline, timeout } = this.#options;
    const { signal } = this.#words;
    return Getting.start(output, { source, folder, tracker, pipeline, timeout, books, signal });
  }

  /** Waits for one book; the others are not stopped by one that times out, which is said at once. */
  async #follow(book: Getting): Promise<void> {
    await book.untilComplete();
    if (!book.leaving.aborted) book.sayFailure();
  }
}

function stoppedBeforeAll(): CommandFailed {
  return new CommandFailed("stopped", "Stopped before every book was open; the same command goes on with them");
}
