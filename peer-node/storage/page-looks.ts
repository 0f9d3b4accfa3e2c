// What is found out about a page that has come: whether its bytes have its SHA-1, and the SHA-256 that its image needs
// in the end. Each page is looked at once, on this thread or on another one, which then writes it, too.

import type { Hasher } from "./hasher.ts";
import { sameBytes } from "./hasher.ts";
import type { ImageDigests, PassingPage } from "./image-digests.ts";

/** A page to look at. */
export interface PageOrder extends PassingPage {
  /** The SHA-1 that it must have. */
  readonly digest: Uint8Array;
  /** True for an image of one page. */
  readonly isWhole: boolean;
}

/** What was found. */
export interface PageLook {
  readonly right: boolean;
  /** Of a right page that is the whole image: the image's SHA-256. */
  readonly sha256?: Uint8Array | undefined;
  /** True when whoever looked at it has written it where it belongs. */
  readonly isWritten?: boolean;
}

/** Where a right page is to be written. */
export interface PageTarget {
  readonly descriptor: number;
  /** Bytes before it in the file. */
  readonly position: number;
}

export function lookAt(order: PageOrder, hasher: Hasher, images: ImageDigests): PageLook {
  if (!sameBytes(hasher.sha1(order.bytes), order.digest)) return { right: false };
  if (order.isWhole) return { right: true, sha256: hasher.sha256(order.bytes) };
  images.passes(order);
  return { right: true };
}
