// Arbitrary messages and frames between readers, for properties.

import fc from "fast-check";
import { LINK_FAULTS, type LinkFault } from "../../../shared/faults.ts";
import { readHost } from "../../../shared/hosts.ts";
import type { BookId, ReaderId } from "../../../shared/ids.ts";
import {
  CLOSE_MESSAGE_BYTES_MAX,
  MET_READERS_MAX,
  NONCE_BYTES,
  PAGES_PER_FRAME_MAX,
  PIECE_BYTES,
} from "../../../shared/limits.ts";
import {
  HELD_SET_BYTES_MAX,
  READER_FLAGS,
  REFUSALS,
  type ReaderFlag,
  type Refusal,
} from "../../../shared/wire/flags.ts";
import type { ReaderMessage } from "../../../shared/wire/messages.ts";

const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.oneof(
  fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.constantFrom(0, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff),
);
const id = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("hex"));
const nonce = fc.uint8Array({ minLength: NONCE_BYTES, maxLength: NONCE_BYTES });
const host = fc
  .oneof(
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    fc.ipV4().map((text) => Uint8Array.of(...new Uint8Array(10), 0xff, 0xff, ...text.split(".").map(Number))),
  )
  .map((bytes) => readHost(bytes, 0));
const pages = fc.array(u32, { minLength: 1, maxLength: PAGES_PER_FRAME_MAX });
const sentence = fc.string({ unit: "binary", maxLength: 200 }).map((text) => {
  const fitting = text.toWellFormed();
  return Buffer.byteLength(fitting) <= CLOSE_MESSAGE_BYTES_MAX ? fitting : "";
});

/** Any message that can be sent, each flag as often as every other. */
export const anyMessage: fc.Arbitrary<ReaderMessage> = fc.oneof(
  fc.record({
    flag: fc.constant("hello" as const),
    version: u16,
    bookId: id.map((text) => text as BookId),
    from: id.map((text) => text as ReaderId),
    to: id.map((text) => text as ReaderId),
    port: u16,
    asks: u32,
  }),
  fc.record({
    flag: fc.constant("close" as const),
    fault: fc.constantFrom(...(Object.keys(LINK_FAULTS) as LinkFault[])),
    message: sentence,
  }),
  fc.constantFrom<ReaderMessage>({ flag: "ping" }, { flag: "pong" }, { flag: "heldAll" }, { flag: "heldNone" }),
  fc.record({
    flag: fc.constant("probe" as const),
    version: u16,
    bookId: id.map((text) => text as BookId),
    to: id.map((text) => text as ReaderId),
    nonce,
  }),
  fc.record({ flag: fc.constant("proof" as const), from: id.map((text) => text as ReaderId), nonce }),
  fc.record({
    flag: fc.constant("heldSet" as const),
    first: fc.integer({ min: 0, max: 0x1fff_ffff }).map((byte) => byte * 8),
    bits: fc.uint8Array({ minLength: 1, maxLength: HELD_SET_BYTES_MAX }),
  }),
  fc.record({
    flag: fc.constantFrom("have" as const, "lost" as const, "ask" as const, "cancel" as const, "wait" as const),
    pages,
  }),
  fc.record({
    flag: fc.constant("piece" as const),
    page: u32,
    offset: u32,
    bytes: fc.uint8Array({ minLength: 1, maxLength: PIECE_BYTES }),
  }),
  fc.record({ flag: fc.constant("next" as const), page: u32 }),
  fc.record({
    flag: fc.constant("refuse" as const),
    page: u32,
    reason: fc.constantFrom(...(Object.keys(REFUSALS) as Refusal[])),
  }),
  fc.constant<ReaderMessage>({ flag: "seek" }),
  fc.record({
    flag: fc.constant("meet" as const),
    readers: fc.array(fc.record({ reader: id.map((text) => text as ReaderId), host, port: u16 }), {
      maxLength: MET_READERS_MAX,
    }),
  }),
);

/** Frames whose head is right and whose body is anything: where a decoder that trusts would go wrong. */
export const anyBody: fc.Arbitrary<Uint8Array> = fc
  .constantFrom(...(Object.keys(READER_FLAGS) as ReaderFlag[]))
  .chain((flag) => {
    const { code, bodyBytes } = READER_FLAGS[flag];
    const body = fc.uint8Array({ minLength: bodyBytes.min, maxLength: Math.min(bodyBytes.max, bodyBytes.min + 64) });
    return body.map((bytes) => frame(code, bytes.length, bytes));
  });

/** A frame of this flag that declares a body of `declared` bytes and brings `body`. */
export function frame(code: number, declared: number, body: Uint8Array = new Uint8Array()): Uint8Array {
  const bytes = new Uint8Array(5 + body.length);
  new DataView(bytes.buffer).setUint32(0, (1 + declared) >>> 0);
  bytes[4] = code;
  bytes.set(body, 5);
  return bytes;
}
