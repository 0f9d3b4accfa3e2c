import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { DiskFault } from "../../../peer-node/storage/page-store.ts";
import { makeDurable, SyncPoints } from "../../../peer-node/storage/sync-points.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** Sync points for one file, whose record the disk takes or not. */
function syncPoints(synced: () => void) {
  let now = 0;
  const points = new SyncPoints(
    { folder: "/", files: () => ["/a"], mark: () => synced, doubt: () => undefined },
    async () => true,
    () => now,
  );
  const pass = (ms: number) => {
    now += ms;
  };
  return { points, pass };
}

test("A sync point that a full disk cannot write down is made again later, and breaks nothing", async () => {
  const told: string[] = [];
  const { points, pass } = syncPoints(() => {
    told.push("synced");
    if (told.length === 1) throw new DiskFault("full", "/record", "Cannot write /record: the disk is full");
  });
  for (let times = 1; times <= 2; times++) {
    pass(60_000);
    points.wrote(1);
    await expect.poll(() => told.length).toBe(times);
  }
  await points.close();
  expect(told.length).toBe(3);
});

test("A mistake of ours at a sync point is not taken for the disk's fault", async () => {
  const { points } = syncPoints(() => {
    throw new TypeError("Ours");
  });
  await expect(points.close()).rejects.toThrow("Ours");
});

describe("A sync point that is under way", () => {
  /** Closed while the disk has not answered: a sync point waits for it, and then the last one. */
  function closedMeanwhile() {
    const answers: ((isDurable: boolean | Promise<boolean>) => void)[] = [];
    const told: string[] = [];
    let now = 0;
    const mark = () => () => void told.push("synced");
    const points = new SyncPoints(
      { folder: "/", files: () => ["/a"], mark, doubt: () => void told.push("lost") },
      () => new Promise((answer) => answers.push(answer)),
      () => now,
    );
    now = 60_000;
    points.wrote(1);
    return { closing: points.close(), earlier: answers[0], last: answers[1], told };
  }

  test("and hears from a slow disk after the close, writes nothing down any more", async () => {
    const { closing, earlier, last, told } = closedMeanwhile();
    last?.(false);
    await closing;
    earlier?.(true);
    await setImmediate();
    expect(told).toEqual([]);
  });

  test("may hear of a loss, so that what a later one hears counts for nothing before", async () => {
    const { closing, earlier, last, told } = closedMeanwhile();
    last?.(true);
    await closing;
    expect(told).toEqual([]);
    earlier?.(Promise.reject(new DiskFault("failed", "/", "Cannot sync /: the disk reported an error")));
    await expect.poll(() => told).toEqual(["lost"]);
  });
});

describe.skipIf(process.platform !== "linux")("makeDurable", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  /** A `sync` of our own: a line of a shell's. */
  function syncThat(line: string): void {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "sync"), `#!/bin/sh\n${line}\n`);
    chmodSync(join(folder, "sync"), 0o755);
    vi.stubEnv("PATH", folder);
  }

  test("throws when the disk reports an error", async () => {
    syncThat('[ "$2" = /proc ]');
    const fault = { name: "DiskFault", code: "failed", message: "Cannot sync /books: the disk reported an error" };
    await expect(makeDurable("/books", ["/books/a"], undefined)).rejects.toMatchObject(fault);
  });

  test("syncs file by file where the command cannot sync one disk, and cannot say of a file that is not there", async () => {
    syncThat("exit 1");
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a"), "a");
    expect(await makeDurable(folder, [join(folder, "a")], undefined)).toBe(true);
    expect(await makeDurable(folder, [join(folder, "a"), join(folder, "gone")], undefined)).toBe(false);
  });
});
