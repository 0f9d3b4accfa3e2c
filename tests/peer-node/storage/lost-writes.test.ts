// Disks that have taken what was written, and say once, later, that it is lost: at a sync point, or when a file is closed.

import * as fs from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { DiskFault } from "../../../peer-node/storage/page-store.ts";
import type { MakeDurable } from "../../../peer-node/storage/sync-points.ts";
import { readPage } from "../../contracts/page-store.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { bookState, countingHasher, expectWhole, invented, open, page, touch } from "./invented-folder.ts";

/** The folder whose lock cannot be removed, and the inode of the file that is closed with an error. */
const disk = vi.hoisted(() => ({ readOnly: "none", losing: -1 }));

vi.mock("node:fs", async (importActual) => {
  const actual = await importActual<typeof fs>();
  const fail = (code: string): never => {
    throw Object.assign(new Error("low"), { code });
  };
  return {
    ...actual,
    closeSync: (file: number) => {
      const { ino } = actual.fstatSync(file);
      actual.closeSync(file);
      if (ino === disk.losing) fail("EDQUOT");
    },
    rmSync: (...args: Parameters<typeof actual.rmSync>) =>
      String(args[0]).startsWith(disk.readOnly) ? fail("EROFS") : actual.rmSync(...args),
  };
});

beforeEach(() => Object.assign(disk, { readOnly: "none", losing: -1 }));

/** Writes nothing where the second page of "b.png" was, behind the system's back. */
function loseSecondPage(file: string): void {
  const { mtimeNs } = fs.statSync(file, { bigint: true });
  const descriptor = fs.openSync(file, "r+");
  fs.writeSync(descriptor, new Uint8Array(256_000), 0, 256_000, 256_000);
  fs.closeSync(descriptor);
  touch(file, mtimeNs);
}

async function put(store: Awaited<ReturnType<typeof open>>, ...numbers: readonly number[]): Promise<void> {
  for (const each of numbers) await store.put(page(each), invented.pageBytes(page(each)));
}

/** Opens the folder again in the same run of the system. @returns pages that are missing, and how many were hashed */
async function openedAgain(folder: string): Promise<{ missing: number[]; hashed: number }> {
  const hasher = countingHasher();
  const store = await open(folder, { hasher });
  const missing = invented.pages.filter((each) => !store.held.has(each));
  await put(store, ...missing);
  await store.close();
  return { missing, hashed: hasher.count - missing.length };
}

describe.skipIf(process.platform !== "linux")("What a disk has lost", () => {
  test("is found at the next start, whatever later sync points say, and once it was found nothing is hashed again", async () => {
    const folder = temporaryFolder();
    const now = vi.spyOn(performance, "now");
    const asked: Promise<boolean>[] = [];
    const makeDurable: MakeDurable = () => {
      const fault = new DiskFault("failed", folder, "Cannot sync: the disk reported an error");
      const answer = asked.length === 0 ? Promise.reject(fault) : Promise.resolve(true);
      asked.push(answer);
      return answer;
    };
    const store = await open(folder, { makeDurable });
    await put(store, 1, 2);
    now.mockReturnValue(performance.now() + 60_000);
    await put(store, 3);
    await expect(asked[0]).rejects.toBeInstanceOf(DiskFault);
    await store.close();
    now.mockRestore();
    expect(asked.length).toBe(2);
    loseSecondPage(join(folder, "b.png"));

    expect(await openedAgain(folder)).toEqual({ missing: [0, 2, 4, 5, 6], hashed: 3 });
    expectWhole(folder);
    expect(await openedAgain(folder)).toEqual({ missing: [], hashed: 0 });
  });

  test("and says as it closes the file, is found at the next start, and the store goes on", async () => {
    const folder = temporaryFolder();
    const store = await open(folder);
    await put(store, 1);
    disk.losing = fs.statSync(join(bookState(folder), "parts", "1")).ino;
    await put(store, 2, 3);
    disk.losing = -1;
    expect((await readPage(store, page(2))).equals(invented.pageBytes(page(2)))).toBe(true);
    await store.close();
    loseSecondPage(join(folder, "b.png"));
    expect((await openedAgain(folder)).missing).toEqual([0, 2, 4, 5, 6]);
    expectWhole(folder);
  });
});

test("A lock that cannot be removed any more takes the place of no other fault, and blocks nobody", async () => {
  const folder = temporaryFolder();
  const store = await open(folder);
  disk.readOnly = fs.realpathSync(folder);
  await store.close();
  disk.readOnly = "none";
  await (await open(folder)).close();
});
