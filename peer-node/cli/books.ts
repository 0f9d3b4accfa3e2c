// bookswarm books: lists a tracker's catalog.

import { formatBookLink } from "../../shared/book-link.ts";
import { TrackerApiClient } from "../tracker/tracker-api-client.ts";
import { formatByteSize } from "./byte-sizes.ts";
import type { Output } from "./output.ts";
import type { TrackerOptions } from "./shared-options.ts";
import { namedTracker } from "./tracker-choice.ts";

export type BooksOptions = TrackerOptions;

/** @throws TrackerRefused, TrackerFault, or CommandFailed when no tracker is named */
export async function books(output: Output, query: string | undefined, options: BooksOptions): Promise<void> {
  const client = new TrackerApiClient(await namedTracker(options));
  let found = 0;
  for await (const { bookId, name, images, bytes, readers, complete } of client.books(query)) {
    found++;
    const link = formatBookLink({ tracker: client.tracker, bookId });
    const size = `${images} ${images === 1 ? "image" : "images"}, ${formatByteSize(bytes)}`;
    const health = `${readers} ${readers === 1 ? "reader" : "readers"}, ${complete} complete`;
    output.event(
      "book",
      { bookId, link, name, images, bytes, readers, complete },
      `${name} (${size}; ${health})\n  ${link}`,
    );
  }
  if (found === 0)
    output.note(query === undefined ? `${client.tracker} has no books` : `No book's name holds "${query}"`);
}
