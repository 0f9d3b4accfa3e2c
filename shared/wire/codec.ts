// Messages to frames and back: u32 length of what follows, u8 flag, body; big-endian, unsigned.
// Past this file nothing that came from outside is unknown: what a body claims was checked here, or is a Violation.

import { LINK_FAULTS, type LinkFault, Violation } from "../faults.ts";
import { toHex, writeHex } from "../hex.ts";
import { HOST_BYTES, readHost, writeHost } from "../hosts.ts";
import { type BookId, parseBookId, parseReaderId, type ReaderId } from "../ids.ts";
import { CLOSE_MESSAGE_BYTES_MAX, SHA256_BYTES } from "../limits.ts";
import {
  FRAME_HEAD_BYTES,
  MAGIC,
  MET_READER_BYTES,
  PIECE_HEAD_BYTES,
  READER_FLAGS,
  REFUSALS,
  type ReaderFlag,
  type Refusal,
} from "./flags.ts";
import type { MetReader, ReaderMessage } from "./messages.ts";

type MessageOf<F extends ReaderFlag> = Extract<ReaderMessage, { readonly flag: F }>;

/** How the body of one flag is written and read. */
interface BodyCodec<F extends ReaderFlag> {
  /** Bytes of the body that `write` will fill. */
  readonly size: (message: MessageOf<F>) => number;
  readonly write: (message: MessageOf<F>, body: Uint8Array) => void;
  /** Reads a body whose length the decoder has checked against the table. @throws Violation */
  readonly read: (body: Uint8Array) => MessageOf<F>;
}

const empty = <F extends "ping" | "pong" | "heldAll" | "heldNone" | "seek">(message: MessageOf<F>): BodyCodec<F> => ({
  size: () => 0,
  write: () => undefined,
  read: () => message,
});

interface PageList<F> {
  readonly flag: F;
  readonly pages: readonly number[];
}

interface ListCodec<F> {
  readonly size: (message: PageList<F>) => number;
  readonly write: (message: PageList<F>, body: Uint8Array) => void;
  readonly read: (body: Uint8Array) => PageList<F>;
}

const pageList = <F extends "have" | "lost" | "ask" | "cancel" | "wait">(flag: F): ListCodec<F> => ({
  size: ({ pages }) => pages.length * 4,
  write: ({ pages }, body) => {
    const view = viewOf(body);
    pages.forEach((page, at) => void view.setUint32(at * 4, page));
  },
  read: (body) => {
    if (body.length % 4 !== 0)
      throw new Violation("malformed", `A list of pages has ${body.length} bytes, not a multiple of 4`);
    const pages: number[] = [];
    for (let at = 0; at < body.length; at += 4) pages.push(uint32At(body, at));
    return { flag, pages };
  },
});

const BODIES: { readonly [F in ReaderFlag]: BodyCodec<F> } = {
  hello: {
    size: () => READER_FLAGS.hello.bodyBytes.max,
    write: ({ version, bookId, from, to, port, asks }, body) => {
      const view = viewOf(body);
      body.set(MAGIC);
      view.setUint16(8, version);
      writeHex(bookId, body, 10);
      writeHex(from, body, 42);
      writeHex(to, body, 74);
      view.setUint16(106, port);
      view.setUint32(108, asks);
    },
    read: (body) => {
      checkMagic("hello", body);
      const view = viewOf(body);
      return {
        flag: "hello",
        version: view.getUint16(8),
        bookId: parseBookId(idAt(body, 10)),
        from: parseReaderId(idAt(body, 42)),
        to: parseReaderId(idAt(body, 74)),
        port: view.getUint16(106),
        asks: view.getUint32(108),
      };
    },
  },
  close: {
    size: ({ message }) => 2 + closeText(message).length,
    write: ({ fault, message }, body) => {
      viewOf(body).setUint16(0, LINK_FAULTS[fault].code);
      body.set(closeText(message), 2);
    },
    read: (body) => ({
      flag: "close",
      fault: faultOf(viewOf(body).getUint16(0)),
      message: sentenceOf(body.subarray(2)),
    }),
  },
  ping: empty<"ping">({ flag: "ping" }),
  pong: empty<"pong">({ flag: "pong" }),
  probe: {
    size: () => READER_FLAGS.probe.bodyBytes.max,
    write: ({ version, bookId, to, nonce }, body) => {
      body.set(MAGIC);
      viewOf(body).setUint16(8, version);
      writeHex(bookId, body, 10);
      writeHex(to, body, 42);
      body.set(nonce, 74);
    },
    read: (body) => {
      checkMagic("probe", body);
      return {
        flag: "probe",
        version: viewOf(body).getUint16(8),
        bookId: parseBookId(idAt(body, 10)),
        to: parseReaderId(idAt(body, 42)),
        nonce: body.slice(74),
      };
    },
  },
  proof: {
    size: () => READER_FLAGS.proof.bodyBytes.max,
    write: ({ from, nonce }, body) => {
      writeHex(from, body);
      body.set(nonce, SHA256_BYTES);
    },
    read: (body) => ({ flag: "proof", from: parseReaderId(idAt(body, 0)), nonce: body.slice(SHA256_BYTES) }),
  },
  heldAll: empty<"heldAll">({ flag: "heldAll" }),
  heldNone: empty<"heldNone">({ flag: "heldNone" }),
  heldSet: {
    size: ({ bits }) => 4 + bits.length,
    write: ({ first, bits }, body) => {
      viewOf(body).setUint32(0, first);
      body.set(bits, 4);
    },
    read: (body) => {
      const first = viewOf(body).getUint32(0);
      if (first % 8 !== 0)
        throw new Violation("malformed", `A held set starts at page ${first}, not at a multiple of 8`);
      return { flag: "heldSet", first, bits: body.slice(4) };
    },
  },
  have: pageList("have"),
  lost: pageList("lost"),
  ask: pageList("ask"),
  cancel: pageList("cancel"),
  piece: {
    size: ({ bytes }) => 8 + bytes.length,
    write: ({ page, offset, bytes }, body) => {
      const view = viewOf(body);
      view.setUint32(0, page);
      view.setUint32(4, offset);
      body.set(bytes, 8);
    },
    read: (body) => {
      const view = viewOf(body);
      return { flag: "piece", page: view.getUint32(0), offset: view.getUint32(4), bytes: body.subarray(8) };
    },
  },
  next: {
    size: () => 4,
    write: ({ page }, body) => void viewOf(body).setUint32(0, page),
    read: (body) => ({ flag: "next", page: viewOf(body).getUint32(0) }),
  },
  refuse: {
    size: () => 5,
    write: ({ page, reason }, body) => {
      viewOf(body).setUint32(0, page);
      body[4] = REFUSALS[reason].code;
    },
    read: (body) => ({ flag: "refuse", page: viewOf(body).getUint32(0), reason: refusalOf(body[4] ?? 0) }),
  },
  wait: pageList("wait"),
  seek: empty<"seek">({ flag: "seek" }),
  meet: {
    size: ({ readers }) => readers.length * MET_READER_BYTES,
    write: ({ readers }, body) => {
      for (const [at, { reader, host, port }] of readers.entries()) {
        const from = at * MET_READER_BYTES;
        writeHex(reader, body, from);
        writeHost(host, body, from + SHA256_BYTES);
        viewOf(body).setUint16(from + SHA256_BYTES + HOST_BYTES, port);
      }
    },
    read: (body) => {
      if (body.length % MET_READER_BYTES !== 0)
        throw new Violation(
          "malformed",
          `A list of readers has ${body.length} bytes, not a multiple of ${MET_READER_BYTES}`,
        );
      const count = body.length / MET_READER_BYTES;
      return {
        flag: "meet",
        readers: Array.from({ length: count }, (_, at) => metReaderAt(body, at * MET_READER_BYTES)),
      };
    },
  },
};

const FLAG_BY_CODE: ReadonlyMap<number, ReaderFlag> = new Map(
  (Object.keys(READER_FLAGS) as ReaderFlag[]).map((flag) => [READER_FLAGS[flag].code, flag]),
);

/** The flag of this number; undefined when the table has none. */
export function flagOf(code: number): ReaderFlag | undefined {
  return FLAG_BY_CODE.get(code);
}

/** The frame of a message, ready for the socket. */
export function encodeMessage(message: ReaderMessage): Uint8Array {
  // The table pairs each flag with its own codec, which the compiler cannot see through an index.
  const codec = BODIES[message.flag] as BodyCodec<ReaderFlag>;
  const bodyBytes = codec.size(message);
  const frame = new Uint8Array(FRAME_HEAD_BYTES + bodyBytes);
  writeFrameHead(frame, READER_FLAGS[message.flag].code, bodyBytes);
  codec.write(message, frame.subarray(FRAME_HEAD_BYTES));
  return frame;
}

/**
 * Reads the body of one frame.
 * @param body - of a length within the table's bounds for `flag`
 * @throws Violation when the body does not follow its layout
 */
export function decodeBody(flag: ReaderFlag, body: Uint8Array): ReaderMessage {
  return BODIES[flag].read(body);
}

/**
 * Writes the PIECE_HEAD_BYTES that come before a piece's bytes into `target` at `at`; the sender reads the page
 * straight behind them, so that page bytes are never copied on their way to the socket.
 */
export function writePieceHead(
  target: Uint8Array,
  at: number,
  piece: { readonly page: number; readonly offset: number; readonly bytes: number },
): void {
  const head = target.subarray(at, at + PIECE_HEAD_BYTES);
  writeFrameHead(head, READER_FLAGS.piece.code, 8 + piece.bytes);
  const view = viewOf(head);
  view.setUint32(FRAME_HEAD_BYTES, piece.page);
  view.setUint32(FRAME_HEAD_BYTES + 4, piece.offset);
}

function writeFrameHead(frame: Uint8Array, code: number, bodyBytes: number): void {
  viewOf(frame).setUint32(0, 1 + bodyBytes);
  frame[4] = code;
}

/** As a view reads it, without one: most frames are lists of a page or two. `>>> 0` because a shifted byte may be negative. */
export function uint32At(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function checkMagic(flag: "hello" | "probe", body: Uint8Array): void {
  if (!MAGIC.every((byte, at) => body[at] === byte))
    throw new Violation("not-bookswarm", `A ${flag} starts with BOOKSWRM`);
}

function idAt(body: Uint8Array, at: number): BookId & ReaderId {
  return toHex(body.subarray(at, at + SHA256_BYTES)) as BookId & ReaderId;
}

function metReaderAt(body: Uint8Array, at: number): MetReader {
  return {
    reader: parseReaderId(idAt(body, at)),
    host: readHost(body, at + SHA256_BYTES),
    port: viewOf(body).getUint16(at + SHA256_BYTES + HOST_BYTES),
  };
}

/** The sentence as it travels: cut to the limit, at a code point's end. */
function closeText(message: string): Uint8Array {
  const bytes = new TextEncoder().encode(message);
  let end = Math.min(bytes.length, CLOSE_MESSAGE_BYTES_MAX);
  while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}

function sentenceOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Violation("malformed", "The sentence of a close frame is not UTF-8");
  }
}

function faultOf(code: number): LinkFault {
  for (const fault of Object.keys(LINK_FAULTS) as LinkFault[]) if (LINK_FAULTS[fault].code === code) return fault;
  throw new Violation("malformed", `No fault has the number ${code}`);
}

function refusalOf(code: number): Refusal {
  for (const reason of Object.keys(REFUSALS) as Refusal[]) if (REFUSALS[reason].code === code) return reason;
  throw new Violation("malformed", `No refusal has the number ${code}`);
}
