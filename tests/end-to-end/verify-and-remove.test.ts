// Looking after a copy, and taking a book back.

import { chmod, open, readFile, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { EXIT_CODES } from "../../peer-node/cli/exit-codes.ts";
import type { Bookswarm } from "../processes/bookswarm.ts";
import { compareFolders, isState } from "../processes/compare-folders.ts";
import { manyPictures, writePictures } from "../processes/pictures.ts";
import { TestSwarm } from "./swarm.ts";

/** Changes one byte of a file, and nothing that a look from outside would show. */
async function rot(file: string, offset: number): Promise<void> {
  const { atime, mtime } = await stat(file);
  const handle = await open(file, "r+");
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, offset);
  await handle.write(Buffer.from([(buffer[0] ?? 0) ^ 0x10]), 0, 1, offset);
  await handle.close();
  await utimes(file, atime, mtime);
}

/** A swarm with a book of five images of three pages each, and a complete copy of it that nobody uses. */
async function copied() {
  const swarm = await TestSwarm.start();
  const [pictures, copy] = [swarm.path("pictures"), swarm.path("copy")];
  await writePictures(pictures, manyPictures(5, 600_000));
  const published = await swarm.publish(pictures);
  await swarm.run("get", published.link, "--to", copy, "--exit");
  const image = (number: number) => swarm.path("copy", "0", `picture-00000${number}.jpg`);
  return { swarm, pictures, copy, image, ...published };
}

function named(command: Bookswarm, event: string): unknown[] {
  return command.events.filter((each) => each.event === event).map(({ path }) => path);
}

describe("bookswarm verify", () => {
  it("finds nothing wrong with a folder that is as it was, with the tracker away", async () => {
    const { swarm, copy, pictures, publisher } = await copied();
    await publisher.end();
    await swarm.stopTracker();
    for (const folder of [copy, pictures]) {
      const verify = swarm.start("verify", folder);
      expect((await verify.exit).code).toBe(0);
      expect(verify.latest("verified")).toMatchObject({ sound: 5, damaged: 0, missing: 0, bytes: 3_000_000 });
      expect(verify.latest("checking")).toBeDefined();
    }
  });

  it("names exactly the images in which a byte changed, again and again, and the next get fetches exactly their bad pages", async () => {
    const { swarm, copy, pictures, image, link } = await copied();
    await rot(image(1), 300_000);
    await rot(image(3), 0);
    await truncate(image(4), 256_000);
    const paths = [1, 3, 4].map((number) => `0/picture-00000${number}.jpg`);
    for (const _ of [1, 2]) {
      const verify = swarm.start("verify", copy);
      expect((await verify.exit).code).toBe(EXIT_CODES.refused.code);
      expect(named(verify, "damaged")).toEqual(paths);
      expect(verify.latest("verified")).toMatchObject({ sound: 2, damaged: 3, missing: 0 });
    }
    const mended = swarm.start("get", link, "--to", copy, "--exit");
    expect((await mended.exit).code).toBe(0);
    expect(mended.latest("ended")).toMatchObject({ pagesReceived: 1 + 1 + 2 });
    expect(await compareFolders(pictures, copy, isState)).toEqual([]);
    expect((await swarm.run("verify", copy)).code).toBe(0);
  });

  it("tells what is missing from what is damaged, and says it in words", async () => {
    const { swarm, copy, image, link } = await copied();
    await rm(image(2));
    const missing = await swarm.run("verify", copy);
    expect(missing.code).toBe(EXIT_CODES.incomplete.code);
    expect(missing.stdout).toBe(
      "pictures: 5 images, 3.0 MB\nMissing: 0/picture-000002.jpg\npictures: 4 of 5 images are there and right (2.4 MB), 0 damaged, 1 missing\n",
    );
    expect(missing.stderr).toMatch(/^bookswarm: .+\n$/);
    const again = swarm.start("get", link, "--to", copy, "--exit");
    expect((await again.exit).code).toBe(0);
    expect(again.latest("ended")).toMatchObject({ pagesReceived: 3 });
  });

  it("finds damage in a copy that bookswarm never wrote, and changes no image", async () => {
    const { swarm, copy, image } = await copied();
    await rm(swarm.path("copy", ".bookswarm"), { recursive: true });
    await rot(image(0), 599_999);
    await writeFile(image(1), "short");
    const before = await readFile(image(0));
    const verify = swarm.start("verify", copy);
    expect((await verify.exit).code).toBe(EXIT_CODES.refused.code);
    expect(named(verify, "damaged").sort()).toEqual(["0/picture-000000.jpg", "0/picture-000001.jpg"]);
    expect(await readFile(image(0))).toEqual(before);
  });

  it("is refused while another process uses the folder", async () => {
    const { swarm, pictures } = await copied();
    expect((await swarm.run("verify", pictures)).code).toBe(EXIT_CODES.disk.code);
  });
});

describe("bookswarm remove", () => {
  it("takes a book out of the catalog for its publisher, who was told the secret", async () => {
    const { swarm, link, publisher } = await copied();
    const removed = await swarm.run("remove", link);
    expect(removed).toMatchObject({ code: 0, stderr: "" });
    expect(removed.stdout).toContain("Removed pictures from the catalog");
    expect((await swarm.run("books", "--tracker", swarm.tracker)).stdout).toBe("");
    expect((await swarm.run("get", link, "--to", swarm.path("late"))).code).toBe(EXIT_CODES["book-not-found"].code);
    expect((await swarm.run("remove", link)).code).toBe(EXIT_CODES["book-not-found"].code);
    await publisher.end();
  });

  it("is refused to whoever has neither the secret nor the admin token", async () => {
    const { swarm, link } = await copied();
    await rm(swarm.path("state", "removal-secrets"), { recursive: true });
    expect(await swarm.run("remove", link)).toMatchObject({ code: EXIT_CODES["not-authorised"].code, stdout: "" });
    await writeFile(swarm.path("token"), "not-the-admin-token\n");
    await chmod(swarm.path("token"), 0o600);
    const withToken = ["--token-file", swarm.path("token"), "--tracker", swarm.tracker];
    expect((await swarm.run("remove", link, ...withToken)).code).toBe(EXIT_CODES["not-authorised"].code);
    expect((await swarm.run("remove", "http://example.com/cats")).code).toBe(EXIT_CODES["wrong-use"].code);
    expect(await swarm.book(link)).toMatchObject({ readers: 1 });
  });
});
