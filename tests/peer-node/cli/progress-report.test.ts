import { expect, it, onTestFinished, vi } from "vitest";
import { Output } from "../../../peer-node/cli/output.ts";
import { ProgressReport } from "../../../peer-node/cli/progress-report.ts";
import { Node } from "../../../peer-node/node/node.ts";
import { OpenBooks } from "../../../peer-node/node/open-books.ts";
import { openBook } from "../../../peer-node/node/opened-book.ts";
import { inventBook } from "../invented-book.ts";
import { temporaryFolder } from "../temporary-folder.ts";

it("ProgressReport tells of a book that was added at the local page before it followed, and of none twice", async () => {
  const node = await Node.open({ host: "127.0.0.1" });
  onTestFinished(() => node.close());
  const books = new OpenBooks(node);
  const [early, own] = await Promise.all(
    [1_000, 2_000].map((bytes) => {
      const { book } = inventBook({ "a.png": bytes });
      return openBook({ node, book, folder: temporaryFolder(), purpose: "fetch", onEvent: () => undefined });
    }),
  );
  if (early === undefined || own === undefined) throw new Error("Both books were opened");
  books.add(early);
  books.add(own);
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((line) => lines.push(String(line)) > 0);
  onTestFinished(() => write.mockRestore());
  const output = await Output.open({ json: true });
  const progress = new ProgressReport(output);
  progress.add({ output, opened: own });
  progress.follow(books);
  progress.end();
  const told = lines.map((line) => JSON.parse(line)).map(({ event, folder, bytes }) => ({ event, folder, bytes }));
  expect(told).toEqual([
    { event: "progress", folder: undefined, bytes: 2_000 },
    { event: "progress", folder: early.store.folder, bytes: 1_000 },
  ]);
});
