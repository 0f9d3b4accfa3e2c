import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { type DescribeOptions, describeFolder } from "../../../peer-node/library/describe.ts";
import {
  keepDescriptor,
  loadDescriptor,
  readDescriptor,
  saveDescriptor,
} from "../../../peer-node/library/descriptor-file.ts";
import { nodeHasher } from "../../../peer-node/storage/hasher.ts";
import { DescriptorRefused } from "../../../shared/faults.ts";
import { inventedBytes } from "../invented-book.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** Every kind of image that has its own edge, by its name on the disk. */
const FILES: Readonly<Record<string, Uint8Array>> = {
  "empty.png": Buffer.alloc(0),
  "just under a page.png": inventedBytes(255_999, 1),
  "one page.png": inventedBytes(256_000, 2),
  "just over a page.png": inventedBytes(256_001, 3),
  "sub/folder/deep.jpg": inventedBytes(10, 4),
  "sub/twin.jpg": inventedBytes(10, 4),
  "sub-way.jpg": inventedBytes(7, 5),
  "\u{1f4f7} café.png": inventedBytes(11, 6),
  "two\nlines.png": inventedBytes(12, 7),
  [`${"l".repeat(246)}.png`]: inventedBytes(13, 8),
};

function write(folder: string, files: Readonly<Record<string, Uint8Array>>): string {
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  return folder;
}

async function descriptorOf(folder: string, options: Partial<DescribeOptions> = {}): Promise<string> {
  return [...(await describeFolder({ folder, name: "golden", ...options })).lines()].join("");
}

describe("describeFolder", () => {
  test("gives the golden descriptor, byte for byte", async () => {
    const golden = readFileSync(new URL("golden.descriptor", import.meta.url), "utf8");
    expect(await descriptorOf(write(temporaryFolder(), FILES), { trackers: ["https://tracker.example"] })).toBe(golden);
  });

  test("gives a book that its own descriptor parses to", async () => {
    const description = await describeFolder({ folder: write(temporaryFolder(), FILES), name: "golden" });
    const parsed = await readDescriptor(chunksOf([...description.lines()].join("")));
    expect(parsed.id).toBe(description.bookId);
    expect(parsed).toEqual(description.book);
    expect(description.stamps.map(({ bytes }) => bytes)).toEqual(Array.from(parsed.images(), ({ bytes }) => bytes));
  });

  test("gives the same descriptor, and the images in the same order, however many threads help", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 60 }, (_, n) => [`${n % 7}/${n}.png`, inventedBytes((n * 37_117) % 600_000, n)]),
    );
    const folder = write(temporaryFolder(), { ...FILES, ...many });
    const alone = await descriptorOf(folder, { helpers: 0 });
    expect(await descriptorOf(folder, { helpers: 1 })).toBe(alone);
    expect(await descriptorOf(folder, { helpers: 3 })).toBe(alone);
  });

  test("depends on nothing but names and bytes", async () => {
    const one = write(temporaryFolder(), FILES);
    const two = write(temporaryFolder(), Object.fromEntries(Object.entries(FILES).toReversed()));
    for (const name of Object.keys(FILES)) utimesSync(join(two, name), 1, 1);
    write(two, { ".hidden": Buffer.from("x"), "sub/Thumbs.db": Buffer.from("x"), "old.desc": Buffer.from("x") });
    expect(await descriptorOf(two)).toBe(await descriptorOf(one));
  });

  test("takes the folder's name when it is given none", async () => {
    const folder = join(temporaryFolder(), "e\u0301te\u0301");
    const { head } = await describeFolder({ folder: write(folder, { "a.png": Buffer.from("a") }) });
    expect(head.name).toBe("\u00e9t\u00e9");
  });

  test("passes over what no book can hold, and says why", async () => {
    const folder = write(temporaryFolder(), {
      "a.png": Buffer.from("a"),
      "back\\slash.png": Buffer.from("b"),
      "c:drive.png": Buffer.from("c"),
      "caf\u00e9.png": Buffer.from("d"),
      "cafe\u0301.png": Buffer.from("e"),
    });
    symlinkSync(join(folder, "a.png"), join(folder, "link.png"));
    symlinkSync(folder, join(folder, "loop"));
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/latin`), Buffer.of(0xe9)]), "f");
    execFileSync("mkfifo", [join(folder, "pipe")]);
    const { book, skipped } = await describeFolder({ folder });
    expect(Array.from(book.images(), ({ path }) => path)).toEqual(["a.png", "caf\u00e9.png"]);
    expect(skipped).toEqual([
      { path: "back\\slash.png", reason: "cannot be part of a book: its path holds a backslash" },
      { path: "c:drive.png", reason: "cannot be part of a book: its path starts with a drive letter" },
      { path: "caf\u00e9.png", reason: "has the same name as another, spelt with other Unicode characters" },
      { path: "latin\ufffd", reason: "has a name that is not UTF-8" },
      { path: "link.png", reason: "is a symbolic link" },
      { path: "loop", reason: "is a symbolic link" },
      { path: "pipe", reason: "is no regular file" },
    ]);
    expect(book.bytes).toBe(2);
  });

  test("reads a file again that changed while it was read", async () => {
    const folder = write(temporaryFolder(), { "a.png": inventedBytes(300_000, 1) });
    let changes = 0;
    const sha1 = (bytes: Uint8Array) => {
      if (changes++ === 0) appendFileSync(join(folder, "a.png"), "more");
      return nodeHasher.sha1(bytes);
    };
    const { book } = await describeFolder({ folder, hasher: { ...nodeHasher, sha1 } });
    expect(book.bytes).toBe(300_004);
  });

  test("gives up on a file that does not stop changing", async () => {
    const folder = write(temporaryFolder(), { "a.png": inventedBytes(300_000, 1) });
    const sha1 = (bytes: Uint8Array) => {
      appendFileSync(join(folder, "a.png"), "more");
      return nodeHasher.sha1(bytes);
    };
    await expect(describeFolder({ folder, hasher: { ...nodeHasher, sha1 } })).rejects.toMatchObject({
      code: "unsteady",
    });
  });

  test("refuses a folder without images, a folder that is not there or is none, and a name too long", async () => {
    const folder = temporaryFolder();
    await expect(describeFolder({ folder })).rejects.toMatchObject({ fault: "bad-count" });
    await expect(describeFolder({ folder: join(folder, "none") })).rejects.toMatchObject({
      code: "gone",
      message: `There is no folder ${join(folder, "none")}; look whether its name is right`,
    });
    writeFileSync(join(folder, "file"), "no folder");
    await expect(describeFolder({ folder: join(folder, "file") })).rejects.toThrow(
      /file is no folder; name the folder/,
    );
    await expect(describeFolder({ folder, name: "x".repeat(256) })).rejects.toMatchObject({ fault: "bad-name" });
  });

  describe("of a folder of sixty files", () => {
    /** Together they are hashed in many breaths, and hold nothing on the disk. */
    const FILE_BYTES = 1_000_000;
    const folderOfSixty = () => {
      const folder = temporaryFolder();
      for (let number = 0; number < 60; number++) {
        const file = join(folder, `${number}.png`);
        writeFileSync(file, "");
        truncateSync(file, FILE_BYTES);
      }
      return folder;
    };

    test.for([0, 1])(
      "with %i helpers, ends within a breath when it is told to, and leaves nothing",
      async (helpers) => {
        const folder = folderOfSixty();
        const leaving = new AbortController();
        let readSince = 0;
        const onHashing = () => {
          if (leaving.signal.aborted) readSince++;
          leaving.abort(new Error("told to"));
        };
        const describing = describeFolder({ folder, onHashing, signal: leaving.signal, helpers });
        await expect(describing).rejects.toThrow("told to");
        expect(readSince).toBe(0);
        expect(readdirSync(folder)).toHaveLength(60);
      },
    );

    test("ends within a breath when a file cannot be read", async () => {
      const folder = folderOfSixty();
      let bytes = 0;
      const sha1 = (page: Uint8Array) => {
        rmSync(join(folder, "1.png"), { force: true });
        return nodeHasher.sha1(page);
      };
      const onHashing = (done: number) => {
        bytes = done;
      };
      const describing = describeFolder({ folder, onHashing, hasher: { ...nodeHasher, sha1 } });
      await expect(describing).rejects.toMatchObject({ code: "gone", path: join(folder, "1.png") });
      expect(bytes).toBeLessThan(10 * FILE_BYTES);
    });

    test("reads nothing when it was told to end before", async () => {
      const onHashing = vi.fn();
      const signal = AbortSignal.abort(new Error("told to"));
      await expect(describeFolder({ folder: folderOfSixty(), onHashing, signal })).rejects.toThrow("told to");
      expect(onHashing).not.toHaveBeenCalled();
    });
  });

  test("reports every byte that it hashes", async () => {
    const seen: number[] = [];
    const { head } = await describeFolder({
      folder: write(temporaryFolder(), FILES),
      onHashing: (bytes, of) => seen.push(bytes, of),
    });
    expect(seen.slice(-2)).toEqual([head.bytes, head.bytes]);
  });
});

describe("a descriptor's file", () => {
  const lines = async () => [...(await describeFolder({ folder: write(temporaryFolder(), FILES), name: "x" })).lines()];

  test("is whole or not there, and replaces an older descriptor", async () => {
    const file = join(temporaryFolder(), "x.desc");
    writeFileSync(file, '{"bookswarm":1, an old one');
    await saveDescriptor(file, await lines());
    expect(readFileSync(file, "utf8")).toBe((await lines()).join(""));
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"bookswarm":');
      throw new Error("the source broke off");
    }
    await expect(saveDescriptor(file, broken())).rejects.toThrow("the source broke off");
    expect(readFileSync(file, "utf8")).toBe((await lines()).join(""));
    expect(readdirSync(join(file, ".."))).toEqual(["x.desc"]);
  });

  test.each(["", "a recipe", '{"bookswarm"'])("is never written over %j, which is no descriptor", async (content) => {
    const file = join(temporaryFolder(), "x.desc");
    writeFileSync(file, content);
    await expect(saveDescriptor(file, ["x"])).rejects.toMatchObject({ code: "in-the-way" });
    expect(readFileSync(file, "utf8")).toBe(content);
  });

  test("is loaded with every check", async () => {
    const file = join(temporaryFolder(), "x.desc");
    await saveDescriptor(file, await lines());
    const book = await loadDescriptor(file);
    expect(book.imageCount).toBe(Object.keys(FILES).length);
    appendFileSync(file, "x\n");
    await expect(loadDescriptor(file)).rejects.toBeInstanceOf(DescriptorRefused);
    await expect(loadDescriptor(`${file}.none`)).rejects.toMatchObject({ code: "gone" });
  });

  test("that is fetched is kept as it came, and not at all when it is refused", async () => {
    const file = join(temporaryFolder(), "x.desc");
    const text = (await lines()).join("");
    await expect(keepDescriptor(file, chunksOf(text.slice(0, -1)))).rejects.toBeInstanceOf(DescriptorRefused);
    expect(readdirSync(join(file, ".."))).toEqual([]);
    const book = await keepDescriptor(file, chunksOf(text));
    expect(readFileSync(file, "utf8")).toBe(text);
    await expect(loadDescriptor(file, book.id)).resolves.toEqual(book);
  });
});

async function* chunksOf(text: string): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}
