import { createHash } from "node:crypto";
import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { DigestCrew, inLanes } from "../../../peer-node/storage/digest-crew.ts";
import type { FileDigests } from "../../../peer-node/storage/file-digests.ts";
import { inventedBytes } from "../invented-book.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const SIZES = [0, 1, 255_999, 256_000, 256_001, 1_000_000, 12, 700_000];

function crewOf(helpers: number, helper?: string): DigestCrew {
  const crew = new DigestCrew({ bytes: 0, helpers, ...(helper === undefined ? {} : { helper }) });
  onTestFinished(() => crew.close());
  return crew;
}

function files(folder = temporaryFolder()): string[] {
  return SIZES.map((size, row) => {
    const file = join(folder, String(row));
    writeFileSync(file, inventedBytes(size, row));
    return file;
  });
}

/** All at once, so that helpers get their share. */
function digestAll(crew: DigestCrew, paths: readonly string[], bytes?: number): Promise<(FileDigests | undefined)[]> {
  return Promise.all(paths.map((file) => crew.digests({ file, bytes }, 300_000, () => undefined)));
}

/** A helper of our own making. */
function helperFile(code: string): string {
  const file = join(temporaryFolder(), "helper.mjs");
  writeFileSync(file, code);
  return pathToFileURL(file).href;
}

describe("DigestCrew", () => {
  test.for([0, 1, 3])(
    "with %i helpers, finds the SHA-1 of every page and the SHA-256 of the whole",
    async (helpers) => {
      const found = await digestAll(crewOf(helpers), files());
      for (const [row, size] of SIZES.entries()) {
        const bytes = inventedBytes(size, row);
        const pages: Buffer[] = [];
        for (let from = 0; from < size; from += 256_000) {
          pages.push(
            createHash("sha1")
              .update(bytes.subarray(from, from + 256_000))
              .digest(),
          );
        }
        expect(Buffer.from(found[row]?.pages ?? [])).toEqual(Buffer.concat(pages));
        expect(Buffer.from(found[row]?.sha256 ?? [])).toEqual(createHash("sha256").update(bytes).digest());
        expect(found[row]?.stamp.bytes).toBe(size);
      }
    },
  );

  test.for([0, 1])(
    "with %i helpers, cuts a file as it is told to, and leaves out pages that it ends before",
    async (helpers) => {
      const found = await digestAll(crewOf(helpers), files(), 512_001);
      expect(found.map((digests) => (digests?.pages.length ?? 0) / 20)).toEqual([0, 0, 0, 1, 1, 3, 0, 3]);
      expect(found.map((digests) => digests?.sha256 !== undefined)).toEqual(SIZES.map((size) => size >= 512_001));
    },
  );

  test.for([0, 1])(
    "with %i helpers, keeps the operating system's code of what cannot be read, and goes on",
    async (helpers) => {
      const folder = temporaryFolder();
      mkdirSync(join(folder, "folder"));
      const paths = files(folder);
      const crew = crewOf(helpers);
      const missing = crew.digests({ file: join(folder, "missing") }, 1, () => undefined);
      const others = digestAll(crew, paths);
      const noFile = crew.digests({ file: join(folder, "folder") }, 1, () => undefined);
      await expect(missing).rejects.toMatchObject({ code: "ENOENT" });
      expect((await others).every((digests) => digests?.sha256 !== undefined)).toBe(true);
      expect(await noFile).toBeUndefined();
    },
  );

  test.for([0, 1])("with %i helpers, reports every byte of what it reads", async (helpers) => {
    const crew = crewOf(helpers);
    let bytes = 0;
    const onBytes = (more: number) => {
      bytes += more;
    };
    await Promise.all(files().map((file) => crew.digests({ file }, 300_000, onBytes)));
    expect(bytes).toBe(SIZES.reduce((sum, size) => sum + size, 0));
  });

  test.for([0, 1])(
    "with %i helpers, fails at its next breath once it is told to end: what is read, what waits and what still comes",
    async (helpers) => {
      const ending = new AbortController();
      const crew = new DigestCrew({ bytes: 0, helpers, signal: ending.signal });
      onTestFinished(() => crew.close());
      const large = join(temporaryFolder(), "large");
      writeFileSync(large, "");
      truncateSync(large, 64_000_000);
      let readSince = 0;
      const digestLarge = () =>
        crew.digests({ file: large }, 64_000_000, () => {
          if (ending.signal.aborted) readSince++;
          ending.abort(new Error("told to"));
        });
      const begun = await Promise.allSettled([digestLarge(), digestLarge(), digestLarge()]);
      const late = await Promise.allSettled([digestLarge()]);
      for (const result of [...begun, ...late]) expect(result).toMatchObject({ reason: { message: "told to" } });
      expect(readSince).toBe(0);
    },
  );

  test("hands its helpers their share before it takes its own", async () => {
    const crew = crewOf(
      1,
      helperFile(`import { parentPort } from "node:worker_threads";
        parentPort.on("message", (order) => {
          parentPort.postMessage({ bytes: 0, answers: order.map(({ number }) => ({ number, digests: undefined })) });
        });`),
    );
    // Ten million bytes are more than a helper is handed ahead; the second file is this thread's own.
    const [first, second] = files();
    const theirs = crew.digests({ file: String(first) }, 10_000_000, () => undefined);
    const ours = crew.digests({ file: String(second) }, 10_000_000, () => undefined);
    expect(await theirs).toBeUndefined();
    expect(await ours).toBeDefined();
  });

  test("fails with one sentence, for every file that is left, when a helper is lost", async () => {
    const crew = crewOf(1, helperFile(`throw new Error("out of memory");`));
    const lost = await Promise.allSettled([crew.digests({ file: "/a" }, 1, () => undefined)]);
    const after = await Promise.allSettled([crew.digests({ file: "/b" }, 1, () => undefined)]);
    for (const [result] of [lost, after]) {
      expect(result).toMatchObject({
        reason: {
          message: "Cannot go on hashing: a thread that helped with it failed (out of memory); try again",
        },
      });
    }
  });
});

describe("inLanes", () => {
  test("begins large items first, and the others in their order", async () => {
    const begun: number[] = [];
    const MEGA = 1024 * 1024;
    const sizes = [1, 20 * MEGA, 3 * MEGA, 30 * MEGA, 2];
    await inLanes(
      sizes,
      (size) => size,
      async (size, row) => {
        expect(sizes[row]).toBe(size);
        begun.push(row);
      },
    );
    expect(begun).toEqual([3, 1, 0, 2, 4]);
  });

  test("throws the first failure when everything that was begun is settled, begins nothing more, and tells of it at once", async () => {
    let settled = 0;
    const told: unknown[] = [];
    const items = Array.from({ length: 5_000 }, (_, item) => item);
    const work = inLanes(
      items,
      () => 1,
      async (item) => {
        if (item === 10) throw new Error("the tenth");
        await new Promise((resolve) => setImmediate(resolve));
        settled++;
      },
      (error) => told.push(error, settled),
    );
    await expect(work).rejects.toThrow("the tenth");
    expect(told).toEqual([new Error("the tenth"), 0]);
    expect(settled).toBeGreaterThan(0);
    const before = settled;
    await new Promise((resolve) => setImmediate(resolve));
    expect(settled).toBe(before);
    expect(settled).toBeLessThan(items.length);
  });
});
