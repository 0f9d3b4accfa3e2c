// The one table of reader-to-reader flags. Numbers, names in logs, the union of messages, the codecs and the rows of
// PROTOCOL.md follow from it; a flag that is missing somewhere is a compile error or a failing test.

import { HOST_BYTES } from "../hosts.ts";
import {
  CLOSE_MESSAGE_BYTES_MAX,
  MET_READERS_MAX,
  NONCE_BYTES,
  PAGES_PER_FRAME_MAX,
  PIECE_BYTES,
  SHA256_BYTES,
} from "../limits.ts";

/** What the table says of one flag. */
export interface FlagSpec {
  /** The byte on the wire. */
  readonly code: number;
  /** The original project's flag for the same idea; empty where it had none. */
  readonly legacy: string;
  /** Layout of the body, big-endian. */
  readonly body: string;
  /** Bounds of the body's length, checked before the body is waited for. */
  readonly bodyBytes: { readonly min: number; readonly max: number };
}

/** First bytes of every hello and every probe: "BOOKSWRM". */
export const MAGIC: Uint8Array = Uint8Array.of(0x42, 0x4f, 0x4f, 0x4b, 0x53, 0x57, 0x52, 0x4d);

/** Bytes of a hello's body: magic, version, book id, two reader ids, port, asks. */
const HELLO_BYTES = MAGIC.length + 2 + 3 * SHA256_BYTES + 2 + 4;

/** Bytes of a probe's body: magic, version, book id, reader id, nonce. */
const PROBE_BYTES = MAGIC.length + 2 + 2 * SHA256_BYTES + NONCE_BYTES;

/** Bytes of a proof's body: reader id, nonce. */
const PROOF_BYTES = SHA256_BYTES + NONCE_BYTES;

/** Bytes of one reader in a meet frame: its id, its address, its port. */
export const MET_READER_BYTES = SHA256_BYTES + HOST_BYTES + 2;

/** Bytes of page bits in one held-set frame; 32,000 bytes speak for 256,000 pages, and the frame stays below 64 KiB. */
export const HELD_SET_BYTES_MAX = 32_000;

const PAGES = { min: 4, max: 4 * PAGES_PER_FRAME_MAX } as const;

export const READER_FLAGS = {
  hello: {
    code: 0x01,
    legacy: "",
    body: "magic 8 bytes, version u16, book id 32 bytes, from 32 bytes, to 32 bytes, port u16, asks u32",
    bodyBytes: { min: HELLO_BYTES, max: HELLO_BYTES },
  },
  close: {
    code: 0x02,
    legacy: "",
    body: "fault u16, message UTF-8",
    bodyBytes: { min: 2, max: 2 + CLOSE_MESSAGE_BYTES_MAX },
  },
  ping: { code: 0x03, legacy: "HBT", body: "", bodyBytes: { min: 0, max: 0 } },
  pong: { code: 0x04, legacy: "ALV", body: "", bodyBytes: { min: 0, max: 0 } },
  probe: {
    code: 0x05,
    legacy: "",
    body: "magic 8 bytes, version u16, book id 32 bytes, to 32 bytes, nonce 16 bytes",
    bodyBytes: { min: PROBE_BYTES, max: PROBE_BYTES },
  },
  proof: {
    code: 0x06,
    legacy: "",
    body: "from 32 bytes, nonce 16 bytes",
    bodyBytes: { min: PROOF_BYTES, max: PROOF_BYTES },
  },
  heldAll: { code: 0x10, legacy: "ASK", body: "", bodyBytes: { min: 0, max: 0 } },
  heldNone: { code: 0x11, legacy: "ASK", body: "", bodyBytes: { min: 0, max: 0 } },
  heldSet: {
    code: 0x12,
    legacy: "ASK",
    body: "first page u32, bits",
    bodyBytes: { min: 5, max: 4 + HELD_SET_BYTES_MAX },
  },
  have: { code: 0x13, legacy: "ASK", body: "pages u32 each", bodyBytes: PAGES },
  lost: { code: 0x14, legacy: "", body: "pages u32 each", bodyBytes: PAGES },
  ask: { code: 0x20, legacy: "PAG", body: "pages u32 each", bodyBytes: PAGES },
  cancel: { code: 0x21, legacy: "", body: "pages u32 each", bodyBytes: PAGES },
  piece: {
    code: 0x22,
    legacy: "SEN",
    body: "page u32, offset u32, bytes",
    bodyBytes: { min: 9, max: 8 + PIECE_BYTES },
  },
  next: { code: 0x25, legacy: "", body: "page u32", bodyBytes: { min: 4, max: 4 } },
  refuse: { code: 0x23, legacy: "", body: "page u32, reason u8", bodyBytes: { min: 5, max: 5 } },
  wait: { code: 0x24, legacy: "ATT", body: "pages u32 each", bodyBytes: PAGES },
  seek: { code: 0x30, legacy: "LST", body: "", bodyBytes: { min: 0, max: 0 } },
  meet: {
    code: 0x31,
    legacy: "LST",
    body: "readers: id 32 bytes, address 16 bytes, port u16 each",
    bodyBytes: { min: 0, max: MET_READERS_MAX * MET_READER_BYTES },
  },
} as const satisfies Record<string, FlagSpec>;

/** Name of a flag. */
export type ReaderFlag = keyof typeof READER_FLAGS;

/** Why an ask is refused. The number is what travels in a refuse frame. */
export const REFUSALS = {
  "not-held": { code: 1, meaning: "the reader does not hold the page, or no longer" },
  cancelled: { code: 2, meaning: "the asker cancelled before the page's last piece was sent" },
  unreadable: { code: 3, meaning: "the reader's disk failed while it read the page" },
  "passed-on": {
    code: 4,
    meaning:
      "other readers hold the page, and the reader has pages that nobody else holds; it says have when it is to be asked again",
  },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>;

/** Name of a reason to refuse an ask. */
export type Refusal = keyof typeof REFUSALS;

/** Bytes of a frame's length field and flag, before its body. */
export const FRAME_HEAD_BYTES = 5;

/** Bytes of a piece frame before the page's own bytes. */
export const PIECE_HEAD_BYTES = FRAME_HEAD_BYTES + 8;

/** Bytes of the longest frame, head included. */
export const FRAME_BYTES_MAX =
  FRAME_HEAD_BYTES + Math.max(...Object.values(READER_FLAGS).map((spec: FlagSpec) => spec.bodyBytes.max));
