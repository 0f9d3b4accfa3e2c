import { describe, expect, it } from "vitest";
import { DiskFault } from "../../../peer-node/storage/page-store.ts";
import { BufferPool } from "../../../peer-node/transport/buffer-pool.ts";
import { PageAssembler } from "../../../peer-node/transport/page-assembler.ts";
import { bookOf, storeOf } from "./pages.ts";

const BOOK = bookOf(256_000 + 3);
const [FIRST, LAST] = [BOOK.page(0), BOOK.page(1)];

describe("PageAssembler", () => {
  it("hands the store a page's bytes in one run, whatever the pieces", async () => {
    const put: Uint8Array[] = [];
    const pool = new BufferPool();
    const store = storeOf(BOOK, {
      put: async (_page, bytes) => {
        put.push(bytes.slice());
        return { outcome: "stored" };
      },
    });
    const assembler = new PageAssembler(store, pool);
    assembler.keep(LAST, 0, Uint8Array.of(1, 2));
    assembler.keep(LAST, 2, Uint8Array.of(3));
    expect(await assembler.put(LAST)).toEqual({ outcome: "stored" });
    expect(put).toEqual([Uint8Array.of(1, 2, 3)]);
    expect(pool.takenBytes).toBe(0);
  });

  it("begins the next page while the store still has the last one", async () => {
    const stored = Promise.withResolvers<{ outcome: "stored" }>();
    const pool = new BufferPool();
    const assembler = new PageAssembler(storeOf(BOOK, { put: () => stored.promise }), pool);
    assembler.keep(LAST, 0, Uint8Array.of(1, 2, 3));
    const putting = assembler.put(LAST);
    assembler.keep(FIRST, 0, new Uint8Array(64_000));
    assembler.drop();
    expect(pool.takenBytes).toBeGreaterThan(0);
    stored.resolve({ outcome: "stored" });
    await putting;
    expect(pool.takenBytes).toBe(0);
  });

  it("gives the buffer back when the disk fails", async () => {
    const fault = new DiskFault("full", "a.png", "The disk is full");
    const pool = new BufferPool();
    const assembler = new PageAssembler(storeOf(BOOK, { put: () => Promise.reject(fault) }), pool);
    assembler.keep(LAST, 0, Uint8Array.of(1, 2, 3));
    await expect(assembler.put(LAST)).rejects.toBe(fault);
    expect(pool.takenBytes).toBe(0);
  });

  it("forgets an unfinished page when another begins or it is dropped", () => {
    const pool = new BufferPool();
    const assembler = new PageAssembler(storeOf(BOOK, {}), pool);
    assembler.keep(FIRST, 0, new Uint8Array(10));
    assembler.keep(LAST, 0, new Uint8Array(1));
    assembler.drop();
    assembler.drop();
    expect(pool.takenBytes).toBe(0);
  });

  it("takes a gap, an overflow or an unfinished page for a bug of ours", async () => {
    const assembler = new PageAssembler(storeOf(BOOK, {}), new BufferPool());
    assembler.keep(LAST, 0, Uint8Array.of(1));
    expect(() => assembler.keep(LAST, 2, Uint8Array.of(3))).toThrow(/does not go on at 2/);
    expect(() => assembler.keep(LAST, 1, Uint8Array.of(2, 3, 4))).toThrow(/has only/);
    await expect(assembler.put(LAST)).rejects.toThrow(/is not whole/);
  });
});
