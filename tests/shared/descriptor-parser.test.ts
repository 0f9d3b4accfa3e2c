// A whole descriptor out of a stream: the same book however it comes, and no other book whatever was changed.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatImageLine } from "../../shared/descriptor.ts";
import { DescriptorParser } from "../../shared/descriptor-parser.ts";
import { DescriptorRefused } from "../../shared/faults.ts";
import { parseBookId } from "../../shared/ids.ts";
import { DESCRIPTOR_BYTES_MAX, DESCRIPTOR_LINE_BYTES_MAX, SLICE_BYTES } from "../../shared/limits.ts";
import { contentOf, descriptorOf, faultOf, IMAGES, imageOf, parse, sha256 } from "./descriptors.ts";
import { always } from "./property.ts";

const SMALL = descriptorOf({ trackers: ["https://tracker.example"] });
const CONTENT = contentOf(parse([SMALL.bytes]));
const OTHER_ID = parseBookId("0".repeat(64));

/** Some 600 kB, so that its body has three slices and lines that lie across their borders. */
const LARGE = descriptorOf({
  images: Array.from({ length: 5_000 }, (_, at) => imageOf(`plates/${`${at}`.padStart(5, "0")}.png`, at % 3)),
});

const utf8 = (text: string) => new TextEncoder().encode(text);

describe("DescriptorParser", () => {
  test("gives the book that the descriptor describes", () => {
    const book = parse([SMALL.bytes]);
    expect(book.id).toBe(SMALL.id);
    expect([book.name, book.imageCount, book.pageCount, book.bytes]).toEqual(["Book", 3, 3, 256_006]);
    expect(book.trackers).toEqual(["https://tracker.example"]);
    expect([...book.images()].map(({ path, bytes }) => [path, bytes])).toEqual(
      IMAGES.map(({ path, bytes }) => [path, bytes]),
    );
  });

  test("gives the same book when it is fed one byte at a time", () => {
    const bytes = Array.from(SMALL.bytes, (byte) => Uint8Array.of(byte));
    expect(contentOf(parse(bytes, SMALL.id))).toEqual(CONTENT);
  });

  test("gives the same book however the stream is cut", () => {
    const cuts = fc.array(fc.nat(SMALL.bytes.length), { maxLength: 12 });
    always(
      fc.property(cuts, (drawn) => {
        expect(contentOf(parse(cut(SMALL.bytes, drawn)))).toEqual(CONTENT);
      }),
    );
  });

  test("gives the same book when every chunk comes in the same memory", () => {
    const memory = new Uint8Array(37);
    const parser = new DescriptorParser(sha256);
    for (let at = 0; at < SMALL.bytes.length; at += memory.length) {
      const part = SMALL.bytes.subarray(at, at + memory.length);
      memory.set(part);
      parser.feed(memory.subarray(0, part.length));
      memory.fill(0x20);
    }
    expect(contentOf(parser.end())).toEqual(CONTENT);
  });

  test("gives a book of several slices, in large chunks and in small ones", () => {
    const whole = parse([LARGE.bytes], LARGE.id);
    expect(whole.head.index).toHaveLength(3);
    expect(whole.imageCount).toBe(5_000);
    const cuts = Array.from({ length: 900 }, (_, at) => at * 733);
    expect(contentOf(parse(cut(LARGE.bytes, cuts), LARGE.id))).toEqual(contentOf(whole));
  });

  test("gives a book with a line that is longer than a slice, in chunks of any size", () => {
    const long = descriptorOf({ images: [imageOf("a", 5), imageOf("b", 8_000 * 256_000), imageOf("c", 5)] });
    expect(long.bytes.length).toBeGreaterThan(SLICE_BYTES);
    const cuts = Array.from({ length: 4_000 }, (_, at) => at * 81);
    expect(contentOf(parse(cut(long.bytes, cuts), long.id))).toEqual(contentOf(parse([long.bytes], long.id)));
  });

  test("tells the head as soon as the first line has come, and not before", () => {
    const parser = new DescriptorParser(sha256);
    const lf = SMALL.bytes.indexOf(0x0a);
    parser.feed(SMALL.bytes.subarray(0, lf));
    expect(parser.head).toBeUndefined();
    parser.feed(SMALL.bytes.subarray(lf, lf + 1));
    expect(parser.head).toMatchObject({ name: "Book", images: 3 });
  });

  test("refuses a descriptor of another book than the one that was asked for, at its first line", () => {
    const parser = new DescriptorParser(sha256, OTHER_ID);
    const firstLine = SMALL.bytes.subarray(0, SMALL.bytes.indexOf(0x0a) + 1);
    expect(faultOf(() => parser.feed(firstLine))).toBe("wrong-id");
  });
});

describe("DescriptorParser, given a small descriptor that was changed,", () => {
  test("refuses every single bit from line 3 on", () => {
    for (const changed of flipped(SMALL.bytes, SMALL.bodyAt, SMALL.bytes.length)) {
      expect(faultOf(() => parse([changed]))).not.toBe("none");
    }
  });

  test("refuses every single bit of line 1 when it knows the id", () => {
    for (const changed of flipped(SMALL.bytes, 0, SMALL.bytes.indexOf(0x0a) + 1)) {
      expect(faultOf(() => parse([changed], SMALL.id))).not.toBe("none");
    }
  });

  test("gives the same images or none for every single bit of line 2, which the id does not cover", () => {
    for (const changed of flipped(SMALL.bytes, SMALL.bytes.indexOf(0x0a) + 1, SMALL.bodyAt)) {
      if (faultOf(() => parse([changed], SMALL.id)) !== "none") continue;
      expect(contentOf(parse([changed], SMALL.id))).toMatchObject({
        ...(CONTENT as object),
        trackers: expect.anything(),
      });
    }
  });

  test("refuses it when it is cut short, at any length, and throws nothing else", () => {
    for (let length = 0; length < SMALL.bytes.length; length++) {
      expect(faultOf(() => parse([SMALL.bytes.subarray(0, length)]))).not.toBe("none");
    }
  });

  test.each([
    ["another line behind it", `${formatImageLine(imageOf("zzz", 0))}\n`],
    ["an empty line behind it", "\n"],
    ["a space behind it", " "],
    ["a NUL behind it", "\0"],
    ["itself behind it", SMALL.text],
  ])("refuses it with %s", (_, more) => {
    expect(faultOf(() => parse([SMALL.bytes, utf8(more)]))).not.toBe("none");
  });

  test("refuses arbitrary bytes as no descriptor, and throws nothing else", () => {
    always(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, ends) => {
        expect(faultOf(() => parse([bytes, utf8(ends ? "\n" : "")]))).not.toBe("none");
      }),
    );
  });
});

describe("DescriptorParser, given a descriptor that was made wrong,", () => {
  const lines = IMAGES.map((image) => `${formatImageLine(image)}\n`);

  test.each([
    ["one image less than there is", { images: 2 }],
    ["one page more", { pages: 4, bytes: 256_006 }],
    ["one page less", { pages: 2 }],
    ["one byte more", { bytes: 256_007 }],
    ["one byte less", { bytes: 256_005 }],
  ])("refuses a book line that promises %s", (_, head) => {
    expect(faultOf(() => parse([descriptorOf({ head }).bytes]))).toBe("bad-count");
  });

  test.each([
    ["one image more than there is", { images: 4 }, "cut-short"],
    ["no slices", { index: [] }, "bad-count"],
    ["one slice more than there is", { index: [sha256(lines.join("")), sha256("")] }, "cut-short"],
    ["a slice that is not the body's", { index: [sha256("")] }, "wrong-slice"],
    ["images that nobody could list", { images: 2 ** 50, bytes: 2 ** 50, pages: 2 ** 40 }, "bad-count"],
  ])("refuses a book line that promises %s", (_, head, fault) => {
    expect(faultOf(() => parse([descriptorOf({ head }).bytes]))).toBe(fault);
  });

  test("refuses a body with more slices than the book line names", () => {
    const index = [sha256(LARGE.bytes.subarray(LARGE.bodyAt, LARGE.bodyAt + SLICE_BYTES))];
    const head = { images: 1_000, pages: 667, bytes: 1_000, index };
    const body = LARGE.bytes.subarray(LARGE.bodyAt);
    expect(faultOf(() => parse([descriptorOf({ head, body }).bytes]))).not.toBe("none");
  });

  test.each([
    ["paths in another order", ["b", "a"], "bad-order"],
    ["paths in the order of UTF-16 units", ["\u{10000}", "\uffee"], "bad-order"],
    ["one path twice", ["a", "a"], "bad-order"],
    ["an image inside an image", ["a", "a/b"], "bad-path"],
    ["an image deep inside an image, with others between", ["a", "a b", "a-b", "a.b", "a/b/c/d"], "bad-path"],
    ["paths in the order of their bytes", ["\uffee", "\u{10000}"], "none"],
    ["a folder beside an image whose name it starts with", ["a", "a.b/c", "ab/c"], "none"],
    ["names that differ only in case", ["A", "a"], "none"],
  ])("treats %s as it should", (_, paths, fault) => {
    const images = paths.map((path) => imageOf(path, 5));
    expect(faultOf(() => parse([descriptorOf({ images }).bytes]))).toBe(fault);
  });

  test.each([
    ["CRLF in its first line", { opening: (text: string) => text.replace("\n", "\r\n") }, "not-canonical"],
    ["CRLF in its second line", { opening: (text: string) => text.replace(/\n$/, "\r\n") }, "not-canonical"],
    ["CRLF in its image lines", { body: lines.join("").replaceAll("\n", "\r\n") }, "not-canonical"],
    ["a byte order mark", { opening: (text: string) => `\ufeff${text}` }, "not-a-descriptor"],
    ["a byte order mark before its images", { body: `\ufeff${lines.join("")}` }, "not-canonical"],
    ["no LF at its end", { body: lines.join("").slice(0, -1) }, "cut-short"],
    ["an empty line between its images", { body: lines.join("\n") }, "not-canonical"],
    ["an empty line before its images", { body: `\n${lines.join("")}` }, "not-canonical"],
    ["an empty line at its end", { body: `${lines.join("")}\n` }, "not-canonical"],
    ["its trackers line missing", { opening: (text: string) => `${text.split("\n")[0]}\n` }, "bad-tracker"],
    [
      "its first two lines exchanged",
      { opening: (text: string) => `${text.split("\n").reverse().join("\n").slice(1)}\n` },
      "not-a-descriptor",
    ],
    ["bytes that are not UTF-8", { body: Uint8Array.of(0x22, 0xff, 0x0a) }, "not-canonical"],
    ["a surrogate in UTF-8", { body: Uint8Array.of(0xed, 0xa0, 0x80, 0x0a) }, "not-canonical"],
    ["no images", { body: "" }, "bad-count"],
  ])("refuses it with %s", (_, recipe, fault) => {
    expect(faultOf(() => parse([descriptorOf(recipe).bytes]))).toBe(fault);
  });

  test("refuses a first line that is not UTF-8 as no descriptor", () => {
    expect(faultOf(() => parse([Uint8Array.of(0xff, 0xfe, 0x0a)]))).toBe("not-a-descriptor");
  });

  test.each([
    ["nothing", 0],
    ["the first line alone", 1],
    ["the first two lines alone", 2],
    ["all lines but the last", 4],
  ])("refuses %s as cut short, not as wrong", (_, count) => {
    const kept = SMALL.text.split("\n").slice(0, count);
    expect(faultOf(() => parse([utf8(kept.map((line) => `${line}\n`).join(""))]))).toBe("cut-short");
  });
});

describe("DescriptorParser keeps to its limits: it", () => {
  test("refuses a first line as soon as it is too long, without waiting for its end", () => {
    const parser = new DescriptorParser(sha256);
    parser.feed(new Uint8Array(131_072).fill(0x20));
    expect(faultOf(() => parser.feed(new Uint8Array(2).fill(0x20)))).toBe("not-a-descriptor");
  });

  test("refuses a second line as soon as it is too long, without waiting for its end", () => {
    const parser = new DescriptorParser(sha256);
    parser.feed(SMALL.bytes.subarray(0, SMALL.bytes.indexOf(0x0a) + 1));
    parser.feed(new Uint8Array(20_480).fill(0x20));
    expect(faultOf(() => parser.feed(new Uint8Array(2).fill(0x20)))).toBe("too-large");
  });

  test("refuses an image line as soon as it is too long, without waiting for its end", () => {
    // Slices that all have the digest that was promised, or the line would be refused long before.
    const index = Array.from({ length: 300 }, () => "0".repeat(64));
    const parser = new DescriptorParser(() => "0".repeat(64));
    parser.feed(descriptorOf({ head: { index }, body: "" }).bytes);
    const chunk = new Uint8Array(1024 * 1024).fill(0x20);
    for (let fed = 0; fed < DESCRIPTOR_LINE_BYTES_MAX; fed += chunk.length) parser.feed(chunk);
    expect(faultOf(() => parser.feed(new Uint8Array(2)))).toBe("too-large");
  });

  test("refuses a descriptor that is too large before it looks at what is beyond the limit", () => {
    const parser = new DescriptorParser(sha256);
    expect(faultOf(() => parser.feed(new Uint8Array(DESCRIPTOR_BYTES_MAX + 1)))).toBe("too-large");
  });

  test("holds a line once, in whatever chunks it comes", () => {
    const long = descriptorOf({ images: [imageOf("a", 20_000 * 256_000)] });
    const parser = new DescriptorParser(sha256);
    const before = process.memoryUsage();
    for (const byte of long.bytes.subarray(0, -1)) parser.feed(Uint8Array.of(byte));
    const after = process.memoryUsage();
    // Garbage may be among it; a chunk kept for each byte would be more than 80 MB.
    expect(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(60_000_000);
    parser.feed(long.bytes.subarray(-1));
    expect(parser.end().pageCount).toBe(20_000);
  });

  test("throws nothing but DescriptorRefused for a descriptor", () => {
    expect(() => parse([utf8("\n")])).toThrow(DescriptorRefused);
    expect(() =>
      faultOf(() => {
        throw new RangeError("our own mistake");
      }),
    ).toThrow(RangeError);
  });
});

/** `bytes` in parts that end at the drawn places. */
function cut(bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const ends = [...places, bytes.length].sort((a, b) => a - b);
  return ends.map((end, at) => bytes.slice(at === 0 ? 0 : ends[at - 1], end));
}

/** Copies of `bytes`, each with one bit between `from` and `to` turned over. */
function* flipped(bytes: Uint8Array, from: number, to: number): Generator<Uint8Array> {
  for (let at = from; at < to; at++) {
    for (let bit = 1; bit < 0x100; bit <<= 1) {
      const copy = bytes.slice();
      copy[at] = (copy[at] ?? 0) ^ bit;
      yield copy;
    }
  }
}
