import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { nodeHasher } from "../../../peer-node/storage/hasher.ts";
import type { PageLook } from "../../../peer-node/storage/page-looks.ts";
import { PageVerifier, type VerifierOptions } from "../../../peer-node/storage/page-verifier.ts";
import type { ImageIndex } from "../../../shared/ids.ts";
import { PAGE_BYTES } from "../../../shared/limits.ts";
import { inSharedMemory, inventedBytes } from "../invented-book.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const IMAGE = 7 as ImageIndex;
const BYTES = inventedBytes(2 * PAGE_BYTES + 1_000, 1);

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
const pageOf = (ordinal: number) => BYTES.subarray(ordinal * PAGE_BYTES, (ordinal + 1) * PAGE_BYTES);

function verifierOf(options: VerifierOptions): PageVerifier {
  const verifier = new PageVerifier(options);
  onTestFinished(() => verifier.rest());
  return verifier;
}

/** Looks at a page of the image; `digest` is what it should have. */
async function look(
  verifier: PageVerifier,
  ordinal: number,
  digest = nodeHasher.sha1(pageOf(ordinal)),
): Promise<PageLook> {
  return verifier.look({ image: IMAGE, ordinal, bytes: inSharedMemory(pageOf(ordinal)), digest, isWhole: false });
}

function partOf(bytes: Uint8Array): string {
  const part = join(temporaryFolder(), "part");
  writeFileSync(part, bytes);
  return part;
}

/** A thread of our own making. */
function helperOf(code: string): string {
  const file = join(temporaryFolder(), "helper.mjs");
  writeFileSync(file, code);
  return pathToFileURL(file).href;
}

const ALONE = { spellBytes: Number.POSITIVE_INFINITY };
const HELPED = { spellBytes: 0 };

describe.each([
  ["alone", ALONE],
  ["with a helper", HELPED],
])("PageVerifier %s", (_, options) => {
  test("tells right pages from wrong ones", async () => {
    const verifier = verifierOf(options);
    expect(await look(verifier, 0)).toEqual({ right: true });
    expect(await look(verifier, 1, nodeHasher.sha1(pageOf(0)))).toEqual({ right: false });
  });

  test("finds the SHA-256 of an image of one page along with it, and of a wrong page none", async () => {
    const verifier = verifierOf(options);
    const page = { image: IMAGE, ordinal: 0, bytes: inSharedMemory(pageOf(0)), isWhole: true };
    const right = await verifier.look({ ...page, digest: nodeHasher.sha1(pageOf(0)) });
    expect(right.right).toBe(true);
    expect(Buffer.from(right.sha256 ?? [])).toEqual(sha256(pageOf(0)));
    expect(await verifier.look({ ...page, digest: nodeHasher.sha1(pageOf(1)) })).toEqual({ right: false });
  });

  test.each([
    ["in order", [0, 1, 2]],
    ["out of order", [2, 0, 1]],
    ["one of them twice", [0, 1, 1, 2]],
    ["not all of them, as after a restart", [1]],
  ])("finds the SHA-256 of an image whose pages came %s", async (_way, ordinals) => {
    const verifier = verifierOf(options);
    for (const ordinal of ordinals) await look(verifier, ordinal);
    const found = await verifier.finish({ image: IMAGE, bytes: BYTES.length, part: partOf(BYTES) });
    expect(Buffer.from(found ?? [])).toEqual(sha256(BYTES));
  });

  test("takes no wrong page into the SHA-256 of its image", async () => {
    const verifier = verifierOf(options);
    await look(verifier, 0, nodeHasher.sha1(pageOf(1)));
    for (const ordinal of [0, 1, 2]) await look(verifier, ordinal);
    const found = await verifier.finish({ image: IMAGE, bytes: BYTES.length, part: partOf(BYTES) });
    expect(Buffer.from(found ?? [])).toEqual(sha256(BYTES));
  });

  test("finds nothing for a part that is too short, and keeps the system's code when there is none", async () => {
    const verifier = verifierOf(options);
    await look(verifier, 0);
    const part = partOf(BYTES.subarray(0, PAGE_BYTES));
    expect(await verifier.finish({ image: IMAGE, bytes: BYTES.length, part })).toBeUndefined();
    await expect(verifier.finish({ image: IMAGE, bytes: 10, part: `${part}.gone` })).rejects.toMatchObject({
      code: "ENOENT",
    });
  });

  test("writes a right page where it belongs, or leaves that to its caller, and a wrong one nowhere", async () => {
    const verifier = verifierOf(options);
    const file = partOf(Buffer.alloc(PAGE_BYTES));
    const descriptor = openSync(file, "r+");
    onTestFinished(() => closeSync(descriptor));
    const put = (ordinal: number, digest: Uint8Array) =>
      verifier.look({ image: IMAGE, ordinal, bytes: inSharedMemory(pageOf(ordinal)), digest, isWhole: false }, () => ({
        descriptor,
        position: ordinal * PAGE_BYTES,
      }));
    await put(0, nodeHasher.sha1(pageOf(1)));
    const { isWritten = false } = await put(1, nodeHasher.sha1(pageOf(1)));
    const expected = isWritten ? [Buffer.alloc(PAGE_BYTES), pageOf(1)] : [Buffer.alloc(PAGE_BYTES)];
    expect(isWritten).toBe(options === HELPED);
    expect(readFileSync(file).equals(Buffer.concat(expected))).toBe(true);
  });

  test("says that a page is not written when the disk refuses it", async () => {
    const verifier = verifierOf(options);
    const descriptor = openSync(partOf(BYTES), "r");
    onTestFinished(() => closeSync(descriptor));
    const order = {
      image: IMAGE,
      ordinal: 0,
      bytes: inSharedMemory(pageOf(0)),
      digest: nodeHasher.sha1(pageOf(0)),
      isWhole: false,
    };
    const { right, isWritten = false } = await verifier.look(order, () => ({ descriptor, position: 0 }));
    expect([right, isWritten]).toEqual([true, false]);
  });

  test("goes on after a rest", async () => {
    const verifier = verifierOf(options);
    await look(verifier, 0);
    await verifier.rest();
    expect(await look(verifier, 1)).toEqual({ right: true });
  });
});

describe("PageVerifier whose helper is lost", () => {
  test("looks at everything itself that the helper had before it, and at all that comes later", async () => {
    const verifier = verifierOf({ ...HELPED, helper: helperOf("process.exit(1);") });
    const looks = [look(verifier, 0), look(verifier, 1, nodeHasher.sha1(pageOf(0))), look(verifier, 2)];
    const part = partOf(BYTES);
    const finished = verifier.finish({ image: IMAGE, bytes: BYTES.length, part });
    expect((await Promise.all(looks)).map(({ right }) => right)).toEqual([true, false, true]);
    expect(Buffer.from((await finished) ?? [])).toEqual(sha256(BYTES));
    expect(await look(verifier, 1)).toEqual({ right: true });
  });
});

describe("PageVerifier with many page buffers", () => {
  test("never mixes them up, however many there are", async () => {
    const verifier = verifierOf(HELPED);
    const pages = Array.from({ length: 200 }, (_, at) => inventedBytes(1_000, at));
    const found = await Promise.all(
      pages.map((bytes, at) => {
        // Every third should have another digest than it has.
        const digest = nodeHasher.sha1(at % 3 === 0 ? Uint8Array.of(at) : bytes);
        return verifier.look({ image: IMAGE, ordinal: at, bytes: inSharedMemory(bytes), digest, isWhole: true });
      }),
    );
    expect(found.map(({ right }) => right)).toEqual(pages.map((_, at) => at % 3 !== 0));
  });
});
