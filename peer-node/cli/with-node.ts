// What every command that exchanges pages stands on: open ports, local pages over the books of each node, and an ear for
// what is said on the console. All of it is let go of whatever happens.

import { Node } from "../node/node.ts";
import { OpenBooks } from "../node/open-books.ts";
import { ConsoleWords } from "./console-words.ts";
import { type Gallery, openGallery } from "./gallery.ts";
import type { Output } from "./output.ts";
import type { NodeOptions, TrackerOptions, WebOptions } from "./shared-options.ts";

/** A node to be opened, and who tells of it. @property gallery - "default": at a terminal, the page is there unasked */
export interface NodeJob {
  readonly output: Output;
  readonly options: Pick<NodeOptions, "port" | "host"> & TrackerOptions & WebOptions;
  readonly gallery: "default" | "asked";
}

/**
 * Opens one node for the time of some work, and the local page over the books that the work opens.
 * @throws ListenFailed when a port cannot be opened, and whatever the work throws
 */
export function withNode(job: NodeJob, work: (words: ConsoleWords, books: OpenBooks) => Promise<void>): Promise<void> {
  return withNodes([job], (words, [books]) => work(words, books as OpenBooks));
}

/** Opens several nodes, in the order of their jobs, for the time of some work. @throws as `withNode` does */
export async function withNodes(
  jobs: readonly NodeJob[],
  work: (words: ConsoleWords, books: readonly OpenBooks[]) => Promise<void>,
): Promise<void> {
  const words = new ConsoleWords();
  const books: OpenBooks[] = [];
  const pages: Gallery[] = [];
  try {
    for (const { output, options, gallery } of jobs) {
      const node = await Node.open(options);
      const opened = new OpenBooks(node);
      books.push(opened);
      output.event("listening", { port: node.port });
      const page = await openGallery(output, opened, { ...options, byDefault: gallery === "default" });
      if (page !== undefined) pages.push(page);
    }
    await work(words, books);
  } finally {
    await Promise.all(pages.map((page) => page.close()));
    words.close();
    await Promise.all(books.map(({ node }) => node.close()));
  }
}
