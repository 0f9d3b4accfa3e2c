import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { BookEvent } from "../../../peer-node/node/book-events.ts";
import { Node } from "../../../peer-node/node/node.ts";
import { openBook } from "../../../peer-node/node/opened-book.ts";
import { inventBook } from "../invented-book.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const { book, writeTo } = inventBook({ "a.png": 1_000, "b.png": 600_000 });

async function openNode(): Promise<Node> {
  const node = await Node.open({ host: "127.0.0.1" });
  onTestFinished(() => node.close());
  return node;
}

describe("Opening a book", () => {
  it("leaves the folder to others when whoever is told of it fails, whatever it was told", async () => {
    const [node, folder] = [await openNode(), temporaryFolder()];
    writeFileSync(join(folder, "a.png"), "somebody's own");
    for (const type of ["inTheWay", "found"]) {
      const onEvent = (event: BookEvent) => {
        if (event.type === type) throw new Error(`The listener failed at ${type}`);
      };
      const opening = openBook({ node, book, folder, purpose: "fetch", onEvent });
      await expect(opening).rejects.toThrow(`The listener failed at ${type}`);
    }
    await openBook({ node, book, folder, purpose: "fetch", onEvent: () => undefined });
  });

  it("may be tried again after a tracker to which the token must not travel", async () => {
    const [node, folder] = [await openNode(), temporaryFolder()];
    writeTo(folder);
    const tracker = "http://tracker.example";
    const open = (credential?: { readonly tracker: string; readonly token: string }) =>
      openBook({ node, book, folder, purpose: "serve", tracker: { tracker, credential }, onEvent: () => undefined });
    const shown = { tracker, token: "t" };
    for (const _ of [1, 2]) await expect(open(shown)).rejects.toMatchObject({ code: "not-private" });
    expect((await open()).reader.isComplete).toBe(true);
  });
});
