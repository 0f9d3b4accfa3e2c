// How a file looked when its bytes were verified: enough to notice that somebody changed it, without reading it.

import type { BigIntStats } from "node:fs";

/** Size, time of last change and inode of a file, as one `stat` gave them. */
export interface Stamp {
  readonly bytes: number;
  /** Nanoseconds since 1970; some file systems keep only seconds. */
  readonly mtimeNs: bigint;
  /** Tells a file that was written to from one that was put in its place. */
  readonly ino: bigint;
}

/** How no file looks: whatever has this stamp is hashed. */
export const NO_STAMP: Stamp = { bytes: Number.POSITIVE_INFINITY, mtimeNs: 0n, ino: 0n };

/** The stamp of a file. @param stats - of a regular file */
export function stampOf(stats: BigIntStats): Stamp {
  return { bytes: Number(stats.size), mtimeNs: stats.mtimeNs, ino: stats.ino };
}

/** True when nothing says that the file changed between the two looks. */
export function sameStamp(a: Stamp, b: Stamp): boolean {
  return a.bytes === b.bytes && a.mtimeNs === b.mtimeNs && a.ino === b.ino;
}
