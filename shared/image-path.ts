// Which paths a book can hold, and their order. The describer skips what breaks these rules and says so;
// the parser refuses it, so that what reaches a reader's disk was never able to climb out of its folder.
// How an allowed path is spelt on a particular file system is decided in local-names.ts.

import { IMAGE_PATH_BYTES_MAX, IMAGE_PATH_PARTS_MAX } from "./limits.ts";

/** Files that systems leave behind in every folder of pictures; never images. Compared in lower case. */
const LITTER = new Set(["thumbs.db", "desktop.ini"]);

/** True when a file or folder of this name is never part of a book: hidden, system litter, or a descriptor. */
export function isSkippedName(name: string): boolean {
  const lower = name.toLowerCase();
  return name.startsWith(".") || LITTER.has(lower) || lower.endsWith(".desc");
}

/**
 * Why `path` cannot be the path of an image, in words that complete "the path ..."; undefined when it can.
 * @example pathFault("../x.png") // "has a part named .."
 */
export function pathFault(path: string): string | undefined {
  if (path === "") return "is empty";
  if (!path.isWellFormed()) return "is not well-formed text";
  if (path.normalize("NFC") !== path) return "is not in Unicode normal form C";
  if (new TextEncoder().encode(path).length > IMAGE_PATH_BYTES_MAX)
    return `is longer than ${IMAGE_PATH_BYTES_MAX} bytes`;
  if (path.includes("\0")) return "holds a NUL character";
  if (path.includes("\\")) return "holds a backslash";
  if (path.startsWith("/")) return "is absolute";
  if (/^[A-Za-z]:/.test(path)) return "starts with a drive letter";
  const parts = path.split("/");
  if (parts.length > IMAGE_PATH_PARTS_MAX) return `has more than ${IMAGE_PATH_PARTS_MAX} parts`;
  for (const part of parts) {
    if (part === "") return "has an empty part";
    if (part === "." || part === "..") return `has a part named ${part}`;
    if (isSkippedName(part)) return `has the part ${JSON.stringify(part)}, a name that is never part of a book`;
  }
  return undefined;
}

/**
 * Order of images in a book: by the bytes of their paths in UTF-8, which is the order of code points.
 * @returns negative, zero or positive, as for `Array.prototype.sort`
 */
export function comparePaths(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) {
    const difference = rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** UTF-16 puts surrogates, the code points above U+FFFF, before U+E000; UTF-8 puts them last. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
