// The verdict on a body without the book: the parser's, whatever is wrong, and at a price that does not grow.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BodyCheck } from "../../shared/body-check.ts";
import type { BookHead } from "../../shared/book.ts";
import { formatImageLine, parseBookLine } from "../../shared/descriptor.ts";
import { DESCRIPTOR_LINE_BYTES_MAX } from "../../shared/limits.ts";
import { type Descriptor, descriptorOf, faultOf, IMAGES, imageOf, parse, type Recipe } from "./descriptors.ts";
import { always } from "./property.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

function check(head: BookHead, chunks: Iterable<Uint8Array>): void {
  const body = new BodyCheck(head);
  for (const chunk of chunks) body.feed(chunk);
  body.end();
}

function verdictOn({ bytes, text, bodyAt }: Descriptor, chunkBytes = bytes.length): string {
  const head = parseBookLine(text.split("\n")[0] ?? "");
  const body = bytes.subarray(bodyAt);
  const count = Math.ceil(body.length / chunkBytes);
  const chunks = Array.from({ length: count }, (_, at) => body.subarray(at * chunkBytes, (at + 1) * chunkBytes));
  return faultOf(() => check(head, chunks));
}

/** Both verdicts on one recipe; the slices are always true to the body, as on a tracker. */
const verdicts = (recipe: Recipe) => {
  const made = descriptorOf(recipe);
  return [verdictOn(made), verdictOn(made, 1), faultOf(() => parse([made.bytes]))];
};

describe("BodyCheck", () => {
  test("accepts the body of a descriptor, whole and byte by byte", () => {
    expect(verdicts({})).toEqual(["none", "none", "none"]);
    const many = Array.from({ length: 500 }, (_, at) => imageOf(`${`${at}`.padStart(3, "0")} é.png`, at * 9_000));
    expect(verdicts({ images: many })).toEqual(["none", "none", "none"]);
  });

  test.each<[string, Recipe]>([
    ["paths in another order", { images: [imageOf("b", 5), imageOf("a", 5)] }],
    ["one path twice", { images: [imageOf("a", 5), imageOf("a", 5)] }],
    ["an image inside an image", { images: ["a", "a b", "a-b", "a/b/c"].map((path) => imageOf(path, 5)) }],
    ["a path that leads out", { body: `${formatImageLine(imageOf("../a", 0))}\n` }],
    ["one image less than there is", { head: { images: 2 } }],
    ["one image more", { head: { images: 4 } }],
    ["one page more", { head: { pages: 4 } }],
    ["one byte less", { head: { bytes: 256_005 } }],
    ["CRLF", { body: IMAGES.map((image) => `${formatImageLine(image)}\r\n`).join("") }],
    ["no LF at its end", { body: IMAGES.map(formatImageLine).join("\n") }],
    ["an empty line", { body: IMAGES.map((image) => `${formatImageLine(image)}\n`).join("\n") }],
    ["bytes that are not UTF-8", { body: Uint8Array.of(0x22, 0xff, 0x0a) }],
    ["a quote missing", { body: formatImageLine(imageOf("a", 5)).replace(/""?}$/, "}\n") }],
    ["digits missing", { body: `${formatImageLine(imageOf("a", 5)).replace(/..("})$/, "$1")}\n` }],
    ["half a digest byte missing", { body: `${formatImageLine(imageOf("a", 5)).replace(/.("})$/, "$1")}\n` }],
    [
      "digests in capitals",
      { body: `${formatImageLine(imageOf("a", 5)).replace(/\w{40}"}$/, (end) => end.toUpperCase())}\n` },
    ],
    ["a space behind a line", { body: `${formatImageLine(imageOf("a", 5))} \n` }],
    ["another key behind the digests", { body: `${formatImageLine(imageOf("a", 5)).slice(0, -1)},"x":1}\n` }],
  ])("refuses %s, as the parser does", (_, recipe) => {
    const [whole, byByte, parsed] = verdicts(recipe);
    expect(parsed).not.toBe("none");
    expect([whole, byByte]).toEqual([parsed, parsed]);
  });

  test("agrees with the parser on a body in which anything was changed", () => {
    const body = descriptorOf({ images: [imageOf('q"uote', 5), imageOf("ä/b", 256_001), imageOf("ä/c", 0)] });
    const bytes = body.bytes.subarray(body.bodyAt);
    const change = fc.tuple(fc.nat(bytes.length), fc.nat(3), fc.uint8Array({ maxLength: 3 }));
    always(
      fc.property(change, ([at, cut, put]) => {
        const changed = Uint8Array.from([...bytes.subarray(0, at), ...put, ...bytes.subarray(at + cut)]);
        const made = descriptorOf({
          images: [imageOf('q"uote', 5), imageOf("ä/b", 256_001), imageOf("ä/c", 0)],
          body: changed,
        });
        const parsed = faultOf(() => parse([made.bytes]));
        expect(verdictOn(made) === "none").toBe(parsed === "none");
        expect(verdictOn(made, 7)).toBe(verdictOn(made));
      }),
      2_000,
    );
  });

  test("agrees with the parser on paths drawn to lie inside one another", () => {
    const paths = fc.uniqueArray(fc.stringMatching(/^[ab](\/?[ab.-]){0,4}$/), { minLength: 1, maxLength: 12 });
    always(
      fc.property(paths, (drawn) => {
        const isInside = drawn.some((path) => drawn.some((other) => path.startsWith(`${other}/`)));
        const [whole, , parsed] = verdicts({ images: drawn.sort().map((path) => imageOf(path, 5)) });
        expect(whole).toBe(parsed);
        if (isInside) expect(whole).toBe("bad-path");
      }),
      1_000,
    );
  });

  test("holds no line: one of the greatest length passes in the memory of a short one, and a longer one is refused", () => {
    const pages = Math.floor((DESCRIPTOR_LINE_BYTES_MAX - 200) / 40);
    const bytes = pages * 256_000;
    const head: BookHead = { name: "Long", images: 1, pages, bytes, index: [] };
    const [start = ""] = formatImageLine({ path: "a", bytes, sha256: "0".repeat(64), pages: "" }).split('"}');
    const digests = utf8("0123456789abcdef0123456789abcdef01234567".repeat(1_000));
    const body = new BodyCheck(head);
    body.feed(utf8(start));
    const before = process.memoryUsage();
    for (let fed = 0; fed < Math.floor(pages / 1_000); fed++) body.feed(digests);
    const after = process.memoryUsage();
    expect(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(16_000_000);
    body.feed(digests.subarray(0, (pages % 1_000) * 40));
    body.feed(utf8('"}\n'));
    body.end();

    const longer = new BodyCheck(head);
    longer.feed(utf8(start));
    const feedAll = () => {
      for (let fed = 0; fed <= DESCRIPTOR_LINE_BYTES_MAX; fed += digests.length) longer.feed(digests);
    };
    expect(faultOf(feedAll)).toBe("too-large");
  });

  test("refuses a head that does not end, without waiting for its end", () => {
    const body = new BodyCheck({ name: "x", images: 1, pages: 1, bytes: 1, index: [] });
    const feedAll = () => {
      for (let fed = 0; fed < 100; fed++) body.feed(utf8(`{"path":"${"x".repeat(1_000)}`));
    };
    expect(faultOf(feedAll)).toBe("not-canonical");
  });
});
