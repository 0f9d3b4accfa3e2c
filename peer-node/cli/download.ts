// What `get` does once it is known which book is meant: it opens a node, finds the book, fetches it, and serves on.

import { untilNeedless } from "../node/departure.ts";
import type { OpenBooks } from "../node/open-books.ts";
import type { ConsoleWords } from "./console-words.ts";
import { ended } from "./ended.ts";
import { Getting, type GettingOptions } from "./getting.ts";
import type { Output } from "./output.ts";
import { ProgressReport } from "./progress-report.ts";
import type { NodeOptions, TrackerOptions, WebOptions } from "./shared-options.ts";
import { withNode } from "./with-node.ts";

export interface DownloadOptions extends NodeOptions, TrackerOptions, WebOptions {
  readonly to?: string;
  /** Globs for the images that are wanted; all of them when absent. */
  readonly only?: readonly string[];
  /** Leave when complete, instead of serving on. */
  readonly exit?: boolean;
}

/** Which book, and what is known of it so far. */
export type Wish = Pick<GettingOptions, "source" | "asked" | "tracker">;

/** @throws as `get` does */
export async function download(output: Output, wish: Wish, options: DownloadOptions): Promise<void> {
  await withNode({ output, options, gallery: "default" }, (words, books) =>
    carryOut(output, words, books, wish, options),
  );
}

/** What whoever fetches is told once. */
export const PLAIN_WARNING = "Pages travel unencrypted for now; readers of a book see each other's addresses.";

async function carryOut(
  output: Output,
  words: ConsoleWords,
  books: OpenBooks,
  wish: Wish,
  { to: folder, only, pipeline, timeout, exit }: DownloadOptions,
): Promise<void> {
  output.note(PLAIN_WARNING);
  const { signal } = words;
  const getting = await Getting.start(output, { ...wish, folder, only, pipeline, timeout, books, signal });
  const { opened, leaving } = getting;
  books.noteOwnAreOpen(opened);
  const progress = new ProgressReport(output);
  progress.add({ output, opened });
  progress.follow(books);
  try {
    await getting.untilComplete();
    if (opened.reader.isComplete && exit === true) await untilNeedless(opened.reader, leaving);
    else if (opened.reader.isComplete) output.note("Serving what is here; say end, or press Ctrl-C, to leave.");
    // Where this book was left at the local page, others may be open there.
    if (exit !== true && (opened.reader.isComplete || leaving.aborted)) await words.untilEnd();
  } finally {
    progress.end();
  }
  await ended(output, [books.node]);
  if (getting.failure !== undefined) throw getting.failure;
}
