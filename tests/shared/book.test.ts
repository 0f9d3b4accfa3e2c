import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Book, BookBuilder, type ImageEntry, pageCountOf, pageLength } from "../../shared/book.ts";
import { toHex } from "../../shared/hex.ts";
import type { BookId } from "../../shared/ids.ts";
import { PAGE_BYTES } from "../../shared/limits.ts";
import { PageSet } from "../../shared/page-set.ts";
import { imageOf } from "./descriptors.ts";
import { always } from "./property.ts";

const ID = "b0".repeat(32) as BookId;

function bookOf(sizes: readonly number[]): Book {
  const entries = sizes.map((bytes, at) => imageOf(`${at}`.padStart(4, "0"), bytes));
  return build(entries);
}

function build(entries: readonly ImageEntry[], head: { readonly images?: number; readonly pages?: number } = {}): Book {
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  const pages = entries.reduce((sum, entry) => sum + pageCountOf(entry.bytes), 0);
  const builder = new BookBuilder({ name: "Book", images: entries.length, pages, bytes, index: [], ...head });
  for (const entry of entries) builder.add(entry);
  return builder.build(ID, ["https://tracker.example"]);
}

describe("Book", () => {
  test("gives each image back as its descriptor line had it", () => {
    const entries = [0, 1, 600_000, 0, 256_000].map((bytes, at) => imageOf(`${at}`, bytes));
    const book = build(entries);
    expect(entries.map((_, at) => book.entry(at))).toEqual(entries);
  });
});

describe("Page arithmetic", () => {
  test.each([
    { bytes: 0, lengths: [] },
    { bytes: 1, lengths: [1] },
    { bytes: 255_999, lengths: [255_999] },
    { bytes: 256_000, lengths: [256_000] },
    { bytes: 256_001, lengths: [256_000, 1] },
    { bytes: 600_000, lengths: [256_000, 256_000, 88_000] },
  ])("cuts an image of $bytes bytes into pages of $lengths bytes", ({ bytes, lengths }) => {
    expect(pageCountOf(bytes)).toBe(lengths.length);
    expect(lengths.map((_, ordinal) => pageLength(bytes, ordinal))).toEqual(lengths);
  });

  test("cuts every image into pages that add up to it, only the last one short", () => {
    always(
      fc.property(fc.nat({ max: 3_000_000 }), (bytes) => {
        const lengths = Array.from({ length: pageCountOf(bytes) }, (_, ordinal) => pageLength(bytes, ordinal));
        expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(bytes);
        for (const length of lengths.slice(0, -1)) expect(length).toBe(PAGE_BYTES);
        if (bytes > 0) expect(lengths.at(-1)).toBeGreaterThan(0);
      }),
    );
  });

  test("stays exact for the largest size that a descriptor can name", () => {
    const bytes = Number.MAX_SAFE_INTEGER;
    const pages = pageCountOf(bytes);
    expect(BigInt(pages)).toBe((BigInt(bytes) + 255_999n) / 256_000n);
    expect(pageLength(bytes, pages - 1)).toBe(Number(BigInt(bytes) % 256_000n));
  });

  test.each([
    [0, 0],
    [256_000, 1],
    [256_001, 2],
    [256_001, -1],
    [256_001, 0.5],
    [256_001, Number.NaN],
  ])("gives an image of %i bytes no page %d", (bytes, ordinal) => {
    expect(() => pageLength(bytes, ordinal)).toThrow(RangeError);
  });
});

describe("Book", () => {
  test.each([
    { where: "nowhere", sizes: [300_000, 5] },
    { where: "at the start", sizes: [0, 0, 300_000, 5] },
    { where: "in the middle", sizes: [300_000, 0, 0, 5] },
    { where: "at the end", sizes: [300_000, 5, 0, 0] },
    { where: "everywhere", sizes: [0, 300_000, 0, 5, 0] },
  ])("places each page in its image when empty images stand $where", ({ sizes }) => {
    const book = bookOf(sizes);
    const full = sizes.indexOf(300_000);
    const short = sizes.indexOf(5);
    expect(book.pageCount).toBe(3);
    expect([0, 1, 2].map((number) => book.placeOf(book.page(number)))).toEqual([
      { image: full, ordinal: 0, offset: 0, bytes: 256_000 },
      { image: full, ordinal: 1, offset: 256_000, bytes: 44_000 },
      { image: short, ordinal: 0, offset: 0, bytes: 5 },
    ]);
  });

  test("gives an empty image no page, and the first page of the image behind it as its own", () => {
    const images = [...bookOf([0, 300_000, 0, 5, 0]).images()];
    expect(images.map(({ firstPage, pageCount }) => [firstPage, pageCount])).toEqual([
      [0, 0],
      [0, 2],
      [2, 0],
      [2, 1],
      [3, 0],
    ]);
  });

  test("made of empty images alone has no page", () => {
    const book = bookOf([0, 0, 0]);
    expect([book.imageCount, book.pageCount, book.bytes]).toEqual([3, 0, 0]);
    expect(book.hasPage(0)).toBe(false);
  });

  test("tiles every image with its pages, in order and without a gap", () => {
    const sizes = fc.array(fc.oneof(fc.constantFrom(0, 1, 256_000, 256_001), fc.nat({ max: 1_000_000 })), {
      minLength: 1,
      maxLength: 30,
    });
    always(
      fc.property(sizes, (drawn) => {
        const book = bookOf(drawn);
        const reached = drawn.map(() => 0);
        for (let number = 0; number < book.pageCount; number++) {
          const { image, offset, bytes } = book.placeOf(book.page(number));
          expect(offset).toBe(reached[image]);
          expect(bytes).toBe(book.pageBytes(book.page(number)));
          reached[image] = offset + bytes;
        }
        expect(reached).toEqual(drawn);
      }),
    );
  });

  test("counts the bytes of any pages as the sum of their lengths", () => {
    const book = bookOf([0, 300_000, 256_000, 0, 5]);
    always(
      fc.property(fc.array(fc.nat({ max: book.pageCount - 1 })), (numbers) => {
        const held = new PageSet(book.pageCount);
        for (const number of numbers) held.add(book.page(number));
        expect(book.bytesOf(held)).toBe([...held].reduce((sum, page) => sum + book.pageBytes(page), 0));
      }),
    );
    expect(book.bytesOf(PageSet.full(book.pageCount))).toBe(book.bytes);
  });

  test("keeps each image's path, size and digests", () => {
    const entries = [imageOf("a", 0), imageOf("b/c", 256_001), imageOf("d", 9)];
    const book = build(entries);
    for (const [row, { path, bytes, sha256, pages }] of entries.entries()) {
      const image = book.image(row);
      expect([image.path, image.bytes]).toEqual([path, bytes]);
      expect(toHex(book.imageDigest(image.index))).toBe(sha256);
      const digests = Array.from({ length: image.pageCount }, (_, at) =>
        book.pageDigest(book.page(image.firstPage + at)),
      );
      expect(digests.map(toHex).join("")).toBe(pages);
    }
  });

  test("tells its id, its name, its trackers and its counts", () => {
    const book = bookOf([1, 256_001]);
    expect([book.id, book.name, book.trackers]).toEqual([ID, "Book", ["https://tracker.example"]]);
    expect([book.imageCount, book.pageCount, book.bytes]).toEqual([2, 3, 256_002]);
  });

  test.each([-1, 2, 0.5, Number.NaN, 2 ** 32])("vouches for no page %d when it has two", (number) => {
    const book = bookOf([256_001]);
    expect(book.hasPage(number)).toBe(false);
    expect(() => book.page(number)).toThrow(`Cannot name page ${number}: the book has 2 pages`);
  });

  test.each([-1, 1, 0.5, Number.NaN])("has no image %d when it has one", (number) => {
    expect(() => bookOf([5]).image(number)).toThrow(`Cannot name image ${number}: the book has 1 images`);
  });
});

describe("BookBuilder", () => {
  test("refuses an image more than its head has", () => {
    expect(() => build([imageOf("a", 1), imageOf("b", 1)], { images: 1 })).toThrow(RangeError);
  });

  test("refuses a page more than its head has", () => {
    expect(() => build([imageOf("a", 256_001)], { pages: 1 })).toThrow(RangeError);
  });

  test("builds no book while images or pages are missing", () => {
    expect(() => build([imageOf("a", 1)], { images: 2 })).toThrow(RangeError);
    expect(() => build([imageOf("a", 1)], { pages: 2 })).toThrow(RangeError);
  });
});
