// The descriptor over HTTP: whole, in part, and not at all.

import { describe, expect, it } from "vitest";
import { PATHS } from "../../shared/tracker-api/http.ts";
import { unwrap } from "../../tracker-worker/outcome.ts";
import { makeBook } from "./support/books.ts";
import { publish, repositoryOf, request } from "./support/tracker.ts";

const book = await publish(makeBook({ pages: 14_000 }));
const path = PATHS.descriptor(book.bookId);

async function download(
  headers: Record<string, string> = {},
  from = path,
): Promise<{ response: Response; bytes: Uint8Array }> {
  const response = await request(from, { headers });
  return { response, bytes: new Uint8Array(await response.arrayBuffer()) };
}

describe("a descriptor", () => {
  it("comes back byte for byte, with its length, a strong tag and leave to keep it for ever", async () => {
    const { response, bytes } = await download();
    expect(response.status).toBe(200);
    expect(bytes).toEqual(book.descriptor);
    expect(response.headers.get("Content-Length")).toBe(String(book.descriptor.length));
    expect(response.headers.get("ETag")).toMatch(new RegExp(`^"${book.bookId}-[0-9a-f]{16}"$`));
    expect(response.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable, no-transform");
    expect(response.headers.get("Accept-Ranges")).toBe("bytes");
  });

  it("comes in any range, across slices and from within its first lines", async () => {
    const size = book.descriptor.length;
    const line = book.opening.length;
    for (const [from, last] of [
      [0, 0],
      [5, line + 3],
      [line - 1, line + 256_000],
      [line + 255_999, line + 512_001],
      [size - 7, size - 1],
    ] as const) {
      const { response, bytes } = await download({ Range: `bytes=${from}-${last}` });
      expect(response.status).toBe(206);
      expect(bytes).toEqual(book.descriptor.subarray(from, last + 1));
      expect(response.headers.get("Content-Range")).toBe(`bytes ${from}-${last}/${size}`);
      expect(response.headers.get("Content-Length")).toBe(String(last + 1 - from));
    }
  });

  it("leaves its object in parts, which end there however slowly somebody downloads, and arrives whole", async () => {
    const large = await publish(makeBook({ name: "large", pages: 210_000 }));
    const { bytes } = await download({}, PATHS.descriptor(large.bookId));
    expect(bytes).toEqual(large.descriptor);
    const ranged = await download({ Range: "bytes=1000000-" }, PATHS.descriptor(large.bookId));
    expect(ranged.bytes).toEqual(large.descriptor.subarray(1_000_000));
    const wish = { range: undefined, ifRange: undefined, ifNoneMatch: undefined };
    const { part } = unwrap(await repositoryOf(large.bookId).descriptor(wish));
    expect(part).toEqual(large.descriptor.subarray(0, 4_096_000));
  });

  it("resumes from an offset only if it is still the same", async () => {
    const { response } = await download();
    const etag = response.headers.get("ETag") ?? "";
    const resumed = await download({ Range: "bytes=500000-", "If-Range": etag });
    expect(resumed.response.status).toBe(206);
    expect(resumed.bytes).toEqual(book.descriptor.subarray(500_000));
    expect((await download({ Range: "bytes=500000-", "If-Range": '"other"' })).response.status).toBe(200);
  });

  it("is not sent again to who has it", async () => {
    const etag = (await download()).response.headers.get("ETag") ?? "";
    const { response, bytes } = await download({ "If-None-Match": etag });
    expect(response.status).toBe(304);
    expect(bytes.length).toBe(0);
  });

  it("has no bytes past its end", async () => {
    const { response } = await download({ Range: `bytes=${book.descriptor.length}-` });
    expect(response.status).toBe(416);
    expect(response.headers.get("Content-Range")).toBe(`bytes */${book.descriptor.length}`);
  });

  it("has another tag when it is published again with other trackers, because its bytes differ", async () => {
    const one = makeBook({ name: "moved", trackers: ["https://one.example"] });
    const other = makeBook({ name: "moved", trackers: ["https://other.example"] });
    const published = await publish(one);
    const tag = (await request(PATHS.descriptor(one.bookId))).headers.get("ETag");
    const headers = { Authorization: `Bearer ${published.removalSecret}` };
    await request(PATHS.book(one.bookId), { method: "DELETE", headers });
    await publish(other);
    expect(other.bookId).toBe(one.bookId);
    expect((await request(PATHS.descriptor(one.bookId))).headers.get("ETag")).not.toBe(tag);
  });

  it("of a book that nobody published is not found", async () => {
    expect((await request(PATHS.descriptor(makeBook().bookId))).status).toBe(404);
  });
});
