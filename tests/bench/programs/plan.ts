// What both ends of the bare pipeline know beforehand, as the others know their .torrent or descriptor.

import { PAGE_BYTES } from "../../../shared/limits.ts";

export interface PlannedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** SHA-1 of each page, in hexadecimal digits, one after the other. */
  readonly digests: string;
  /** How many pages it has. */
  readonly pages: number;
}

export interface Plan {
  readonly files: readonly PlannedFile[];
}

export interface PlannedPage {
  /** Number of its file. */
  readonly file: number;
  readonly offset: number;
  readonly bytes: number;
  /** SHA-1, in hexadecimal digits. */
  readonly digest: string;
}

/** Room for any page. */
export const SLOT_BYTES = PAGE_BYTES;

/** A page's digest in hexadecimal digits. */
const DIGEST_DIGITS = 40;

export function readPlan(text: string): Plan {
  return JSON.parse(text) as Plan;
}

/** Every page, in the order in which they are sent. */
export function pagesOf({ files }: Plan): readonly PlannedPage[] {
  return files.flatMap(({ bytes, digests, pages }, file) =>
    Array.from({ length: pages }, (_, at) => ({
      file,
      offset: at * PAGE_BYTES,
      bytes: Math.min(PAGE_BYTES, bytes - at * PAGE_BYTES),
      digest: digests.slice(at * DIGEST_DIGITS, (at + 1) * DIGEST_DIGITS),
    })),
  );
}
