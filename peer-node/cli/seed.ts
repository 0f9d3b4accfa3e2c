// bookswarm seed: serves books that lie on this machine, all over one port, and asks for nothing.

import { basename, resolve } from "node:path";
import { findBookIn } from "../node/find-book.ts";
import type { OpenBooks } from "../node/open-books.ts";
import { CommandFailed } from "./command-failed.ts";
import type { ConsoleWords } from "./console-words.ts";
import { ended } from "./ended.ts";
import type { Output } from "./output.ts";
import { ProgressReport } from "./progress-report.ts";
import { Seeding } from "./seeding.ts";
import type { NodeOptions, TrackerOptions, WebOptions } from "./shared-options.ts";
import { trackerIn } from "./tracker-choice.ts";
import { withNode } from "./with-node.ts";

export type SeedOptions = NodeOptions & TrackerOptions & WebOptions;

/**
 * @throws CommandFailed when a book is named twice, no tracker is, or the tracker refuses
 * @throws BookUnclear, DescriptorRefused, DiskFault, ListenFailed
 */
export function seed(output: Output, places: readonly string[], options: SeedOptions): Promise<void> {
  return withNode({ output, options, gallery: "asked" }, (words, books) =>
    carryOut(output, words, books, places, options),
  );
}

async function carryOut(
  output: Output,
  words: ConsoleWords,
  books: OpenBooks,
  places: readonly string[],
  options: SeedOptions,
): Promise<void> {
  const tracker = await trackerIn(options);
  const { signal } = words;
  const folders = new Map<string, string>();
  const seedings: Seeding[] = [];
  const progress = new ProgressReport(output);
  try {
    for (const place of places) {
      const about = output.about(resolve(place), places.length === 1 ? undefined : basename(resolve(place)));
      const seeding = await Seeding.start(about, { books, signal }, async (onEvent) => {
        const found = await findBookIn(place, { tracker, onEvent });
        const other = folders.get(found.book.id);
        if (other !== undefined) throw twice(other, place);
        folders.set(found.book.id, place);
        return found;
      });
      seedings.push(seeding);
      progress.add({ output: about, opened: seeding.opened });
    }
    const [first] = seedings;
    if (first !== undefined) books.noteOwnAreOpen(first.opened);
    progress.follow(books);
    output.note("Say end, or press Ctrl-C, to leave.");
    const allRefused = Promise.all(seedings.map(({ refused }) => refused));
    await Promise.race([words.untilEnd(), allRefused]);
  } catch (error) {
    // Told to leave while one more book is being opened, it leaves those that are open, in order.
    if (!signal.aborted || seedings.length === 0) throw error;
  } finally {
    progress.end();
  }
  await ended(output, [books.node]);
  for (const { failure } of seedings) if (failure !== undefined) throw failure;
}

function twice(one: string, other: string): CommandFailed {
  return new CommandFailed("wrong-use", `${one} and ${other} hold the same book; one node serves a book once`);
}
