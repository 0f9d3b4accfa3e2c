// Every vector, in every way in which a stream can bring it: whole, byte by byte, followed by more, cut short.

import { describe, expect, test } from "vitest";
import { encodeMessage, writePieceHead } from "../../shared/wire/codec.ts";
import { PIECE_HEAD_BYTES, READER_FLAGS, type ReaderFlag } from "../../shared/wire/flags.ts";
import { FrameDecoder } from "../../shared/wire/frame-decoder.ts";
import type { ReaderMessage } from "../../shared/wire/messages.ts";
import { frameOf, VECTORS } from "./reader-frames.ts";

const named = VECTORS.map((vector) => ({ ...vector, name: vector.message.flag, frame: frameOf(vector) }));
const PING = VECTORS.filter(({ message }) => message.flag === "ping").map(frameOf)[0] ?? new Uint8Array();

describe.each(named)("The $name frame that says: $says", ({ message, frame }) => {
  test("is what the encoder writes", () => {
    expect(encodeMessage(message)).toEqual(frame);
  });

  test("decodes whole to its message", () => {
    expect(decode([frame])).toEqual([message]);
  });

  test("decodes to its message when it is fed one byte at a time", () => {
    expect(decode(Array.from(frame, (byte) => Uint8Array.of(byte)))).toEqual([message]);
  });

  test("decodes to its message when other frames stand before and behind it in one chunk", () => {
    const ping: ReaderMessage = { flag: "ping" };
    expect(decode([Uint8Array.of(...PING, ...frame, ...PING)])).toEqual([ping, message, ping]);
  });

  test("decodes before the frame behind it is complete", () => {
    expect(decode([Uint8Array.of(...frame, ...PING.subarray(0, 3))])).toEqual([message]);
  });

  test("delivers nothing and throws nothing when it is cut short, at any length", () => {
    for (let length = 0; length < frame.length; length++) {
      expect(decode([frame.subarray(0, length)])).toEqual([]);
    }
  });

  test("decodes to its message when it is cut in two, at any length", () => {
    for (let length = 0; length <= frame.length; length++) {
      expect(decode([frame.subarray(0, length), frame.subarray(length)])).toEqual([message]);
    }
  });
});

describe("The vectors", () => {
  test("have at least one frame for each flag of the table", () => {
    const flags = new Set<ReaderFlag>(VECTORS.map(({ message }) => message.flag));
    expect([...flags].sort()).toEqual(Object.keys(READER_FLAGS).sort());
  });

  test("decode to all their messages, in order, when they come as one stream in one chunk", () => {
    expect(decode([Uint8Array.from(named.flatMap(({ frame }) => [...frame]))])).toEqual(
      named.map(({ message }) => message),
    );
  });

  test("have piece heads equal to those that a sender writes before bytes that it never copies", () => {
    for (const { message, frame } of named) {
      if (message.flag !== "piece") continue;
      const target = new Uint8Array(PIECE_HEAD_BYTES + 3).fill(0xee);
      writePieceHead(target, 2, { page: message.page, offset: message.offset, bytes: message.bytes.length });
      expect(target).toEqual(Uint8Array.of(0xee, 0xee, ...frame.subarray(0, PIECE_HEAD_BYTES), 0xee));
    }
  });
});

/** The messages that the chunks bring. Bytes of a piece are copied, because the decoder lends them for a moment only. */
function decode(chunks: readonly Uint8Array[]): readonly ReaderMessage[] {
  const decoder = new FrameDecoder();
  const messages: ReaderMessage[] = [];
  for (const chunk of chunks) {
    decoder.feed(chunk, (message) => {
      messages.push(message.flag === "piece" ? { ...message, bytes: message.bytes.slice() } : message);
      return true;
    });
  }
  return messages;
}
