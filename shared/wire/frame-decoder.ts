// Chunks in, messages out. Owns the only buffer of a link's reading side, one frame at most, and judges a frame by its
// head: a length outside its flag's bounds is refused before a byte of the body is waited for. (A reader that waited
// first could be made to hold whatever a stranger declares.)

import { Violation } from "../faults.ts";
import { decodeBody, flagOf, uint32At } from "./codec.ts";
import { FRAME_BYTES_MAX, FRAME_HEAD_BYTES, READER_FLAGS, type ReaderFlag } from "./flags.ts";
import type { ReaderMessage } from "./messages.ts";

/** Turns the byte stream of one link into messages. */
export class FrameDecoder {
  /** The begun frame; made when a chunk first ends inside one. */
  #buffer: Uint8Array | undefined;
  #held = 0;

  /** Whether the last chunk ended inside a frame. */
  get isAmidFrame(): boolean {
    return this.#held > 0;
  }

  /**
   * Delivers every message that `chunk` completes, in order.
   * @param deliver - called synchronously; `bytes` of a piece are a view that holds only during the call. It returns
   *   false to have the rest of the chunk thrown away, because the link has ended.
   * @throws Violation at the first frame that breaks the protocol; the decoder is then of no more use
   */
  feed(chunk: Uint8Array, deliver: (message: ReaderMessage) => boolean): void {
    let at = 0;
    while (at < chunk.length) {
      const end = this.#held > 0 ? undefined : wholeFrameEnd(chunk, at);
      if (end !== undefined) {
        if (!deliver(readFrame(chunk, at, end))) return;
        at = end;
        continue;
      }
      at += this.#take(chunk, at);
      const completed = this.#completed();
      if (completed !== undefined && !deliver(completed)) return;
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

  #completed(): ReaderMessage | undefined {
    if (this.#buffer === undefined || this.#held < FRAME_HEAD_BYTES) return undefined;
    const bytes = frameBytes(this.#buffer, 0);
    if (this.#held < bytes) return undefined;
    this.#held = 0;
    return readFrame(this.#buffer, 0, bytes);
  }
}

/** Where the frame ends that begins in `chunk` at `at`; undefined when it goes on in the next chunk. */
function wholeFrameEnd(chunk: Uint8Array, at: number): number | undefined {
  if (chunk.length - at < FRAME_HEAD_BYTES) return undefined;
  const end = at + frameBytes(chunk, at);
  return end > chunk.length ? undefined : end;
}

/** Length of the frame whose head stands at `at`, head included. @throws Violation when its flag forbids that length */
function frameBytes(bytes: Uint8Array, at: number): number {
  const flag = flagAt(bytes, at);
  const declared = uint32At(bytes, at) - 1;
  const { min, max } = READER_FLAGS[flag].bodyBytes;
  if (declared < min || declared > max) {
    throw new Violation("frame-length", `A ${flag} frame declares a body of ${declared} bytes, not ${min} to ${max}`);
  }
  return FRAME_HEAD_BYTES + declared;
}

/** Without a copy: the body is a view. */
function readFrame(bytes: Uint8Array, at: number, end: number): ReaderMessage {
  return decodeBody(flagAt(bytes, at), bytes.subarray(at + FRAME_HEAD_BYTES, end));
}

function flagAt(bytes: Uint8Array, at: number): ReaderFlag {
  const code = bytes[at + 4] ?? 0;
  const flag = flagOf(code);
  if (flag === undefined) throw new Violation("unknown-flag", `No flag has the number ${code}`);
  return flag;
}
