import { describe, expect, it } from "vitest";
import { framesBytes, writePieceHeads } from "../../../peer-node/transport/piece-frames.ts";
import { encodeMessage } from "../../../shared/wire/codec.ts";
import { bookOf } from "./pages.ts";

const PAGE = bookOf(600_000).page(2);

describe("writePieceHeads", () => {
  it.each([1, 63_999, 64_000, 64_001, 256_000])("lays out %d bytes as the codec would, piece by piece", (bytes) => {
    const page = new Uint8Array(bytes).map((_, at) => at & 0xff);
    const buffer = new Uint8Array(framesBytes(bytes));
    let at = 0;
    for (const gap of writePieceHeads(buffer, { page: PAGE, offset: 64_000, bytes })) {
      gap.set(page.subarray(at, at + gap.length));
      at += gap.length;
    }
    const frames: Uint8Array[] = [];
    for (let from = 0; from < bytes; from += 64_000) {
      frames.push(
        encodeMessage({ flag: "piece", page: PAGE, offset: 64_000 + from, bytes: page.subarray(from, from + 64_000) }),
      );
    }
    expect(Buffer.from(buffer).equals(Buffer.concat(frames))).toBe(true);
  });
});
