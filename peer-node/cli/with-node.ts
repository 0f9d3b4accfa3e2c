// What every command that exchanges pages stands on: an open port, and an ear for what is said on the console. Both are
// let go of whatever happens.

import { Node } from "../node/node.ts";
import { OpenBooks } from "../node/open-books.ts";
import { ConsoleWords } from "./console-words.ts";
import { openGallery } from "./gallery.ts";
import type { Output } from "./output.ts";
import type { NodeOptions, TrackerOptions, WebOptions } from "./shared-options.ts";

/** How a command with one node is started. @property gallery - "default": at a terminal, the page is there unasked */
export interface OneNode {
  readonly output: Output;
  readonly options: NodeOptions & TrackerOptions & WebOptions;
  readonly gallery: "default" | "asked";
}

/**
 * Opens one node for the time of some work, and the local page over the books that the work opens.
 * @throws ListenFailed when a port cannot be opened, and whatever the work throws
 */
export function withNode(
  { output, options, gallery }: OneNode,
  work: (words: ConsoleWords, books: OpenBooks) => Promise<void>,
): Promise<void> {
  return withNodes([{ output, options }], async (words, [node]) => {
    const books = new OpenBooks(node as Node);
    const page = await openGallery(output, books, { ...options, byDefault: gallery === "default" });
    try {
      await work(words, books);
    } finally {
      await page?.close();
    }
  });
}

/** A node to be opened, and who tells of it. */
export interface NodeJob {
  readonly output: Output;
  readonly options: Pick<NodeOptions, "port" | "host">;
}

/** Opens several nodes, in the order of their jobs, for the time of some work. @throws as `withNode` does */
export async function withNodes(
  jobs: readonly NodeJob[],
  work: (words: ConsoleWords, nodes: readonly Node[]) => Promise<void>,
): Promise<void> {
  const words = new ConsoleWords();
  const nodes: Node[] = [];
  try {
    for (const { output, options } of jobs) {
      const node = await Node.open(options);
      nodes.push(node);
      output.event("listening", { port: node.port });
    }
    await work(words, nodes);
  } finally {
    words.close();
    await Promise.all(nodes.map((node) => node.close()));
  }
}
