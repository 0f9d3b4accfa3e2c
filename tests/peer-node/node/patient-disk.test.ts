import { beforeEach, describe, expect, it, vi } from "vitest";
import { PatientDisk } from "../../../peer-node/node/patient-disk.ts";
import { MemoryStore } from "../../../peer-node/storage/memory-store.ts";
import { DiskFault, type DiskFaultCode } from "../../../peer-node/storage/page-store.ts";
import type { PageIndex } from "../../../shared/ids.ts";
import { PAGE_BYTES } from "../../../shared/limits.ts";
import { inventBook } from "../invented-book.ts";

const invented = inventBook({ "a.png": 3 * PAGE_BYTES });
const page = (number: number) => invented.book.page(number);

/** How many whole pages may wait for the disk: 64 MB of them. */
const WAITING_MAX = 64_000_000 / PAGE_BYTES;

const FULL = new DiskFault("full", "/x", "Cannot write /x: the disk is full");
const IN_THE_WAY = new DiskFault("in-the-way", "/x", "Cannot write /x: a file is in the way");

/** A disk that takes no page while there is trouble. */
class TroubledStore extends MemoryStore {
  trouble: Error | undefined;
  /** Which page it was given when, in milliseconds since the test's start. */
  readonly tries: [page: number, ms: number][] = [];

  override put(page: PageIndex, bytes: Uint8Array) {
    this.tries.push([page, performance.now()]);
    return this.trouble === undefined ? super.put(page, bytes) : Promise.reject(this.trouble);
  }
}

/** Such a disk behind patience, in trouble from the start. */
function troubled(trouble: Error = FULL) {
  const store = new TroubledStore(invented.book);
  store.trouble = trouble;
  const told: (DiskFaultCode | "resumed")[] = [];
  const disk = new PatientDisk(store, {
    paused: ({ code }) => void told.push(code),
    resumed: () => void told.push("resumed"),
  });
  /** Hands pages of the book over; says of each what has become of it so far. */
  const hand = (...numbers: readonly number[]) => {
    const fates = numbers.map(() => "waits");
    for (const [at, number] of numbers.entries())
      disk.put(page(number), invented.pageBytes(page(number))).then(
        ({ outcome }) => void fates.splice(at, 1, outcome),
        (error: Error) => void fates.splice(at, 1, error instanceof DiskFault ? error.code : error.name),
      );
    return fates;
  };
  return { store, disk, told, hand };
}

describe("A page that is verified and cannot be written", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    return () => vi.useRealTimers();
  });

  it("is put again after half a second, after twice as long each time, and every ten seconds in the end", async () => {
    const { store, hand } = troubled();
    const fates = hand(0);
    await vi.advanceTimersByTimeAsync(46_000);
    expect(store.tries.map(([, ms]) => ms)).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 25_500, 35_500, 45_500]);
    expect(fates).toEqual(["waits"]);
    store.trouble = undefined;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(fates).toEqual(["stored"]);
    expect(store.held.has(page(0))).toBe(true);
  });

  it("is put again with all others that wait, whenever they came", async () => {
    const { store, hand } = troubled();
    hand(0, 1);
    await vi.advanceTimersByTimeAsync(400);
    hand(2);
    await vi.advanceTimersByTimeAsync(1_200);
    expect(store.tries).toEqual([
      ...[0, 1].map((number) => [number, 0]),
      [2, 400],
      ...[500, 1_500].flatMap((ms) => [0, 1, 2].map((number) => [number, ms])),
    ]);
  });

  it("pauses the disk, which is told once, as is that it goes on; and the next trouble is waited out from the start", async () => {
    const { store, told, hand } = troubled();
    const fates = hand(0, 1);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(told).toEqual(["full"]);
    store.trouble = undefined;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(fates).toEqual(["stored", "stored"]);
    expect(told).toEqual(["full", "resumed"]);

    store.trouble = FULL;
    const again = performance.now();
    hand(2);
    await vi.advanceTimersByTimeAsync(500);
    expect(store.tries.slice(-2)).toEqual([
      [2, again],
      [2, again + 500],
    ]);
    expect(told).toEqual(["full", "resumed", "full"]);
  });

  it("is given up where 64 MB wait already, and waits where some of them no longer do", async () => {
    const { store, told, hand } = troubled();
    const fates = hand(...Array<number>(WAITING_MAX).fill(0), 1);
    await vi.advanceTimersByTimeAsync(0);
    expect(fates).toEqual([...Array(WAITING_MAX).fill("waits"), "full"]);
    // What waits is the same however often it was tried.
    await vi.advanceTimersByTimeAsync(20_000);
    expect(fates.filter((fate) => fate === "waits")).toHaveLength(WAITING_MAX);
    store.trouble = undefined;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(fates.filter((fate) => fate === "stored")).toHaveLength(WAITING_MAX);
    store.trouble = FULL;
    const later = hand(1);
    await vi.advanceTimersByTimeAsync(0);
    expect(later).toEqual(["waits"]);
    expect(told).toEqual(["full", "resumed", "full"]);
  });

  it("is given up at once where a file is in the way, or the mistake is ours, and pauses nothing", async () => {
    for (const [trouble, fate] of [
      [IN_THE_WAY, "in-the-way"],
      [new TypeError("ours"), "TypeError"],
    ] as const) {
      const { told, hand } = troubled(trouble);
      const fates = hand(0);
      await vi.advanceTimersByTimeAsync(0);
      expect(fates).toEqual([fate]);
      expect(told).toEqual([]);
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  it("is given up when the store is closed meanwhile, and nothing waits any more", async () => {
    const { disk, hand } = troubled();
    const fates = hand(0, 1);
    await vi.advanceTimersByTimeAsync(600);
    expect(fates).toEqual(["waits", "waits"]);
    await disk.close();
    await vi.advanceTimersByTimeAsync(0);
    expect(fates).toEqual(["full", "full"]);
    const late = hand(2);
    await vi.advanceTimersByTimeAsync(0);
    expect(late).toEqual(["full"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("tells of no pause when it meets only a store that is closed", async () => {
    const { disk, told, hand } = troubled();
    await disk.close();
    const late = hand(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(late).toEqual(["full"]);
    expect(told).toEqual([]);
  });
});
