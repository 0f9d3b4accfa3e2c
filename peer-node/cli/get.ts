// bookswarm get: downloads a book, serving while it fetches, and goes on serving when it is complete.

import { resolve } from "node:path";
import { parseBookLink } from "../../shared/book-link.ts";
import type { BookEvent } from "../node/book-events.ts";
import { untilNeedless } from "../node/departure.ts";
import { type BookSource, getBook } from "../node/get-book.ts";
import { Node } from "../node/node.ts";
import type { OpenedBook } from "../node/opened-book.ts";
import { BookVoice, sizeOf } from "./book-voice.ts";
import { ConsoleWords } from "./console-words.ts";
import { ended } from "./ended.ts";
import { CommandFailed } from "./failure.ts";
import type { Output } from "./output.ts";
import { ProgressReport } from "./progress-report.ts";
import type { NodeOptions, TrackerOptions } from "./shared-options.ts";
import { credentialOf } from "./tracker-choice.ts";

export interface GetOptions extends NodeOptions, TrackerOptions {
  readonly to?: string;
  /** Leave when complete, instead of serving on. */
  readonly exit?: boolean;
}

/**
 * @throws CommandFailed "stopped" when it is told to end before the book is complete
 * @throws DescriptorRefused, TrackerRefused, TrackerFault, DiskFault, ListenFailed
 */
export async function get(output: Output, source: string, options: GetOptions): Promise<void> {
  const words = new ConsoleWords();
  const node = await Node.open(options).catch((error: unknown) => {
    words.close();
    throw error;
  });
  try {
    output.event("listening", { port: node.port });
    await new Getting(output, words, node).run(sourceOf(source), options);
  } finally {
    words.close();
    await node.close();
  }
}

function sourceOf(text: string): BookSource {
  const link = parseBookLink(text);
  if (link !== undefined) return { link };
  if (text.endsWith(".desc")) return { descriptor: text };
  throw new CommandFailed(
    "wrong-use",
    `${text} is neither a link (https://TRACKER/books/...) nor a descriptor (NAME.desc)`,
  );
}

/** One run of the command, from the link to the last word. */
class Getting {
  readonly #output: Output;
  readonly #words: ConsoleWords;
  readonly #node: Node;
  readonly #voice: BookVoice;
  readonly #startedAt = performance.now();
  readonly #complete = Promise.withResolvers<void>();

  constructor(output: Output, words: ConsoleWords, node: Node) {
    this.#output = output;
    this.#words = words;
    this.#node = node;
    this.#voice = new BookVoice(output);
  }

  async run(source: BookSource, options: GetOptions): Promise<void> {
    this.#output.note("Pages travel unencrypted for now, and readers of a book see one another's addresses.");
    const { tracker } = options;
    const opened = await getBook({
      source,
      folder: options.to,
      node: this.#node,
      tracker: tracker === undefined ? undefined : { tracker, credential: await credentialOf(options) },
      pipeline: options.pipeline,
      signal: this.#words.signal,
      onEvent: (event) => this.#hear(event),
    });
    const progress = new ProgressReport(this.#output, opened.reader);
    try {
      await this.#readToEnd(opened, options.exit === true);
    } finally {
      progress.end();
    }
    await ended(this.#output, this.#node, opened.reader);
    this.#judge(opened);
  }

  #hear(event: BookEvent): void {
    this.#voice.say(event);
    if (event.type === "complete") this.#complete.resolve();
  }

  async #readToEnd({ reader, store }: OpenedBook, exits: boolean): Promise<void> {
    await Promise.race([this.#complete.promise, this.#words.untilEnd()]);
    if (!reader.isComplete) return;
    if (this.#voice.problem === undefined) this.#sayComplete(store.folder, reader.book);
    if (!exits) {
      this.#output.note("Serving what is here; say end, or press Ctrl-C, to leave.");
      await this.#words.untilEnd();
    } else await untilNeedless(reader, this.#words.signal);
  }

  #sayComplete(folder: string, book: OpenedBook["reader"]["book"]): void {
    const seconds = Math.round(performance.now() - this.#startedAt) / 1_000;
    const fields = { folder: resolve(folder), images: book.imageCount, bytes: book.bytes, seconds };
    this.#output.event("complete", fields, `Complete: ${sizeOf(book)} in ${seconds} s, in ${folder}`);
  }

  #judge({ reader }: OpenedBook): void {
    if (!reader.isComplete)
      throw new CommandFailed(
        "stopped",
        `Stopped before ${reader.book.name} was complete; the same command goes on with it`,
      );
    if (this.#voice.problem !== undefined) throw this.#voice.problem;
  }
}
