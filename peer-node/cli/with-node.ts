// What every command that exchanges pages stands on: an open port, and an ear for what is said on the console. Both are
// let go of whatever happens.

import { Node } from "../node/node.ts";
import { ConsoleWords } from "./console-words.ts";
import type { Output } from "./output.ts";
import type { NodeOptions } from "./shared-options.ts";

/**
 * Opens one node for the time of some work.
 * @throws ListenFailed when the port cannot be opened, and whatever the work throws
 */
export function withNode(
  output: Output,
  options: NodeOptions,
  work: (words: ConsoleWords, node: Node) => Promise<void>,
): Promise<void> {
  return withNodes([{ output, options }], (words, [node]) => work(words, node as Node));
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
