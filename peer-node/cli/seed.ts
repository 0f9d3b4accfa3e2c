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
  const folders = new Map<string, string>();
  const seedings: Seeding[] = [];
  const progress = new ProgressReport(output);
  try {
    for (const place of places) {
      const about = output.about(resolve(place), places.length === 1 ? undefined : basename(resolve(place)));
      const seeding = await Seeding.start(about, { node: books.node, signal: words.signal }, async (onEvent) => {
        const found = await findBookIn(place, { tracker, onEvent });
        const other = folders.get(found.book.id);
        if (other !== undefined) throw twice(other, place);
        folders.set(found.book.id, place);
        return found;
      });
      seedings.push(seeding);
      books.add(seeding.opened);
      progress.add({ output: about, opened: seeding.opened });
    }
    books.noteOwnAreOpen();
    progress.follow(books);
    output.note("Say end, or press Ctrl-C, to leave.");
    const allRefused = Promise.all(seedings.map(({ refused }) => refused));
    await Promise.race([words.untilEnd(), allRefused]);
  } finally {
    progress.end();
  }
  const readers = seedings.map(({ opened }) => opened.reader);
  await ended(output, [books.node], readers);
  for (const { failure } of seedings) if (failure !== undefined) throw failure;
}

function twice(one: string, other: string): CommandFailed {
  return new CommandFailed("wrong-use", `${one} and ${other} hold the same book; one node serves a book once`);
}
