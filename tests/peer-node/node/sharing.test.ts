import { describe, expect, it, onTestFinished, vi } from "vitest";
import { GlobUnmatched } from "../../../peer-node/library/glob-unmatched.ts";
import { Node } from "../../../peer-node/node/node.ts";
import { openBook } from "../../../peer-node/node/opened-book.ts";
import { SharedBook } from "../../../peer-node/node/sharing.ts";
import { inventBook } from "../invented-book.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** A book that is fetched from nobody, on a node that fails when it is closed for the first time. */
async function onFailingNode(signal?: AbortSignal): Promise<SharedBook> {
  const node = await Node.open({ host: "127.0.0.1" });
  onTestFinished(() => node.close());
  const { book } = inventBook({ "a.png": 1_000 });
  const onEvent = () => undefined;
  const opened = await openBook({ node, book, folder: temporaryFolder(), purpose: "fetch", onEvent });
  vi.spyOn(node, "close").mockRejectedValueOnce(new Error("The disk is gone"));
  return new SharedBook(node, opened, signal);
}

describe("A shared book that cannot be closed in order", () => {
  it("says so to whoever closes it, and is waited for no longer", async () => {
    const shared = await onFailingNode();
    await expect(shared.close()).rejects.toThrow("The disk is gone");
    await expect(shared.complete).rejects.toThrow("invented was left before it was complete");
  });

  it("says so to whoever closes it, and to nobody else, when its signal was what ended it", async () => {
    const leaving = new AbortController();
    const shared = await onFailingNode(leaving.signal);
    leaving.abort(new Error("told to"));
    await expect(shared.complete).rejects.toThrow("told to");
    await expect(shared.close()).rejects.toThrow("The disk is gone");
  });
});

describe("Choosing other images of a shared book", () => {
  async function sharedFor(purpose: "fetch" | "serve"): Promise<SharedBook> {
    const node = await Node.open({ host: "127.0.0.1" });
    const { book } = inventBook({ "a.png": 1_000, "b.png": 2_000 });
    const opened = await openBook({ node, book, folder: temporaryFolder(), purpose, onEvent: () => undefined });
    const shared = new SharedBook(node, opened, undefined);
    onTestFinished(() => shared.close());
    return shared;
  }

  it("rejects, and does not throw, when a glob matches nothing", async () => {
    const shared = await sharedFor("fetch");
    await expect(shared.choose(["c.png"])).rejects.toThrow(GlobUnmatched);
    await shared.choose(["b.png"]);
    expect(shared.snapshot().pagesMissing).toBe(1);
  });

  it("is refused where the book is only served, of which nothing is fetched", async () => {
    const shared = await sharedFor("serve");
    await expect(shared.choose(["b.png"])).rejects.toThrow("only served");
    expect(shared.snapshot().pagesMissing).toBe(0);
  });
});
