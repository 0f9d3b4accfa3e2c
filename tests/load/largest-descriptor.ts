// The largest descriptor that the format allows, with the longest lines: up, checked, and down again in one stream.

import { createHash } from "node:crypto";
import { DESCRIPTOR_BYTES_MAX, DESCRIPTOR_LINE_BYTES_MAX } from "../../shared/limits.ts";
import { PATHS } from "../../shared/tracker-api/http.ts";
import { publishBook } from "./published.ts";
import { Runtime } from "./runtime.ts";

/** Lines as long as the format allows; as many fill a descriptor but for its first two lines. */
const LINES = DESCRIPTOR_BYTES_MAX / DESCRIPTOR_LINE_BYTES_MAX;
const PAGES_PER_LINE = 1_670_000;

export interface DescriptorFigures {
  readonly bytes: number;
  readonly uploadMs: number;
  /** Milliseconds of the slice that completed it, and had it checked. */
  readonly checkMs: number;
  readonly downloadMs: number;
  readonly wrong: readonly string[];
}

export async function largestDescriptor(): Promise<DescriptorFigures> {
  const runtime = await Runtime.start();
  try {
    const { url } = runtime;
    const { bookId, body, sliceMs } = await publishBook(
      url,
      "Large",
      Array.from({ length: LINES }, () => PAGES_PER_LINE),
    );
    const began = performance.now();
    const response = await fetch(url + PATHS.descriptor(bookId));
    const hash = createHash("sha256");
    const opening = Number(response.headers.get("Content-Length")) - body.length;
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      hash.update(chunk.subarray(Math.max(0, opening - bytes)));
      bytes += chunk.length;
    }
    const same = hash.digest("hex") === createHash("sha256").update(body).digest("hex");
    return {
      bytes,
      uploadMs: sliceMs.reduce((sum, ms) => sum + ms, 0),
      checkMs: sliceMs.at(-1) ?? 0,
      downloadMs: performance.now() - began,
      wrong: same ? [] : ["The descriptor that came back is not the one that was published"],
    };
  } finally {
    await runtime.stop();
  }
}
