import { hash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EXIT_CODES } from "../../../peer-node/cli/exit-codes.ts";
import { describeFolder } from "../../../peer-node/library/describe.ts";
import { saveDescriptor } from "../../../peer-node/library/descriptor-file.ts";
import { FolderStore } from "../../../peer-node/storage/folder-store.ts";
import { emptyFolder, eventsOf, run } from "./command.ts";

/** A folder into which a book was fetched whose publisher gave the wrong SHA-256 for its second image. */
async function fetchedBadBook(): Promise<string> {
  const [source, folder] = [await emptyFolder(), await emptyFolder()];
  const images = { "a.png": "good", "sub/b.png": "bad" };
  await mkdir(join(source, "sub"));
  for (const [path, bytes] of Object.entries(images)) await writeFile(join(source, path), bytes);
  const { book, lines } = await describeFolder({
    folder: source,
    name: "Sea",
    known: {
      entry: (path, { bytes }) =>
        path === "a.png"
          ? undefined
          : { path, bytes, sha256: "0".repeat(64), pages: hash("sha1", images["sub/b.png"]) },
    },
  });
  await saveDescriptor(join(folder, "Sea.desc"), lines());
  const store = await FolderStore.open({ book, folder, purpose: "fetch" });
  for (const [number, bytes] of Object.values(images).entries()) await store.put(book.page(number), Buffer.from(bytes));
  await store.close();
  return folder;
}

describe("bookswarm verify", () => {
  it("names an image at which the book itself is bad, and sends nobody to get for it", async () => {
    const folder = await fetchedBadBook();
    const finished = await run(["verify", folder, "--json"]);
    const events = eventsOf(finished);
    expect(finished.code).toBe(EXIT_CODES.refused.code);
    expect(events.filter(({ event }) => event === "error")).toEqual([
      {
        event: "error",
        code: "refused",
        message:
          "The book is bad at sub/b.png: its pages are right and its SHA-256 is not, which only its publisher can mend",
      },
    ]);
    expect(events.at(-1)).toMatchObject({ event: "verified", sound: 1, damaged: 0, missing: 1 });
    expect(await run(["verify", folder, "--only", "a.png"])).toMatchObject({ code: 0, stderr: "" });
  });
});
