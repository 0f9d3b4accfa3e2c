// Leaves a node in order and says what was moved: the last event of every command that exchanges pages.

import type { Node } from "../node/node.ts";
import type { Reader } from "../node/reader.ts";
import type { Output } from "./output.ts";

export async function ended(output: Output, node: Node, reader: Reader): Promise<void> {
  await node.close();
  const { pagesSent, pagesReceived, bytesSent, bytesReceived } = reader.snapshot();
  output.event("ended", { pagesSent, pagesReceived, bytesSent, bytesReceived });
}
