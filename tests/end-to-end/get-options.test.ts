// What a reader may ask of `get`: some images of a book, an end to waiting, one page at a time; and what it is spared.

import { readdir, readFile, statfs, writeFile } from "node:fs/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { EXIT_CODES } from "../../peer-node/cli/exit-codes.ts";
import { sha256Hex } from "../../peer-node/library/descriptor-file.ts";
import { SliceDigests } from "../../peer-node/library/slice-digests.ts";
import { formatBookLine, formatImageLine, formatTrackersLine } from "../../shared/descriptor.ts";
import { parseBookId, parseReaderId } from "../../shared/ids.ts";
import { PAGE_BYTES } from "../../shared/limits.ts";
import { BadReader } from "../faults/bad-reader.ts";
import { compareFolders, isState } from "../processes/compare-folders.ts";
import { manyPictures, noise, writePictures } from "../processes/pictures.ts";
import { errorOf, swarmsForTests } from "./swarm.ts";

const makeSwarm = swarmsForTests();

let books = 0;

describe("get --only", () => {
  const SIZES = [
    ["2025/a.jpg", 600_000],
    ["2026/b.jpg", 300_000],
    ["2026/sub/c.png", 10],
    ["2026/sub/empty.png", 0],
    ["d.png", 256_000],
    ["e.jpg", 5],
  ] as const;

  it("fetches the images whose paths match, no page of the others, and speaks of what was chosen", async () => {
    const swarm = await makeSwarm();
    await writePictures(swarm.path("pictures"), SIZES, ++books);
    const { link } = await swarm.publish(swarm.path("pictures"));
    const copy = swarm.path("copy");
    const some = swarm.start("get", link, "--to", copy, "--exit", "--only", "2026/**", "--only", "*.png");
    expect((await some.exit).code).toBe(0);
    expect(some.latest("complete")).toMatchObject({ images: 4, bytes: 556_010 });
    expect(some.latest("progress")).toMatchObject({ pagesHeld: 4, pages: 4, bytesHeld: 556_010, bytes: 556_010 });
    expect(some.latest("ended")).toMatchObject({ pagesReceived: 4 });
    const chosen = (path: string) => !isState(path) && !path.endsWith(".jpg");
    const files = (await readdir(copy, { recursive: true })).filter(chosen).sort();
    expect(files).toEqual([".bookswarm", "2026", "2026/sub", "2026/sub/c.png", "2026/sub/empty.png", "d.png"]);
    expect(await readFile(swarm.path("copy", "2026", "b.jpg"))).toHaveLength(300_000);
  });

  it("is what verify judges, when it is given the same globs", async () => {
    const swarm = await makeSwarm();
    await writePictures(swarm.path("pictures"), SIZES, ++books);
    const { link } = await swarm.publish(swarm.path("pictures"));
    const copy = swarm.path("copy");
    const globs = ["--only", "2026/**", "--only", "*.png"];
    await swarm.run("get", link, "--to", copy, "--exit", ...globs);
    const chosen = swarm.start("verify", copy, ...globs);
    expect((await chosen.exit).code).toBe(0);
    expect(chosen.latest("verified")).toMatchObject({ images: 4, sound: 4, missing: 0, bytes: 556_010 });
    const all = await swarm.run("verify", copy);
    expect(all).toMatchObject({ code: EXIT_CODES.incomplete.code, stderr: expect.stringContaining("--only") });
    expect((await swarm.run("verify", copy, "--only", "2027/**")).code).toBe(EXIT_CODES["wrong-use"].code);
  });

  it("leaves what it did not choose to a later get, which fetches the rest", async () => {
    const swarm = await makeSwarm();
    await writePictures(swarm.path("pictures"), SIZES, ++books);
    const { link, pages } = await swarm.publish(swarm.path("pictures"));
    await swarm.run("get", link, "--to", swarm.path("copy"), "--exit", "--only", "**/*.jpg");
    const rest = swarm.start("get", link, "--to", swarm.path("copy"), "--exit");
    expect((await rest.exit).code).toBe(0);
    expect(rest.latest("ended")).toMatchObject({ pagesReceived: pages - 6 });
    expect(await compareFolders(swarm.path("pictures"), swarm.path("copy"), isState)).toEqual([]);
  });

  it("is wrong use when it matches nothing, which one sentence says", async () => {
    const swarm = await makeSwarm();
    await writePictures(swarm.path("pictures"), SIZES, ++books);
    const { link } = await swarm.publish(swarm.path("pictures"));
    const failed = await swarm.run("get", link, "--to", swarm.path("copy"), "--only", "*.png", "--only", "2027/**");
    expect(failed.code).toBe(EXIT_CODES["wrong-use"].code);
    expect(failed.stderr.match(/^bookswarm: No image of pictures matches 2027\/\*\*.*$/gm)).toHaveLength(1);
    expect(await readdir(swarm.folder)).not.toContain("copy");
  });
});

describe("get --timeout", () => {
  it("ends with its own code when no new page comes for so long, and the next get goes on", async () => {
    const swarm = await makeSwarm();
    await writePictures(swarm.path("pictures"), manyPictures(5, 1_000), ++books);
    const { link, publisher } = await swarm.publish(swarm.path("pictures"));
    await publisher.end();
    const waiting = swarm.start("get", link, "--to", swarm.path("copy"), "--timeout", "1.5");
    expect((await waiting.exit).code).toBe(EXIT_CODES["timed-out"].code);
    expect(errorOf(waiting)).toMatchObject({ code: "timed-out", message: expect.stringContaining("1.5 s") });
    swarm.start("seed", swarm.path("pictures"));
    const again = swarm.start("get", link, "--to", swarm.path("copy"), "--exit", "--timeout", "30");
    expect((await again.exit).code).toBe(0);
  });

  it("does not count while a complete book is served", async () => {
    const swarm = await makeSwarm();
    for (const name of ["served", "lost"]) await writePictures(swarm.path(name), manyPictures(5, 1_000), ++books);
    const { link } = await swarm.publish(swarm.path("served"));
    const lost = await swarm.publish(swarm.path("lost"));
    await lost.publisher.end();
    const serving = swarm.start("get", link, "--to", swarm.path("copy"), "--timeout", "5");
    await serving.event("complete");
    // Begun only now, and of a book that nobody has: when its time is out, so would be the other's.
    const waiting = await swarm.run("get", lost.link, "--to", swarm.path("nothing"), "--timeout", "5");
    expect(waiting.code).toBe(EXIT_CODES["timed-out"].code);
    const later = await swarm.run("get", link, "--to", swarm.path("other"), "--exit");
    expect(later.code).toBe(0);
    expect((await serving.end()).code).toBe(0);
  });
});

describe("get --pipeline", () => {
  it("fetches a book page by page", async () => {
    const swarm = await makeSwarm();
    // A page for each picture, which one message carries.
    const pictures = [...manyPictures(20, 50_000)];
    await writePictures(swarm.path("pictures"), pictures, ++books);
    const { link, bookId, pages, publisher } = await swarm.publish(swarm.path("pictures"));
    await publisher.end();
    const reader = swarm.start("get", link, "--to", swarm.path("copy"), "--exit", "--pipeline", "1");
    const [{ port }, { readerId }] = await Promise.all([reader.event("listening"), reader.event("joined")]);
    const victim = { bookId: parseBookId(bookId), id: parseReaderId(String(readerId)), port: Number(port), pages };
    const source = await BadReader.dial(victim, { address: "127.0.0.1" });
    onTestFinished(() => source.leave());
    await source.greet("all");
    for (let sent = 0; sent < pages; sent++) {
      const { pages: asked } = await source.next("ask");
      // Whatever it asked besides has come before its answer to a ping.
      expect(await source.stays()).toBe("stays");
      expect([...asked, ...source.heard.filter(({ flag }) => flag === "ask")]).toHaveLength(1);
      for (const page of asked) {
        const [path = ""] = pictures[page] ?? [];
        source.say({ flag: "piece", page, offset: 0, bytes: await readFile(swarm.path("pictures", path)) });
      }
    }
    expect((await reader.exit).code).toBe(0);
    expect(await compareFolders(swarm.path("pictures"), swarm.path("copy"), isState)).toEqual([]);
  });
});

describe("A download", () => {
  it("that is larger than the disk is refused in one sentence, before the first page", async () => {
    const swarm = await makeSwarm();
    const { bavail, bsize } = await statfs(swarm.folder);
    await writeFile(swarm.path("huge.desc"), descriptorOf(bavail * bsize + 10 ** 9));
    const failed = swarm.start("get", "huge.desc", "--to", "copy", "--exit", "--tracker", swarm.tracker);
    const { code } = await failed.exit;
    expect(code).toBe(EXIT_CODES.disk.code);
    expect(errorOf(failed)["message"]).toMatch(/^Cannot fetch huge into .*: [\d.]+ [GT]B are missing and the disk has/);
    expect((await readdir(swarm.path("copy"))).filter((name) => !name.startsWith("."))).toEqual(["huge.desc"]);
    // What is chosen counts, and not the whole book.
    const some = ["--only", "small.jpg", "--timeout", "1"];
    const small = await swarm.run("get", "huge.desc", "--to", "copy", "--tracker", swarm.tracker, ...some);
    expect(small.code).not.toBe(EXIT_CODES.disk.code);
  });

  it("begins with what is there already, counted by hashes, and what room there is", async () => {
    const swarm = await makeSwarm();
    const [pictures, copy] = [swarm.path("pictures"), swarm.path("copy")];
    await writePictures(pictures, manyPictures(5, 300_000), ++books);
    const { link } = await swarm.publish(pictures);
    await writePictures(copy, manyPictures(3, 300_000), books);
    const first = swarm.start("get", link, "--to", copy, "--exit");
    const counts = { pagesHeld: 6, pages: 10, bytesHeld: 900_000, bytes: 1_500_000 };
    expect(await first.event("found")).toMatchObject({ ...counts, freeBytes: expect.any(Number) });
    expect((await first.exit).code).toBe(0);
    const order = first.events.map(({ event }) => event);
    expect(order.indexOf("found")).toBeLessThan(order.indexOf("image"));
    expect(first.latest("ended")).toMatchObject({ pagesReceived: 4 });
    const again = await swarm.run("get", link, "--to", copy, "--exit", "--quiet");
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(again.stdout).toMatch(/^pictures: 5 images, .*\nComplete: 5 images, .*\n$/);
    const whole = swarm.start("get", link, "--to", copy, "--exit");
    expect(await whole.event("found")).not.toHaveProperty("freeBytes");
    await whole.exit;
  });

  it("of a book's next edition into the same folder keeps what is equal, fetches the rest and deletes nothing", async () => {
    const swarm = await makeSwarm();
    const [pictures, copy] = [swarm.path("pictures"), swarm.path("copy")];
    await writePictures(pictures, manyPictures(5, 300_000));
    const first = await swarm.publish(pictures);
    await swarm.run("get", first.link, "--to", copy, "--exit");
    await first.publisher.end();
    await writePictures(pictures, [["0/new.jpg", 600_000]], 5);
    const moved = swarm.path("next");
    await writePictures(moved, manyPictures(4, 300_000));
    await writePictures(moved, [["0/new.jpg", 600_000]], 5);
    const second = await swarm.publish(moved, "--name", "pictures");
    expect(second.link).not.toBe(first.link);
    const get = swarm.start("get", second.link, "--to", copy, "--exit");
    expect((await get.exit).code).toBe(0);
    expect(get.latest("ended")).toMatchObject({ pagesReceived: 3 });
    expect(await compareFolders(moved, copy, (path) => isState(path) || path.endsWith("4.jpg"))).toEqual([]);
    expect(await readFile(swarm.path("copy", "0", "picture-000004.jpg"))).toHaveLength(300_000);
  });
});

/** The descriptor of a book of so many bytes, in images of 25.6 GB that nobody has and one small one. */
function descriptorOf(bytes: number): string {
  const digest = Buffer.from(noise(20, 1)).toString("hex");
  const imageBytes = PAGE_BYTES * 100_000;
  const sizes = Array.from({ length: Math.ceil(bytes / imageBytes) }, () => imageBytes);
  const images = [
    ...sizes.map((size, row) => [`${String(row).padStart(6, "0")}.jpg`, size] as const),
    ["small.jpg", 1] as const,
  ];
  const pagesOf = (size: number) => Math.ceil(size / PAGE_BYTES);
  const body = images
    .map(
      ([path, size]) =>
        `${formatImageLine({ path, bytes: size, sha256: "0".repeat(64), pages: digest.repeat(pagesOf(size)) })}\n`,
    )
    .join("");
  const slices = new SliceDigests(sha256Hex);
  slices.feed(Buffer.from(body));
  const index = slices.end();
  const total = images.reduce((sum, [, size]) => sum + size, 0);
  const pages = images.reduce((sum, [, size]) => sum + pagesOf(size), 0);
  const head = formatBookLine({ name: "huge", images: images.length, pages, bytes: total, index });
  return `${head}\n${formatTrackersLine([])}\n${body}`;
}
