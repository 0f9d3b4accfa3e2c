// bookswarm get: downloads a book, serving while it fetches, and goes on serving when it is complete. The tracker of a
// link is asked first of all, before what fetches and serves is loaded.

import { setImmediate as nextTurn } from "node:timers/promises";
import { lookUp, sourceNamed } from "../node/book-source.ts";
import { CommandFailed } from "./command-failed.ts";
import type { DownloadOptions } from "./download.ts";
import type { Output } from "./output.ts";
import { trackerIn } from "./tracker-choice.ts";

export type GetOptions = DownloadOptions;

/**
 * @throws CommandFailed "stopped" when it is told to end, or the book is left at the local page, before it is complete,
 *   "timed-out" when no page came for as long as was given, "wrong-use" when a glob matches nothing
 * @throws DescriptorRefused, TrackerRefused, TrackerFault, DiskFault, ListenFailed
 */
export async function get(output: Output, text: string, options: GetOptions): Promise<void> {
  const source =
    sourceNamed(text) ?? wrongUse(`${text} is neither a link (https://TRACKER/books/...) nor a descriptor (NAME.desc)`);
  const tracker = await trackerIn(options);
  const asked = "link" in source ? lookUp(source.link, options.to, tracker) : undefined;
  try {
    // The questions leave before loading takes the processor, and are answered meanwhile.
    await nextTurn();
    await (await import("./download.ts")).download(output, { source, asked, tracker }, options);
  } finally {
    asked?.end();
  }
}

function wrongUse(message: string): never {
  throw new CommandFailed("wrong-use", message);
}
