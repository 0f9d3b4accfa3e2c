// How the bytes of a page lie between the heads of their piece frames, so that one read fills them all and one write
// sends them, without a copy on the way.

import { PIECE_BYTES } from "../../shared/limits.ts";
import { writePieceHead } from "../../shared/wire/codec.ts";
import { PIECE_HEAD_BYTES } from "../../shared/wire/flags.ts";
import type { PageStretch } from "../core/events.ts";

/**
 * Bytes of the piece frames that carry `bytes` bytes of a page.
 * @example framesBytes(64_001) // 64_027
 */
export function framesBytes(bytes: number): number {
  return bytes + Math.ceil(bytes / PIECE_BYTES) * PIECE_HEAD_BYTES;
}

/**
 * Writes the heads of a stretch's frames to the start of `buffer`.
 * @param buffer - of at least `framesBytes(stretch.bytes)` bytes
 * @returns the gaps behind the heads, in order, for the page's own bytes
 */
export function writePieceHeads(buffer: Uint8Array, { page, offset, bytes }: PageStretch): readonly Uint8Array[] {
  const gaps: Uint8Array[] = [];
  for (let sent = 0, at = 0; sent < bytes; sent += PIECE_BYTES) {
    const pieceBytes = Math.min(PIECE_BYTES, bytes - sent);
    writePieceHead(buffer, at, { page, offset: offset + sent, bytes: pieceBytes });
    at += PIECE_HEAD_BYTES;
    gaps.push(buffer.subarray(at, at + pieceBytes));
    at += pieceBytes;
  }
  return gaps;
}
