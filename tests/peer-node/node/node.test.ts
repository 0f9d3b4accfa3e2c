import { expect, it, onTestFinished, vi } from "vitest";
import { Node } from "../../../peer-node/node/node.ts";
import { openBook } from "../../../peer-node/node/opened-book.ts";
import { inventBook } from "../invented-book.ts";
import { temporaryFolder } from "../temporary-folder.ts";

it("A node that is closed has waited for every book that is being left, and knows how each stood in the end", async () => {
  const node = await Node.open({ host: "127.0.0.1" });
  onTestFinished(() => node.close());
  const open = (bytes: number) => {
    const { book } = inventBook({ "a.png": bytes });
    return openBook({ node, book, folder: temporaryFolder(), purpose: "fetch", onEvent: () => undefined });
  };
  const { reader: slow } = await open(1_000);
  await open(600_000);
  const leave = slow.leave.bind(slow);
  const told = Promise.withResolvers<void>();
  vi.spyOn(slow, "leave").mockImplementation(() => told.promise.then(leave));
  const leaving = node.leave(slow);
  const closing = node.close();
  const pagesMissing = () => node.left.map((each) => each.pagesMissing);
  await vi.waitFor(() => expect(pagesMissing()).toEqual([3]));
  told.resolve();
  await closing;
  expect(pagesMissing()).toEqual([3, 1]);
  await leaving;
});
