// Leaves every node in order and says what was moved: the last event of every command that exchanges pages.

import type { Node } from "../node/node.ts";
import type { Output } from "./output.ts";

export async function ended(output: Output, nodes: readonly Node[]): Promise<void> {
  await Promise.all(nodes.map((node) => node.close()));
  const moved = { pagesSent: 0, pagesReceived: 0, bytesSent: 0, bytesReceived: 0 };
  for (const { pagesSent, pagesReceived, bytesSent, bytesReceived } of nodes.flatMap(({ left }) => left)) {
    moved.pagesSent += pagesSent;
    moved.pagesReceived += pagesReceived;
    moved.bytesSent += bytesSent;
    moved.bytesReceived += bytesReceived;
  }
  output.event("ended", moved);
}
