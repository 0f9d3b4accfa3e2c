// Chunks in, messages out. Owns the only buffer of a link's reading side, one frame at most, and judges a frame by its
// head: a length outside its flag's bounds is refused before a byte of the body is waited for. (A reader that waited
// first could be made to hold whatever a stranger declares.)

import { Violation } from "../faults.ts";
import { decodeBody, flagOf } from "./codec.ts";
import { FRAME_BYTES_MAX, FRAME_HEAD_BYTES, READER_FLAGS, type ReaderFlag } from "./flags.ts";
import type { ReaderMessage } from "./messages.ts";

/** Turns the byte stream of one link into messages. */
export class FrameDecoder {
  /** The begun frame; made when a chunk first ends inside one. */
  #buffer: Uint8Array | undefined;
  #held = 0;

  /**
   * Delivers every message that `chunk` completes, in order.
   * @param deliver - called synchronously; `bytes` of a piece are a view that holds only during the call. It returns
   *   false to have the rest of the chunk thrown away, because the link has ended.
   * @throws Violation at the first frame that breaks the protocol; the decoder is then of no more use
   */
  feed(chunk: Uint8Array, deliver: (message: ReaderMessage) => boolean): void {
    let at = 0;
    while (at < chunk.length) {
      const frame = this.#held > 0 ? undefined : wholeFrame(chunk, at);
      if (frame !== undefined) {
        at += frame.length;
        if (!deliver(readFrame(frame))) return;
        continue;
      }
      at += this.#take(chunk, at);
      const held = this.#completed();
      if (held === undefined) continue;
      this.#held = 0;
      if (!deliver(readFrame(held))) return;
    }
  }

  /** Copies what the begun frame still lacks: first its head, then, once the head is judged, its body. */
  #take(chunk: Uint8Array, at: number): number {
    this.#buffer ??= new Uint8Array(FRAME_BYTES_MAX);
    const lacking =
      this.#held < FRAME_HEAD_BYTES ? FRAME_HEAD_BYTES - this.#held : frameBytes(this.#buffer, 0) - this.#held;
    const part = chunk.subarray(at, at + lacking);
    this.#buffer.set(part, this.#held);
    this.#held += part.length;
    return part.length;
  }

  #completed(): Uint8Array | undefined {
    if (this.#buffer === undefined || this.#held < FRAME_HEAD_BYTES) return undefined;
    const bytes = frameBytes(this.#buffer, 0);
    return this.#held === bytes ? this.#buffer.subarray(0, bytes) : undefined;
  }
}

/** The frame that lies whole in `chunk` at `at`, without a copy; undefined when it goes on in the next chunk. */
function wholeFrame(chunk: Uint8Array, at: number): Uint8Array | undefined {
  if (chunk.length - at < FRAME_HEAD_BYTES) return undefined;
  const bytes = frameBytes(chunk, at);
  return chunk.length - at < bytes ? undefined : chunk.subarray(at, at + bytes);
}

/** Length of the frame whose head stands at `at`, head included. @throws Violation when its flag forbids that length */
function frameBytes(bytes: Uint8Array, at: number): number {
  const flag = flagAt(bytes, at);
  const declared = uint32(bytes, at) - 1;
  const { min, max } = READER_FLAGS[flag].bodyBytes;
  if (declared < min || declared > max) {
    throw new Violation("frame-length", `A ${flag} frame declares a body of ${declared} bytes, not ${min} to ${max}`);
  }
  return FRAME_HEAD_BYTES + declared;
}

function readFrame(frame: Uint8Array): ReaderMessage {
  return decodeBody(flagAt(frame, 0), frame.subarray(FRAME_HEAD_BYTES));
}

function flagAt(bytes: Uint8Array, at: number): ReaderFlag {
  const code = bytes[at + 4] ?? 0;
  const flag = flagOf(code);
  if (flag === undefined) throw new Violation("unknown-flag", `No flag has the number ${code}`);
  return flag;
}

/** Unsigned: in JavaScript a shifted first byte of 0x80 or more would be negative. */
function uint32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0
  );
}
