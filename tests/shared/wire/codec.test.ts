import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LinkFault, Violation } from "../../../shared/faults.ts";
import { CLOSE_MESSAGE_BYTES_MAX, PAGES_PER_FRAME_MAX, PIECE_BYTES } from "../../../shared/limits.ts";
import { decodeBody, encodeMessage, flagOf } from "../../../shared/wire/codec.ts";
import {
  FRAME_BYTES_MAX,
  FRAME_HEAD_BYTES,
  HELD_SET_BYTES_MAX,
  MAGIC,
  READER_FLAGS,
  type ReaderFlag,
} from "../../../shared/wire/flags.ts";
import { always } from "../property.ts";
import { anyMessage } from "./messages.ts";

const FLAGS = Object.keys(READER_FLAGS) as ReaderFlag[];

/** The fault for which a body is refused, or "none". */
function faultOf(flag: ReaderFlag, ...body: readonly number[]): LinkFault | "none" {
  try {
    decodeBody(flag, Uint8Array.from(body));
    return "none";
  } catch (error) {
    if (error instanceof Violation) return error.fault;
    throw error;
  }
}

describe("The codec", () => {
  test("reads every message back as it was written, in a frame within its flag's bounds", () => {
    always(
      fc.property(anyMessage, (message) => {
        const bytes = encodeMessage(message);
        const { code, bodyBytes } = READER_FLAGS[message.flag];
        expect(bytes[4]).toBe(code);
        expect(new DataView(bytes.buffer).getUint32(0)).toBe(bytes.length - 4);
        expect(bytes.length - FRAME_HEAD_BYTES).toBeGreaterThanOrEqual(bodyBytes.min);
        expect(bytes.length - FRAME_HEAD_BYTES).toBeLessThanOrEqual(bodyBytes.max);
        expect(decodeBody(message.flag, bytes.subarray(FRAME_HEAD_BYTES))).toEqual(message);
      }),
      600,
    );
  });

  test("reads a body that does not start where its memory starts", () => {
    const memory = Uint8Array.of(9, 9, 9, 0, 0, 0, 7, 1, 9);
    expect(decodeBody("refuse", memory.subarray(3, 8))).toEqual({ flag: "refuse", page: 7, reason: "not-held" });
  });

  test("knows the flag of every number in the table, and of no other", () => {
    const known = Array.from({ length: 256 }, (_, code) => flagOf(code)).filter((flag) => flag !== undefined);
    expect(known.sort()).toEqual([...FLAGS].sort());
    expect(flagOf(0)).toBeUndefined();
  });

  test("fills the longest body of each flag that has one", () => {
    const pages = Array.from({ length: PAGES_PER_FRAME_MAX }, (_, page) => page);
    for (const flag of ["have", "lost", "ask", "cancel"] as const) {
      expect(encodeMessage({ flag, pages })).toHaveLength(5 + READER_FLAGS[flag].bodyBytes.max);
    }
    const bits = new Uint8Array(HELD_SET_BYTES_MAX);
    expect(encodeMessage({ flag: "heldSet", first: 0, bits })).toHaveLength(5 + READER_FLAGS.heldSet.bodyBytes.max);
    const bytes = new Uint8Array(PIECE_BYTES);
    expect(encodeMessage({ flag: "piece", page: 0, offset: 0, bytes })).toHaveLength(FRAME_BYTES_MAX);
  });

  test("reads page numbers with the highest bit set as large, not as negative", () => {
    expect(decodeBody("have", Uint8Array.of(0x80, 0, 0, 0, 0xff, 0xff, 0xff, 0xff))).toEqual({
      flag: "have",
      pages: [0x8000_0000, 0xffff_ffff],
    });
  });
});

describe("A hello", () => {
  test("is not a hello of ours with any other magic", () => {
    const body = [...MAGIC, ...new Uint8Array(104)];
    expect(faultOf("hello", ...body)).toBe("none");
    for (let at = 0; at < MAGIC.length; at++) {
      expect(faultOf("hello", ...body.with(at, 0x20))).toBe("not-bookswarm");
    }
  });
});

describe("A close", () => {
  test("is malformed with a number that no fault has", () => {
    expect(faultOf("close", 0, 0)).toBe("malformed");
    expect(faultOf("close", 0, 20)).toBe("malformed");
    expect(faultOf("close", 1, 1)).toBe("malformed");
  });

  test.each([
    ["a byte that UTF-8 does not have", [0xff]],
    ["a character that is cut short", [0xe2, 0x80]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
  ])("is malformed with a sentence that holds %s", (_, sentence) => {
    expect(faultOf("close", 0, 19, ...sentence)).toBe("malformed");
  });

  test("keeps a byte order mark in its sentence", () => {
    expect(decodeBody("close", Uint8Array.of(0, 19, 0xef, 0xbb, 0xbf, 0x61))).toMatchObject({ message: "\ufeffa" });
  });

  test("cuts a sentence that is too long, at the end of a character", () => {
    for (const character of ["a", "é", "…", "😀"]) {
      const bytes = Buffer.byteLength(character);
      const frame = encodeMessage({ flag: "close", fault: "silent", message: `x${character.repeat(600)}` });
      const whole = Math.floor((CLOSE_MESSAGE_BYTES_MAX - 1) / bytes);
      expect(decodeBody("close", frame.subarray(5))).toMatchObject({ message: `x${character.repeat(whole)}` });
    }
  });

  test("writes a lone surrogate in its sentence as U+FFFD", () => {
    const frame = encodeMessage({ flag: "close", fault: "silent", message: "a\ud800" });
    expect(decodeBody("close", frame.subarray(5))).toMatchObject({ message: "a\ufffd" });
  });
});

describe("A heldSet", () => {
  test("is malformed when it starts at a page that is no multiple of 8", () => {
    for (let first = 0; first < 16; first++) {
      expect(faultOf("heldSet", 0, 0, 0, first, 0xff)).toBe(first % 8 === 0 ? "none" : "malformed");
    }
  });

  test("shares no memory with the chunk that it came in", () => {
    const body = Uint8Array.of(0, 0, 0, 0, 0x80);
    const message = decodeBody("heldSet", body);
    body.fill(0);
    expect(message).toEqual({ flag: "heldSet", first: 0, bits: Uint8Array.of(0x80) });
  });
});

describe.each(["have", "lost", "ask", "cancel", "wait"] as const)("A list of pages in %s", (flag) => {
  test("is malformed when it ends inside a number", () => {
    for (let length = 4; length <= 12; length++) {
      expect(faultOf(flag, ...new Uint8Array(length))).toBe(length % 4 === 0 ? "none" : "malformed");
    }
  });
});

describe("A meet", () => {
  test("is malformed when it ends inside a reader", () => {
    for (const length of [0, 50, 100, 1_000]) expect(faultOf("meet", ...new Uint8Array(length))).toBe("none");
    for (const length of [1, 49, 51, 99]) expect(faultOf("meet", ...new Uint8Array(length))).toBe("malformed");
  });
});

describe("A refuse", () => {
  test("is malformed with a number that no reason has", () => {
    for (const reason of [0, 5, 255]) expect(faultOf("refuse", 0, 0, 0, 7, reason)).toBe("malformed");
  });
});
