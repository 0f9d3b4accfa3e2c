// bookswarm get: downloads a book, serving while it fetches, and goes on serving when it is complete.

import { untilNeedless } from "../node/departure.ts";
import { type BookSource, sourceNamed } from "../node/find-book.ts";
import type { OpenBooks } from "../node/open-books.ts";
import type { ConsoleWords } from "./console-words.ts";
import { ended } from "./ended.ts";
import { CommandFailed } from "./failure.ts";
import { Getting } from "./getting.ts";
import type { Output } from "./output.ts";
import { ProgressReport } from "./progress-report.ts";
import type { NodeOptions, TrackerOptions, WebOptions } from "./shared-options.ts";
import { trackerIn } from "./tracker-choice.ts";
import { withNode } from "./with-node.ts";

export interface GetOptions extends NodeOptions, TrackerOptions, WebOptions {
  readonly to?: string;
  /** Globs for the images that are wanted; all of them when absent. */
  readonly only?: readonly string[];
  /** Leave when complete, instead of serving on. */
  readonly exit?: boolean;
}

/**
 * @throws CommandFailed "stopped" when it is told to end before the book is complete, "timed-out" when no page came for
 *   as long as was given, "wrong-use" when a glob matches nothing
 * @throws DescriptorRefused, TrackerRefused, TrackerFault, DiskFault, ListenFailed
 */
export async function get(output: Output, text: string, options: GetOptions): Promise<void> {
  const source =
    sourceNamed(text) ?? wrongUse(`${text} is neither a link (https://TRACKER/books/...) nor a descriptor (NAME.desc)`);
  await withNode({ output, options, gallery: "default" }, (words, books) =>
    carryOut(output, words, books, source, options),
  );
}

/** What everybody is told once who fetches or serves in the open. */
export const PLAIN_WARNING = "Pages travel unencrypted for now; readers of a book see each other's addresses.";

async function carryOut(
  output: Output,
  words: ConsoleWords,
  books: OpenBooks,
  source: BookSource,
  { to: folder, only, pipeline, timeout, exit, ...options }: GetOptions,
): Promise<void> {
  output.note(PLAIN_WARNING);
  const { node } = books;
  const { signal } = words;
  const tracker = await trackerIn(options);
  const getting = await Getting.start(output, { source, folder, tracker, only, pipeline, timeout, node, signal });
  const { opened } = getting;
  books.add(opened);
  books.noteOwnAreOpen();
  const progress = new ProgressReport(output);
  progress.add({ output, opened });
  progress.follow(books);
  try {
    await getting.untilComplete(signal);
    if (opened.reader.isComplete && exit === true) await untilNeedless(opened.reader, signal);
    else if (opened.reader.isComplete) {
      output.note("Serving what is here; say end, or press Ctrl-C, to leave.");
      await words.untilEnd();
    }
  } finally {
    progress.end();
  }
  await ended(output, [node], [opened.reader]);
  if (getting.failure !== undefined) throw getting.failure;
}

function wrongUse(message: string): never {
  throw new CommandFailed("wrong-use", message);
}
