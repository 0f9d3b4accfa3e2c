import { renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { type Description, describeFolder } from "../../../peer-node/library/describe.ts";
import { saveDescriptor } from "../../../peer-node/library/descriptor-file.ts";
import { KnownImages } from "../../../peer-node/library/known-images.ts";
import { describeBook } from "../../../peer-node/node/publish-book.ts";
import { FolderStore } from "../../../peer-node/storage/folder-store.ts";
import type { FolderStoreOptions } from "../../../peer-node/storage/opening.ts";
import { stateFolderOf } from "../../../peer-node/storage/state-folder.ts";
import { makeReadOnly, smallDisk, whyNoDisks } from "../../faults/disks.ts";
import { inventedBytes } from "../invented-book.ts";
import { countingHasher, touch } from "../storage/invented-folder.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const LONG_AGO = 1_700_000_000_123_456_789n;

/** Three images, of one page, of two and of none: three pages to hash. */
function pictures(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "a.png"), inventedBytes(1_000, 1));
  writeFileSync(join(folder, "b.png"), inventedBytes(256_001, 2));
  writeFileSync(join(folder, "empty.png"), "");
  return folder;
}

/** Describes a folder, and keeps the descriptor and the record as publishing does. */
async function publish(folder: string, options: Partial<FolderStoreOptions> = {}): Promise<Description> {
  const description = await describeFolder({ folder, name: "pictures" });
  await saveDescriptor(join(folder, "pictures.desc"), description.lines());
  const { book, stamps } = description;
  const store = await FolderStore.open({ book, folder, purpose: "serve", vouched: stamps, ...options });
  await store.close();
  return description;
}

/** How many pages are hashed when what is known of the folder is taken for granted, and what comes of it. */
async function describeAgain(folder: string): Promise<{ readonly hashed: number; readonly lines: string }> {
  const hasher = countingHasher();
  const again = await describeFolder({ folder, name: "pictures", hasher, known: await KnownImages.in(folder) });
  return { hashed: hasher.count, lines: [...again.lines()].join("") };
}

async function plainly(folder: string): Promise<string> {
  return [...(await describeFolder({ folder, name: "pictures" })).lines()].join("");
}

describe("What is known of a folder that was published", () => {
  it("is every image of it: describing it again reads nothing and gives the same descriptor", async () => {
    const folder = pictures();
    const first = await publish(folder);
    expect(await describeAgain(folder)).toEqual({ hashed: 0, lines: [...first.lines()].join("") });
    const [plain, again] = [
      await describeFolder({ folder }),
      await describeFolder({ folder, known: await KnownImages.in(folder) }),
    ];
    expect([plain.knownCount, again.knownCount]).toEqual([0, 3]);
  });

  it("is not what was changed, replaced or added since, of which alone the bytes are hashed", async () => {
    const folder = pictures();
    await publish(folder);
    writeFileSync(join(folder, "a.png"), inventedBytes(1_000, 3));
    writeFileSync(join(folder, "new.png"), inventedBytes(500, 4));
    const again = await describeAgain(folder);
    expect(again).toEqual({ hashed: 2, lines: await plainly(folder) });
  });

  it("is not a file of the same size and time that was put in an image's place", async () => {
    const folder = pictures();
    const file = join(folder, "a.png");
    touch(file, LONG_AGO);
    await publish(folder);
    writeFileSync(join(folder, "other"), inventedBytes(1_000, 3));
    touch(join(folder, "other"), LONG_AGO);
    renameSync(join(folder, "other"), file);
    expect(await describeAgain(folder)).toEqual({ hashed: 1, lines: await plainly(folder) });
  });

  it("is not an image that was found damaged, though its file looks as it did", async () => {
    const folder = pictures();
    const file = join(folder, "a.png");
    touch(file, LONG_AGO);
    const { book } = await publish(folder);
    writeFileSync(file, inventedBytes(1_000, 3));
    touch(file, LONG_AGO);
    const checked = await FolderStore.open({ book, folder, purpose: "serve", trust: "nothing" });
    expect(checked.damaged).toHaveLength(1);
    await checked.close();
    expect(await describeAgain(folder)).toEqual({ hashed: 1, lines: await plainly(folder) });
  });

  it("is told while another process serves the folder", async () => {
    const folder = pictures();
    const { book } = await publish(folder);
    const serving = await FolderStore.open({ book, folder, purpose: "serve" });
    expect((await describeAgain(folder)).hashed).toBe(0);
    await serving.close();
  });

  it.skipIf(whyNoDisks() !== undefined)("is found among the user's own state where the disk is read-only", async () => {
    vi.stubEnv("BOOKSWARM_STATE", temporaryFolder());
    const folder = temporaryFolder();
    smallDisk(folder, 1_000_000);
    writeFileSync(join(folder, "a.png"), inventedBytes(1_000, 1));
    makeReadOnly(folder);
    const hashing = vi.fn();
    const describeOnce = () =>
      describeBook({
        folder,
        trackers: [],
        trust: "record",
        readOnlyFolder: "allowed",
        onEvent: ({ type }) => type === "hashing" && hashing(),
      });
    const { book, stamps } = await describeOnce();
    expect(hashing).toHaveBeenCalledOnce();
    await (await FolderStore.open({ book, folder, purpose: "serve", ...(stamps && { vouched: stamps }) })).close();
    expect((await describeOnce()).book.id).toBe(book.id);
    expect(hashing).toHaveBeenCalledOnce();
  });
});

describe("What is known of a folder that was fetched", () => {
  it.each([
    ["is what has reached the disk itself", true, 1_000],
    ["is nothing that was not synced, which a power cut may still take", false, undefined],
  ])("%s", async (_, isSynced, bytes) => {
    const { book } = await publish(pictures());
    const folder = pictures();
    await (await FolderStore.open({ book, folder, purpose: "fetch", makeDurable: async () => isSynced })).close();
    const { lines, stamps } = await describeFolder({ folder, name: "pictures" });
    await saveDescriptor(join(folder, "pictures.desc"), lines());
    expect((await KnownImages.in(folder)).entry("a.png", stamps[0] ?? expect.fail())?.bytes).toBe(bytes);
  });
});

describe("What is known of the images of another book", () => {
  it("is how their files looked, where both books say the same of them", async () => {
    const folder = pictures();
    const first = await publish(folder);
    writeFileSync(join(folder, "b.png"), inventedBytes(256_001, 5));
    writeFileSync(join(folder, "c.png"), "c");
    const { book } = await describeFolder({ folder, name: "pictures" });
    const known = await KnownImages.in(folder);
    const [a, , empty] = first.stamps;
    expect(await known.stampsFor(book)).toEqual([a, undefined, undefined, empty]);
  });

  it("is nothing of an image that another book of the folder has found damaged", async () => {
    const folder = pictures();
    const { book } = await publish(folder);
    writeFileSync(join(folder, "c.png"), "c");
    const grown = await describeFolder({ folder, name: "grown" });
    await saveDescriptor(join(folder, "grown.desc"), grown.lines());
    await (await FolderStore.open({ book: grown.book, folder, purpose: "serve", vouched: grown.stamps })).close();
    const file = join(folder, "a.png");
    const { mtimeNs } = grown.stamps[0] ?? expect.fail();
    writeFileSync(file, inventedBytes(1_000, 3));
    touch(file, mtimeNs);
    await (await FolderStore.open({ book: grown.book, folder, purpose: "serve", trust: "nothing" })).close();
    const [a, ...others] = await (await KnownImages.in(folder)).stampsFor(book);
    expect(a).toBeUndefined();
    expect(others).not.toContain(undefined);
  });
});

describe("Nothing is known", () => {
  it("of a folder that was described and never opened, or never described, or is not there", async () => {
    const folder = pictures();
    const { book } = await describeFolder({ folder });
    expect(await (await KnownImages.in(join(folder, "nowhere"))).stampsFor(book)).toEqual([]);
    expect((await describeAgain(folder)).hashed).toBe(3);
    await saveDescriptor(join(folder, "pictures.desc"), (await describeFolder({ folder, name: "pictures" })).lines());
    expect((await describeAgain(folder)).hashed).toBe(3);
  });

  it("where the descriptor has gone, or cannot be read any more", async () => {
    const folder = pictures();
    await publish(folder);
    const descriptor = join(folder, "pictures.desc");
    const [bookLine] = (await plainly(folder)).split("\n");
    writeFileSync(descriptor, `${bookLine}\n`);
    expect((await describeAgain(folder)).hashed).toBe(3);
    rmSync(descriptor);
    expect((await describeAgain(folder)).hashed).toBe(3);
  });

  it("where a record is none, or the places where descriptors lie are no folders", async () => {
    const folder = pictures();
    const { book } = await publish(folder);
    const record = join(stateFolderOf(folder, false), book.id.slice(0, 16), "record");
    truncateSync(record, 3 * 1024 ** 3);
    const state = temporaryFolder();
    vi.stubEnv("BOOKSWARM_STATE", state);
    writeFileSync(join(state, "descriptors"), "no folder");
    expect((await describeAgain(folder)).hashed).toBe(3);
    expect(await (await KnownImages.in(join(folder, "a.png"))).stampsFor(book)).toEqual([]);
  });

  it("once it is told to stop", async () => {
    const folder = pictures();
    await publish(folder);
    const known = await KnownImages.in(folder);
    const signal = AbortSignal.abort(new Error("told to"));
    await expect(KnownImages.in(folder, signal)).rejects.toThrow("told to");
    await expect(describeFolder({ folder, known, signal })).rejects.toThrow("told to");
  });
});
