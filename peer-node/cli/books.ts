// bookswarm books: lists a tracker's catalog.

import { formatBookLink } from "../../shared/book-link.ts";
import { formatCount, formatNumber } from "../../shared/quantities.ts";
import type { BookSort } from "../../shared/tracker-api/http.ts";
import { TrackerApiClient } from "../tracker/tracker-api-client.ts";
import { sizeOf } from "./book-voice.ts";
import type { Output } from "./output.ts";
import type { TrackerOptions } from "./shared-options.ts";
import { namedTracker } from "./tracker-choice.ts";

export interface BooksOptions extends TrackerOptions {
  readonly sort?: BookSort;
}

/** @throws TrackerRefused, TrackerFault, or CommandFailed when no tracker is named */
export async function books(output: Output, query: string | undefined, options: BooksOptions): Promise<void> {
  const client = new TrackerApiClient(await namedTracker(options));
  let found = 0;
  for await (const { bookId, name, images, bytes, readers, complete } of client.books(query, { sort: options.sort })) {
    found++;
    const link = formatBookLink({ tracker: client.tracker, bookId });
    const size = sizeOf({ imageCount: images, bytes });
    const health = `${formatCount(readers, "reader")}, ${formatNumber(complete)} complete`;
    output.event(
      "book",
      { bookId, link, name, images, bytes, readers, complete },
      `${name} (${size}; ${health})\n  ${link}`,
    );
  }
  if (found === 0)
    output.note(
      query === undefined ? `${client.tracker} has no books` : `No book's name holds the words of "${query}"`,
    );
}
