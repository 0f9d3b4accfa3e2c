import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { DiskFault } from "../../../peer-node/storage/page-store.ts";
import { SyncPoints } from "../../../peer-node/storage/sync-points.ts";

/** Sync points for one file, whose record the disk takes or not. */
function syncPoints(synced: () => void) {
  let now = 0;
  const points = new SyncPoints(
    { folder: "/", files: () => ["/a"], mark: () => synced },
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

test("What a slow disk says after the close is not written down any more", async () => {
  const answers: ((isDurable: boolean) => void)[] = [];
  const told: string[] = [];
  let now = 0;
  const points = new SyncPoints(
    { folder: "/", files: () => ["/a"], mark: () => () => void told.push("synced") },
    () => new Promise((answer) => answers.push(answer)),
    () => now,
  );
  now = 60_000;
  points.wrote(1);
  const closing = points.close();
  answers[1]?.(false);
  await closing;
  answers[0]?.(true);
  await setImmediate();
  expect(told).toEqual([]);
});
