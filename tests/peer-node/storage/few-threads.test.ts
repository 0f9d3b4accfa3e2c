// A system that gives this process no more threads, or not all of them.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DigestCrew } from "../../../peer-node/storage/digest-crew.ts";
import { inSharedMemory, inventedBytes } from "../invented-book.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { expectWhole, invented, open } from "./invented-folder.ts";

let left = 0;

beforeEach(() => {
  const actual = process.getBuiltinModule("node:worker_threads");
  class Worker extends actual.Worker {
    constructor(...args: ConstructorParameters<typeof actual.Worker>) {
      if (left-- <= 0) throw Object.assign(new Error("EAGAIN"), { code: "ERR_WORKER_INIT_FAILED" });
      super(...args);
    }
  }
  vi.spyOn(process, "getBuiltinModule").mockReturnValue({ ...actual, Worker } as never);
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe("Where no more threads start", () => {
  test.each([0, 1])("files are digested with the %i helpers that did", async (threads) => {
    left = threads;
    const folder = temporaryFolder();
    const files = Array.from({ length: 8 }, (_, row) => join(folder, String(row)));
    for (const [row, file] of files.entries()) writeFileSync(file, inventedBytes(300_000, row));
    const crew = new DigestCrew({ bytes: 0, helpers: 3 });
    const found = await Promise.all(files.map((file) => crew.digests({ file }, 300_000, () => undefined)));
    await crew.close();
    expect(found.map((digests) => digests?.pages.length)).toEqual(files.map(() => 40));
  });

  test("pages that come fast are verified and written by this one", async () => {
    left = 0;
    const folder = temporaryFolder();
    const store = await open(folder, { spellBytes: 0 });
    for (const page of invented.pages) await store.put(page, inSharedMemory(invented.pageBytes(page)));
    await store.close();
    expectWhole(folder);
  });
});
