// Serving what lies on a machine, and many readers in one process.

import { mkdir, readdir, rm } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { EXIT_CODES } from "../../peer-node/cli/exit-codes.ts";
import { compareFolders, isState } from "../processes/compare-folders.ts";
import { AWKWARD, manyPictures, writePictures } from "../processes/pictures.ts";
import { errorOf, TestSwarm } from "./swarm.ts";

describe("bookswarm seed", () => {
  it("serves several books over one port, found by the descriptors in their folders, and asks for nothing", async () => {
    const swarm = await TestSwarm.start();
    const [one, two] = [swarm.path("one"), swarm.path("two")];
    await writePictures(one, AWKWARD);
    await writePictures(two, manyPictures(20, 300_000), 2);
    const published = [await swarm.publish(one), await swarm.publish(two)];
    for (const { publisher } of published) await publisher.end();
    const seed = swarm.start("seed", one, swarm.path("two", "two.desc"));
    await seed.event("joined", ({ folder }) => folder === one);
    for (const [row, folder] of [one, two].entries()) {
      const copy = swarm.path(`copy ${row}`);
      const { code, stderr } = await swarm.run("get", published[row]?.link ?? "", "--to", copy, "--exit", "--json");
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(await compareFolders(folder, copy, isState)).toEqual([]);
    }
    expect((await seed.end()).code).toBe(0);
    expect(seed.events.filter(({ event }) => event === "listening")).toHaveLength(1);
    const pages = published.reduce((sum, book) => sum + book.pages, 0);
    expect(seed.latest("ended")).toMatchObject({ pagesSent: pages, pagesReceived: 0 });
  });

  it("serves a part of a book, and fetches none of the rest", async () => {
    const swarm = await TestSwarm.start();
    await writePictures(swarm.path("pictures"), manyPictures(10, 1_000));
    const { link, publisher } = await swarm.publish(swarm.path("pictures"));
    const copy = swarm.path("copy");
    await swarm.run("get", link, "--to", copy, "--exit");
    await rm(swarm.path("copy", "0", "picture-000004.jpg"));
    const seed = swarm.start("seed", copy);
    await seed.event("joined");
    const reader = await swarm.run("get", link, "--to", swarm.path("other"), "--exit");
    expect(reader.code).toBe(0);
    await seed.end();
    expect(seed.latest("progress")).toMatchObject({ pagesHeld: 9, pages: 10 });
    expect(seed.latest("ended")).toMatchObject({ pagesReceived: 0 });
    expect(await readdir(swarm.path("copy", "0"))).not.toContain("picture-000004.jpg");
    await publisher.end();
  });

  it("says in one sentence what it cannot serve", async () => {
    const swarm = await TestSwarm.start();
    const pictures = swarm.path("pictures");
    await writePictures(pictures, manyPictures(2, 1_000));
    const undescribed = await swarm.run("seed", pictures, "--tracker", swarm.tracker);
    expect(undescribed).toMatchObject({ code: 2, stderr: expect.stringMatching(/^bookswarm: .*no descriptor.*\n$/) });
    await swarm.run("describe", pictures);
    expect(await swarm.run("seed", pictures)).toMatchObject({ code: 2 });
    const unknown = swarm.start("seed", pictures, "--tracker", swarm.tracker);
    expect((await unknown.exit).code).toBe(EXIT_CODES["book-not-found"].code);
    expect(errorOf(unknown)).toMatchObject({ code: "book-not-found" });
    await swarm.run("describe", pictures, "--name", "other");
    expect(await swarm.run("seed", pictures, "--tracker", swarm.tracker)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^bookswarm: .*2 descriptors.*\n$/m),
    });
    const same = [swarm.path("pictures", "pictures.desc"), swarm.path("pictures", "pictures.desc")];
    expect(await swarm.run("seed", ...same, "--tracker", swarm.tracker)).toMatchObject({ code: 2 });
    expect((await swarm.run("seed", swarm.path("nowhere"))).code).toBe(EXIT_CODES.disk.code);
  });
});

describe("bookswarm launch", () => {
  it("runs a node for each folder, the first silent, each with its own port and entry at the tracker", async () => {
    const swarm = await TestSwarm.start();
    const pictures = swarm.path("pictures");
    await writePictures(pictures, AWKWARD);
    const { link, publisher, pages } = await swarm.publish(pictures);
    await publisher.end();
    const copies = ["a", "b", "c"].map((name) => swarm.path(name));
    const launch = swarm.start("launch", link, pictures, ...copies);
    for (const copy of copies) await launch.event("complete", ({ folder }) => folder === copy);
    await swarm.readersAre(link, 4, 5_000);
    expect((await launch.end()).code).toBe(0);
    await swarm.readersAre(link, 0, 5_000);
    for (const copy of copies) expect(await compareFolders(pictures, copy, isState)).toEqual([]);
    const ports = launch.events.filter(({ event }) => event === "listening").map(({ port }) => port);
    expect(new Set(ports).size).toBe(4);
    const joined = launch.events.filter(({ event }) => event === "joined").map(({ readerId }) => readerId);
    expect(new Set(joined).size).toBe(4);
    expect(launch.latest("ended")).toMatchObject({ pagesReceived: 3 * pages });
  });

  it("has a local page for each node when it is asked for, and status finds all of them", async () => {
    const swarm = await TestSwarm.start();
    const pictures = swarm.path("pictures");
    await writePictures(pictures, manyPictures(5, 1_000));
    const { link, publisher } = await swarm.publish(pictures);
    await publisher.end();
    const [one, two] = [swarm.path("one"), swarm.path("two")];
    const launch = swarm.start("launch", link, pictures, one, two, "--web");
    for (const folder of [one, two]) await launch.event("complete", (event) => event["folder"] === folder);
    const pages = launch.events.filter(({ event }) => event === "gallery");
    expect(pages.map(({ folder }) => folder)).toEqual([pictures, one, two]);
    const { stdout } = await swarm.run("status", "--json");
    const states = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(new Set(states.map(({ address }) => address))).toEqual(new Set(pages.map(({ address }) => address)));
    expect(new Set(states.map(({ folder }) => folder))).toEqual(new Set([pictures, one, two]));
    expect((await launch.end()).code).toBe(0);
    expect((await swarm.run("status")).stderr).toContain("No process with a local page is running");
  });

  it("lets the first node ask for nothing, even when it lacks what the others have", async () => {
    const { swarm, pictures } = await leftAlone();
    const descriptor = swarm.path("pictures", "pictures.desc");
    const launch = swarm.start("launch", descriptor, swarm.path("empty"), pictures, swarm.path("copy"));
    await launch.event("complete", ({ folder }) => folder === swarm.path("copy"));
    expect((await launch.end()).code).toBe(0);
    expect((await readdir(swarm.path("empty"))).filter((name) => !name.startsWith("."))).toEqual(["pictures.desc"]);
    expect(await compareFolders(pictures, swarm.path("copy"), isState)).toEqual([]);
  });

  it("ends with the code for a book that is not complete, and says which folders it needs to know", async () => {
    const { swarm, link } = await leftAlone();
    const launch = swarm.start("launch", link, swarm.path("empty"), swarm.path("copy"));
    await launch.event("joined", ({ folder }) => folder === swarm.path("copy"));
    expect((await launch.end()).code).toBe(EXIT_CODES.stopped.code);
    expect(await swarm.run("launch", swarm.path("other"))).toMatchObject({ code: 2 });
    expect(await swarm.run("launch", link)).toMatchObject({ code: 2 });
  });

  it("says at once of which folder the book has timed out, and lets the others go on", async () => {
    const { swarm, link } = await leftAlone();
    const copies = [swarm.path("one"), swarm.path("two")];
    const launch = swarm.start("launch", link, swarm.path("empty"), ...copies, "--timeout", "1");
    for (const copy of copies) await launch.event("error", ({ folder }) => folder === copy);
    expect((await launch.end()).code).toBe(EXIT_CODES["timed-out"].code);
    const errors = launch.events.filter(({ event }) => event === "error");
    expect(errors.map(({ code }) => code)).toEqual(["timed-out", "timed-out"]);
  });
});

/** A book whose publisher has left, and a folder with nothing in it. */
async function leftAlone() {
  const swarm = await TestSwarm.start();
  const pictures = swarm.path("pictures");
  await writePictures(pictures, manyPictures(5, 1_000));
  const { publisher, link } = await swarm.publish(pictures);
  await publisher.end();
  await mkdir(swarm.path("empty"));
  return { swarm, pictures, link };
}
