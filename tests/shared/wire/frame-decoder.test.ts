// The decoder against strangers: what it refuses, when, and that nothing but a Violation ever comes of it.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LinkFault, Violation } from "../../../shared/faults.ts";
import { encodeMessage } from "../../../shared/wire/codec.ts";
import { FRAME_BYTES_MAX, READER_FLAGS, type ReaderFlag } from "../../../shared/wire/flags.ts";
import { FrameDecoder } from "../../../shared/wire/frame-decoder.ts";
import type { ReaderMessage } from "../../../shared/wire/messages.ts";
import { always } from "../property.ts";
import { anyBody, anyMessage, frame } from "./messages.ts";

const FLAGS = Object.entries(READER_FLAGS) as [ReaderFlag, (typeof READER_FLAGS)[ReaderFlag]][];
const PING = encodeMessage({ flag: "ping" });

/** What a stream brought before it ended or broke the protocol. */
interface Outcome {
  readonly messages: readonly ReaderMessage[];
  readonly fault: LinkFault | "none";
}

/** Feeds chunks to a new decoder; everything but a Violation is passed on. */
function decode(chunks: readonly Uint8Array[]): Outcome {
  const decoder = new FrameDecoder();
  const messages: ReaderMessage[] = [];
  try {
    for (const chunk of chunks) decoder.feed(chunk, (message) => messages.push(kept(message)) > 0);
  } catch (error) {
    if (error instanceof Violation) return { messages, fault: error.fault };
    throw error;
  }
  return { messages, fault: "none" };
}

/** Bytes of a piece hold only during the call. */
function kept(message: ReaderMessage): ReaderMessage {
  return message.flag === "piece" ? { ...message, bytes: message.bytes.slice() } : message;
}

/** `bytes` in parts that end at the drawn places. */
function cut(bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, at) => bytes.slice(at === 0 ? 0 : ends[at - 1], end));
}

const join = (parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
const places = fc.array(fc.nat({ max: 1_000_000 }), { maxLength: 20 });

describe("FrameDecoder refuses", () => {
  test.each(FLAGS)("a declared length above the maximum of %s before a byte of the body has come", (_, spec) => {
    const { code, bodyBytes } = spec;
    expect(decode([frame(code, bodyBytes.max + 1)])).toEqual({ messages: [], fault: "frame-length" });
  });

  test.each(FLAGS)("a declared length below the minimum of %s", (_, { code, bodyBytes }) => {
    expect(decode([frame(code, bodyBytes.min - 1)])).toEqual({ messages: [], fault: "frame-length" });
  });

  test.each(FLAGS)("no declared length within the bounds of %s, and waits for the body", (_, { code, bodyBytes }) => {
    for (const declared of [bodyBytes.min, bodyBytes.max]) {
      if (declared > 0) expect(decode([frame(code, declared)])).toEqual({ messages: [], fault: "none" });
    }
  });

  test.each(FLAGS)("lengths with the highest bit set for %s, which are not negative", (_, { code }) => {
    for (const length of [0x8000_0000, 0x8000_0001, 0xffff_fffe, 0xffff_ffff]) {
      expect(decode([frame(code, length - 1)])).toEqual({ messages: [], fault: "frame-length" });
    }
  });

  test("a length of 0, which has no room for a flag", () => {
    expect(decode([Uint8Array.of(0, 0, 0, 0, READER_FLAGS.ping.code)])).toEqual({
      messages: [],
      fault: "frame-length",
    });
  });

  test("every flag that is not in the table, whatever its length", () => {
    const known = new Set<number>(FLAGS.map(([, { code }]) => code));
    for (let code = 0; code < 256; code++) {
      if (known.has(code)) continue;
      for (const declared of [0, 4, 0xffff_ffff]) {
        expect(decode([frame(code, declared)])).toEqual({ messages: [], fault: "unknown-flag" });
      }
    }
  });

  test("a bad head as soon as its fifth byte has come, one byte at a time, and not before", () => {
    const bytes = Array.from(frame(READER_FLAGS.ask.code, 5_000), (byte) => Uint8Array.of(byte));
    expect(decode(bytes.slice(0, 4))).toEqual({ messages: [], fault: "none" });
    expect(decode(bytes)).toEqual({ messages: [], fault: "frame-length" });
  });

  test("a bad head only after it has delivered what came before it in the same chunk", () => {
    const messages = [{ flag: "ping" }, { flag: "ping" }];
    expect(decode([join([PING, PING, frame(0xee, 0), PING])])).toEqual({ messages, fault: "unknown-flag" });
    expect(decode([join([PING, PING.subarray(0, 2)]), join([PING.subarray(2), frame(0xee, 0)])])).toEqual({
      messages,
      fault: "unknown-flag",
    });
  });

  test("HTTP and TLS at their first five bytes", () => {
    expect(decode([new TextEncoder().encode("GET / HTTP/1.1\r\n")]).fault).toBe("unknown-flag");
    expect(decode([Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01)]).fault).toBe("unknown-flag");
  });
});

describe("FrameDecoder", () => {
  test("crashes with nothing but a Violation, whatever bytes come", () => {
    always(
      fc.property(fc.uint8Array({ maxLength: 400 }), places, (bytes, drawn) => {
        expect(decode(cut(bytes, drawn))).toEqual(decode([bytes]));
      }),
      2_000,
    );
  });

  test("crashes with nothing but a Violation, whatever bodies come in right frames", () => {
    always(
      fc.property(fc.array(anyBody, { maxLength: 8 }), places, (frames, drawn) => {
        expect(decode(cut(join(frames), drawn))).toEqual(decode([join(frames)]));
      }),
      1_000,
    );
  });

  test("decodes only what encodes back to the same bytes", () => {
    let decoded = 0;
    always(
      fc.property(anyBody, (bytes) => {
        const { messages } = decode([bytes]);
        for (const message of messages) expect(encodeMessage(message)).toEqual(bytes);
        decoded += messages.length;
      }),
      3_000,
    );
    expect(decoded).toBeGreaterThan(500);
  });

  test("delivers the same messages however the stream is cut", () => {
    always(
      fc.property(fc.array(anyMessage, { maxLength: 6 }), places, (messages, drawn) => {
        const stream = join(messages.map(encodeMessage));
        expect(decode(cut(stream, drawn))).toEqual({ messages, fault: "none" });
      }),
    );
  });

  test("delivers the longest frame, alone and cut in two", () => {
    const message = { flag: "piece", page: 1, offset: 0, bytes: new Uint8Array(64_000).fill(7) } as const;
    const bytes = encodeMessage(message);
    expect(bytes).toHaveLength(FRAME_BYTES_MAX);
    for (const at of [0, 1, 5, 6, FRAME_BYTES_MAX - 1]) {
      expect(decode([bytes.subarray(0, at), bytes.subarray(at)])).toEqual({ messages: [message], fault: "none" });
    }
  });

  test("knows after each chunk whether it ended inside a frame", () => {
    const frames = [PING, encodeMessage({ flag: "have", pages: [1, 2] }), PING];
    const ends = new Set(frames.map((_, at) => join(frames.slice(0, at + 1)).length)).add(0);
    const stream = join(frames);
    for (let at = 0; at <= stream.length; at++) {
      const decoder = new FrameDecoder();
      decoder.feed(stream.subarray(0, at), () => true);
      expect(decoder.isAmidFrame).toBe(!ends.has(at));
    }
  });

  test("takes empty chunks as nothing", () => {
    const empty = new Uint8Array();
    expect(decode([empty, PING.subarray(0, 3), empty, PING.subarray(3), empty])).toEqual({
      messages: [{ flag: "ping" }],
      fault: "none",
    });
  });

  test("throws the rest of a chunk away when the receiver says that the link has ended", () => {
    const head = PING.subarray(0, 3);
    for (const chunks of [
      [join([PING, PING, frame(0xee, 0)])],
      [head, join([PING.subarray(3), PING, frame(0xee, 0)])],
    ]) {
      const decoder = new FrameDecoder();
      let delivered = 0;
      for (const chunk of chunks) {
        decoder.feed(chunk, () => {
          delivered++;
          return false;
        });
      }
      expect(delivered).toBe(1);
    }
  });

  test("lets an ordinary error of the receiver pass through as what it is", () => {
    const ours = new RangeError("our own mistake");
    expect(() =>
      new FrameDecoder().feed(PING, () => {
        throw ours;
      }),
    ).toThrow(ours);
  });

  test("lends the bytes of a piece without a copy when its frame came in one chunk", () => {
    const chunk = encodeMessage({ flag: "piece", page: 1, offset: 0, bytes: Uint8Array.of(1, 2, 3) });
    new FrameDecoder().feed(chunk, (message) => {
      expect(message.flag === "piece" && message.bytes.buffer).toBe(chunk.buffer);
      return true;
    });
    expect.assertions(1);
  });

  test("keeps nothing of a chunk that its owner uses again before the frame is complete", () => {
    const message = { flag: "piece", page: 1, offset: 0, bytes: Uint8Array.of(1, 2, 3, 4, 5, 6) } as const;
    const bytes = encodeMessage(message);
    const memory = new Uint8Array(4);
    const decoder = new FrameDecoder();
    const messages: ReaderMessage[] = [];
    for (let at = 0; at < bytes.length; at += memory.length) {
      const part = bytes.subarray(at, at + memory.length);
      memory.set(part);
      decoder.feed(memory.subarray(0, part.length), (decoded) => messages.push(kept(decoded)) > 0);
      memory.fill(0xee);
    }
    expect(messages).toEqual([message]);
  });
});
