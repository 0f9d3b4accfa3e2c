// What two readers say, and the bytes in which they say it: at least one vector for each flag of the table. The same
// frames stand in PROTOCOL.md as its hex examples; a test holds the two together. Written out by hand from the
// layouts, not by the encoder that they judge.

import type { BookId, ReaderId } from "../../shared/ids.ts";
import type { ReaderMessage } from "../../shared/wire/messages.ts";

/** A message and its frame. */
export interface Vector {
  /** What the message says, in words. */
  readonly says: string;
  readonly message: ReaderMessage;
  /** The whole frame, in hexadecimal; spaces only help the eye. */
  readonly hex: string;
}

/** The book of PROTOCOL.md's example of a descriptor. */
export const EXAMPLE_BOOK_ID = "7a7e908f396251614b72a890fcf80a95016c7198fded83708493d2bfb8b39ce8" as BookId;

const DIALLER = "a1".repeat(32) as ReaderId;
const LISTENER = "b2".repeat(32) as ReaderId;

export const VECTORS: readonly Vector[] = [
  {
    says: "I am a1…, speak version 1 about book 7a7e…, mean b2…, listen on port 8788 and accept 2,000 asks",
    message: {
      flag: "hello",
      version: 1,
      bookId: EXAMPLE_BOOK_ID,
      from: DIALLER,
      to: LISTENER,
      port: 8788,
      asks: 2_000,
    },
    hex: `00000071 01 424f4f4b5357524d 0001 ${EXAMPLE_BOOK_ID} ${DIALLER} ${LISTENER} 2254 000007d0`,
  },
  {
    says: "I leave the book",
    message: { flag: "close", fault: "leaving", message: "Good night…" },
    hex: "00000010 02 0013 476f6f64206e69676874e280a6",
  },
  {
    says: "we share a link already, and I say no more about it",
    message: { flag: "close", fault: "duplicate-link", message: "" },
    hex: "00000003 02 0006",
  },
  { says: "are you there?", message: { flag: "ping" }, hex: "00000001 03" },
  { says: "I am", message: { flag: "pong" }, hex: "00000001 04" },
  {
    says: "does reader b2… of book 7a7e… listen here? If so, echo 000102…0f",
    message: {
      flag: "probe",
      version: 1,
      bookId: EXAMPLE_BOOK_ID,
      to: LISTENER,
      nonce: Uint8Array.from({ length: 16 }, (_, at) => at),
    },
    hex: `0000005b 05 424f4f4b5357524d 0001 ${EXAMPLE_BOOK_ID} ${LISTENER} 0001020304050607 08090a0b0c0d0e0f`,
  },
  {
    says: "I am b2…, and you said 000102…0f",
    message: { flag: "proof", from: LISTENER, nonce: Uint8Array.from({ length: 16 }, (_, at) => at) },
    hex: `00000031 06 ${LISTENER} 0001020304050607 08090a0b0c0d0e0f`,
  },
  { says: "I hold every page", message: { flag: "heldAll" }, hex: "00000001 10" },
  { says: "I hold no page yet", message: { flag: "heldNone" }, hex: "00000001 11" },
  {
    says: "I hold pages 0, 1 and 9",
    message: { flag: "heldSet", first: 0, bits: Uint8Array.of(0xc0, 0x40) },
    hex: "00000007 12 00000000 c040",
  },
  {
    says: "and page 256,007",
    message: { flag: "heldSet", first: 256_000, bits: Uint8Array.of(0x01) },
    hex: "00000006 12 0003e800 01",
  },
  { says: "I now hold page 7", message: { flag: "have", pages: [7] }, hex: "00000005 13 00000007" },
  {
    says: "pages 7 and 8 are gone from my disk",
    message: { flag: "lost", pages: [7, 8] },
    hex: "00000009 14 00000007 00000008",
  },
  {
    says: "send me pages 3, 4 and 300",
    message: { flag: "ask", pages: [3, 4, 300] },
    hex: "0000000d 20 00000003 00000004 0000012c",
  },
  { says: "I do not need page 4 any more", message: { flag: "cancel", pages: [4] }, hex: "00000005 21 00000004" },
  {
    says: "the seven bytes of page 1 of the example's book",
    message: { flag: "piece", page: 1, offset: 0, bytes: new TextEncoder().encode("a page\n") },
    hex: "00000010 22 00000001 00000000 6120706167650a",
  },
  {
    says: "the last five bytes of a full page 3, after its 255,995th",
    message: { flag: "piece", page: 3, offset: 255_995, bytes: Uint8Array.of(0xff, 0xfe, 0x00, 0x01, 0x80) },
    hex: "0000000e 22 00000003 0003e7fb fffe000180",
  },
  { says: "page 3 is the next one that I send you", message: { flag: "next", page: 3 }, hex: "00000005 25 00000003" },
  {
    says: "I do not hold page 300",
    message: { flag: "refuse", page: 300, reason: "not-held" },
    hex: "00000006 23 0000012c 01",
  },
  {
    says: "page 4 was cancelled in time",
    message: { flag: "refuse", page: 4, reason: "cancelled" },
    hex: "00000006 23 00000004 02",
  },
  {
    says: "page 3 was passed on: others hold it, and I have pages that nobody else holds",
    message: { flag: "refuse", page: 3, reason: "passed-on" },
    hex: "00000006 23 00000003 04",
  },
  {
    says: "wait for page 300: I fetch it for you",
    message: { flag: "wait", pages: [300] },
    hex: "00000005 24 0000012c",
  },
  { says: "whom do you know?", message: { flag: "seek" }, hex: "00000001 30" },
  {
    says: "I have reached a1… at 198.51.100.4, port 8788, and b2… at 2001:db8::4, port 8788",
    message: {
      flag: "meet",
      readers: [
        { reader: DIALLER, host: "198.51.100.4", port: 8788 },
        { reader: LISTENER, host: "2001:db8::4", port: 8788 },
      ],
    },
    hex: `00000065 31 ${DIALLER} 00000000000000000000ffff c6336404 2254 ${LISTENER} 20010db8000000000000000000000004 2254`,
  },
  { says: "I know nobody", message: { flag: "meet", readers: [] }, hex: "00000001 31" },
];

/** The frame's bytes. */
export function frameOf({ hex }: Vector): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}
