// Folders to publish, made from a seed: what is in them is the same in every run, and no page repeats by chance.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder of its own for one test, removed when the test is over. */
export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bookswarm-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files of the given sizes, filled from `seed` and their place in the list; makes folders as needed. */
export async function writePictures(
  folder: string,
  sizes: Iterable<readonly [path: string, bytes: number]>,
  seed = 1,
): Promise<void> {
  let number = seed * 1_000_003;
  for (const [path, bytes] of sizes) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, noise(bytes, number++));
  }
}

/** `count` files of `bytes` bytes. */
export function* manyPictures(count: number, bytes: number): Generator<readonly [string, number]> {
  for (let at = 0; at < count; at++)
    yield [`${Math.floor(at / 500)}/picture-${String(at).padStart(6, "0")}.jpg`, bytes];
}

/** Every size and name that is known to make trouble, and is allowed. */
export const AWKWARD: readonly (readonly [string, number])[] = [
  ["empty.png", 0],
  ["one-byte.png", 1],
  ["a page less one.jpg", 255_999],
  ["a page.jpg", 256_000],
  ["a page and one.jpg", 256_001],
  ["many pages.tif", 1_234_567],
  ["sub/folder/deep.gif", 70_000],
  ["sub/folder.gif", 30],
  ["with spaces and (signs) & 'quotes'.jpg", 5_000],
  ["emoji 🦊🏔️.png", 12_000],
  ["Ünïcödé – ложь – 写真.webp", 4_000],
  [`${"n".repeat(246)}.jpg`, 3_000],
  ["100%25 real.jpg", 10],
];

/** Bytes that look like compressed ones; the same for the same seed (xorshift32). */
export function noise(bytes: number, seed: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(bytes / 4));
  let state = (seed * 2_654_435_761 + 1) >>> 0 || 1;
  for (let at = 0; at < words.length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[at] = state;
  }
  return new Uint8Array(words.buffer, 0, bytes);
}
