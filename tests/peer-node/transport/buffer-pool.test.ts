import { describe, expect, it } from "vitest";
import { BufferPool } from "../../../peer-node/transport/buffer-pool.ts";
import { PAGE_BYTES } from "../../../shared/limits.ts";

describe("BufferPool", () => {
  it("hands a buffer that was given back to the next that needs its size", () => {
    const pool = new BufferPool();
    const buffer = pool.take(PAGE_BYTES);
    pool.give(buffer);
    expect(pool.take(PAGE_BYTES - 5)).toBe(buffer);
  });

  it("does not spend a full page's buffer on a small page", () => {
    expect(new BufferPool().take(5_000).length).toBeLessThan(20_000);
  });

  it("counts what is in use", () => {
    const pool = new BufferPool();
    const buffer = pool.take(1);
    expect(pool.takenBytes).toBe(buffer.length);
    pool.give(buffer);
    expect(pool.takenBytes).toBe(0);
  });

  it("refuses more than a page with the heads of its pieces", () => {
    expect(() => new BufferPool().take(PAGE_BYTES + 1_000)).toThrow(RangeError);
  });
});
