// bookswarm publish: describes a folder, puts the book into a catalog, prints its link, and serves it.

import { resolve } from "node:path";
import { formatBookLink } from "../../shared/book-link.ts";
import type { BookEvent } from "../node/book-events.ts";
import { isDescriptor } from "../node/book-source.ts";
import type { OpenBooks } from "../node/open-books.ts";
import { type DescribedBook, describeBook, describedBefore, publishBook } from "../node/publish-book.ts";
import type { TrackerAddress } from "../tracker/tracker-request.ts";
import { BookVoice, LOOKING } from "./book-voice.ts";
import { CommandFailed } from "./command-failed.ts";
import type { ConsoleWords } from "./console-words.ts";
import { ended } from "./ended.ts";
import type { Output } from "./output.ts";
import { ProgressReport } from "./progress-report.ts";
import type { NodeOptions, TrackerOptions, WebOptions } from "./shared-options.ts";
import { noTracker, trackerIn } from "./tracker-choice.ts";
import { withNode } from "./with-node.ts";

export interface PublishOptions extends NodeOptions, TrackerOptions, WebOptions {
  readonly name?: string;
}

/** @throws DescriptorRefused, FileUnsteady, TrackerRefused, TrackerFault, DiskFault, ListenFailed, CommandFailed */
export function publish(output: Output, source: string, options: PublishOptions): Promise<void> {
  return withNode({ output, options, gallery: "default" }, (words, books) =>
    carryOut(output, words, books, source, options),
  );
}

async function carryOut(
  output: Output,
  words: ConsoleWords,
  books: OpenBooks,
  source: string,
  options: PublishOptions,
): Promise<void> {
  const voice = new BookVoice(output);
  const met = Promise.withResolvers<void>();
  const onEvent = (event: BookEvent) => {
    voice.say(event);
    if (event.type === "refused")
      output.note("Readers that have found it are served on; say end, or press Ctrl-C, to leave.");
    if (["joined", "refused", "trackerLost"].includes(event.type)) met.resolve();
  };
  const { described, tracker } = await describedFor(output, words, source, { ...options, onEvent });
  const opened = await publishBook({ described, tracker, node: books.node, onEvent, signal: words.signal });
  books.add(opened);
  books.noteOwnAreOpen(opened);
  const progress = new ProgressReport(output);
  progress.add({ output, opened });
  progress.follow(books);
  try {
    // The link is handed out when whoever opens it finds somebody to ask; at a tracker that refuses nobody is found.
    await Promise.race([met.promise, words.untilEnd()]);
    if (voice.refusal === undefined) sayPublished(output, described, tracker);
    await words.untilEnd();
  } finally {
    progress.end();
  }
  await ended(output, [books.node]);
  const failure = voice.refusal ?? voice.problem;
  if (failure !== undefined) throw failure;
}

function sayPublished(output: Output, { book, descriptor }: DescribedBook, { tracker }: TrackerAddress): void {
  const { id: bookId, imageCount: images, pageCount: pages, bytes } = book;
  const link = formatBookLink({ tracker, bookId });
  output.event("published", { bookId, link, descriptor: resolve(descriptor), images, pages, bytes }, link);
  output.note("Serving it; say end, or press Ctrl-C, to leave.");
}

/** Describes a folder, or reads the descriptor that was given; and finds the tracker that either names. */
async function describedFor(
  output: Output,
  { signal }: ConsoleWords,
  source: string,
  { onEvent, ...options }: PublishOptions & { readonly onEvent: (event: BookEvent) => void },
): Promise<{ readonly described: DescribedBook; readonly tracker: TrackerAddress }> {
  const { name } = options;
  const named = await trackerIn(options);
  if (isDescriptor(source)) {
    if (name !== undefined) throw new CommandFailed("wrong-use", "A descriptor has its name already; leave --name out");
    const described = await describedBefore(source);
    const [first = noTracker()] = named === undefined ? described.book.trackers : [named.tracker];
    return { described, tracker: named ?? { tracker: first } };
  }
  const tracker = named ?? noTracker();
  output.status(LOOKING);
  const described = await describeBook({
    folder: source,
    name,
    trackers: [tracker.tracker],
    trust: "record",
    onEvent,
    readOnlyFolder: "allowed",
    signal,
  });
  return { described, tracker };
}
