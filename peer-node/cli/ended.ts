// Leaves every node in order and says what was moved: the last event of every command that exchanges pages.

import type { Node } from "../node/node.ts";
import type { Reader } from "../node/reader.ts";
import type { Output } from "./output.ts";

export async function ended(output: Output, nodes: readonly Node[], readers: readonly Reader[]): Promise<void> {
  await Promise.all(nodes.map((node) => node.close()));
  const moved = { pagesSent: 0, pagesReceived: 0, bytesSent: 0, bytesReceived: 0 };
  for (const reader of readers) {
    const snapshot = reader.snapshot();
    moved.pagesSent += snapshot.pagesSent;
    moved.pagesReceived += snapshot.pagesReceived;
    moved.bytesSent += snapshot.bytesSent;
    moved.bytesReceived += snapshot.bytesReceived;
  }
  output.event("ended", moved);
}
