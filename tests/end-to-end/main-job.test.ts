// The main job, as users do it: a folder goes from its publisher to readers through the tracker.

import { readdir, readFile, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { compareFolders, isState } from "../processes/compare-folders.ts";
import { AWKWARD, manyPictures, noise, writePictures } from "../processes/pictures.ts";
import { stopMidway, TestSwarm } from "./swarm.ts";

describe("A folder of pictures", () => {
  it("reaches several readers byte for byte, whatever its names and sizes", async () => {
    const swarm = await TestSwarm.start();
    const pictures = swarm.path("pictures");
    await writePictures(pictures, AWKWARD);
    await writePictures(pictures, [["duplicate a.jpg", 300_000]], 7);
    await writePictures(pictures, [["sub/duplicate b.jpg", 300_000]], 7);
    const { link } = await swarm.publish(pictures);
    const readers = ["one", "two", "three"].map((name) => swarm.start("get", link, "--to", swarm.path(name), "--exit"));
    for (const reader of readers) {
      const { code, stderr } = await reader.exit;
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(reader.latest("complete")).toMatchObject({ images: AWKWARD.length + 2 });
    }
    for (const name of ["one", "two", "three"]) {
      expect(await compareFolders(pictures, swarm.path(name), isState)).toEqual([]);
      expect((await readdir(swarm.path(name))).filter(isState)).toEqual(["pictures.desc"]);
    }
  });

  it("of 10,000 small files arrives whole", async () => {
    const swarm = await TestSwarm.start();
    await writePictures(swarm.path("pictures"), manyPictures(10_000, 300));
    const { link } = await swarm.publish(swarm.path("pictures"));
    const { code } = await swarm.run("get", link, "--to", swarm.path("copy"), "--exit", "--json");
    expect(code).toBe(0);
    expect(await compareFolders(swarm.path("pictures"), swarm.path("copy"), isState)).toEqual([]);
  });

  it("arrives under a mapped name where a name has a newline", async () => {
    const swarm = await TestSwarm.start();
    await writePictures(swarm.path("pictures"), [["two\nlines.jpg", 1_000]]);
    const { link } = await swarm.publish(swarm.path("pictures"));
    expect((await swarm.run("get", link, "--to", swarm.path("copy"), "--exit")).code).toBe(0);
    const copied = await readFile(swarm.path("copy", "two%0Alines.jpg"));
    expect(copied).toEqual(await readFile(swarm.path("pictures", "two\nlines.jpg")));
  });

  it("is served on by readers that are complete, after its publisher has left", async () => {
    const swarm = await TestSwarm.start();
    await writePictures(swarm.path("pictures"), AWKWARD);
    const { link, publisher } = await swarm.publish(swarm.path("pictures"));
    const first = swarm.start("get", link, "--to", swarm.path("first"));
    await first.event("complete");
    expect((await publisher.end()).code).toBe(0);
    const second = await swarm.run("get", link, "--to", swarm.path("second"), "--exit", "--json");
    expect(second.code).toBe(0);
    expect(await compareFolders(swarm.path("pictures"), swarm.path("second"), isState)).toEqual([]);
    expect((await first.end()).code).toBe(0);
    expect(Number(first.latest("ended")?.["pagesSent"])).toBeGreaterThan(0);
  });

  it("goes into a folder with the book's name when nobody says where", async () => {
    const swarm = await TestSwarm.start();
    await writePictures(swarm.path("pictures"), [["a.jpg", 10]]);
    const { link } = await swarm.publish(swarm.path("pictures"), "--name", "Sommer/2026 <1>");
    expect((await swarm.run("get", link, "--exit")).code).toBe(0);
    expect(await readdir(swarm.path("Sommer%2F2026 <1>"))).toContain("a.jpg");
  });

  it("is published again under the same link, byte for byte the same, and nothing of it is read again", async () => {
    const swarm = await TestSwarm.start();
    await writePictures(swarm.path("pictures"), AWKWARD);
    const first = await swarm.publish(swarm.path("pictures"));
    const descriptor = await readFile(swarm.path("pictures", "pictures.desc"));
    await first.publisher.end();
    const again = await swarm.publish(swarm.path("pictures"));
    expect(again.link).toBe(first.link);
    expect(await readFile(swarm.path("pictures", "pictures.desc"))).toEqual(descriptor);
    expect(again.publisher.latest("checking")).toBeUndefined();
  });

  it("that has grown is published under another link, and only what is new is read and fetched", async () => {
    const swarm = await TestSwarm.start();
    await writePictures(swarm.path("pictures"), AWKWARD);
    const first = await swarm.publish(swarm.path("pictures"));
    expect((await swarm.run("get", first.link, "--to", swarm.path("copy"), "--exit")).code).toBe(0);
    expect((await first.publisher.end()).code).toBe(0);
    await writePictures(swarm.path("pictures"), [["new.png", 300_000]]);
    const grown = await swarm.publish(swarm.path("pictures"));
    expect(grown.link).not.toBe(first.link);
    expect(grown.publisher.latest("checking")).toMatchObject({ of: 300_000 });
    const reader = swarm.start("get", grown.link, "--to", swarm.path("copy"), "--exit");
    expect((await reader.exit).code).toBe(0);
    expect(reader.latest("ended")).toMatchObject({ pagesReceived: 2 });
    expect(await compareFolders(swarm.path("pictures"), swarm.path("copy"), isState)).toEqual([]);
  });
});

describe("A download that is interrupted", () => {
  it("goes on after kill -9 and fetches no recorded page twice", async () => {
    const swarm = await TestSwarm.start();
    await writePictures(swarm.path("pictures"), manyPictures(300, 600_000));
    const { link, publisher, pages } = await swarm.publish(swarm.path("pictures"));
    const killed = swarm.start("get", link, "--to", swarm.path("copy"));
    await stopMidway(publisher, killed, 20);
    killed.signal("SIGKILL");
    await killed.exit;
    publisher.signal("SIGCONT");
    const again = swarm.start("get", link, "--to", swarm.path("copy"), "--exit");
    const { pagesHeld } = await again.event("progress");
    expect((await again.exit).code).toBe(0);
    const images = killed.events.filter(({ event }) => event === "image").length;
    expect(Number(pagesHeld)).toBeGreaterThanOrEqual(images * 3);
    expect(Number(pagesHeld)).toBeLessThan(pages);
    expect(Number(again.latest("ended")?.["pagesReceived"])).toBe(pages - Number(pagesHeld));
    expect(await compareFolders(swarm.path("pictures"), swarm.path("copy"), isState)).toEqual([]);
  });

  it("ends in order on the word end, with the code for a book that is not complete, and goes on later", async () => {
    const swarm = await TestSwarm.start();
    await writePictures(swarm.path("pictures"), manyPictures(300, 600_000));
    const { link, publisher, pages } = await swarm.publish(swarm.path("pictures"));
    const stopped = swarm.start("get", link, "--to", swarm.path("copy"));
    await stopMidway(publisher, stopped, 20);
    const { code } = await stopped.end();
    expect(code).toBe(10);
    expect(stopped.events.at(-1)).toMatchObject({ event: "error", code: "stopped" });
    publisher.signal("SIGCONT");
    const again = swarm.start("get", link, "--to", swarm.path("copy"), "--exit");
    expect((await again.exit).code).toBe(0);
    const first = Number(stopped.latest("ended")?.["pagesReceived"]);
    expect(Number(again.latest("ended")?.["pagesReceived"])).toBe(pages - first);
  });

  it("hashes nothing at a clean restart, and again only what was changed since", async () => {
    const swarm = await TestSwarm.start();
    await writePictures(swarm.path("pictures"), manyPictures(5, 300_000));
    const { link } = await swarm.publish(swarm.path("pictures"));
    await swarm.run("get", link, "--to", swarm.path("copy"), "--exit");
    const clean = swarm.start("get", link, "--to", swarm.path("copy"), "--exit");
    await clean.exit;
    expect(clean.latest("checking")).toBeUndefined();
    const changed = swarm.path("copy", "0", "picture-000003.jpg");
    await writeFile(changed, noise(300_000, 99));
    const mended = swarm.start("get", link, "--to", swarm.path("copy"), "--exit");
    expect((await mended.exit).code).toBe(0);
    expect(mended.latest("checking")).toMatchObject({ of: 300_000 });
    expect(mended.latest("ended")).toMatchObject({ pagesReceived: 2 });
    expect(await compareFolders(swarm.path("pictures"), swarm.path("copy"), isState)).toEqual([]);
  });
});

describe("The reader list", () => {
  it("loses a reader that says end, or is killed, at once", async () => {
    const swarm = await TestSwarm.start(60);
    await writePictures(swarm.path("pictures"), [["a.jpg", 10]]);
    const { link } = await swarm.publish(swarm.path("pictures"));
    const leaving = swarm.start("get", link, "--to", swarm.path("one"));
    const killed = swarm.start("get", link, "--to", swarm.path("two"));
    await Promise.all([leaving.event("complete"), killed.event("complete")]);
    await swarm.readersAre(link, 3, 5_000);
    await leaving.end();
    await swarm.readersAre(link, 2, 20_000);
    killed.signal("SIGKILL");
    await swarm.readersAre(link, 1, 20_000);
  });

  it("loses a reader that is stopped within two periods of the heartbeat", async () => {
    const periodSeconds = 3;
    const swarm = await TestSwarm.start(periodSeconds);
    await writePictures(swarm.path("pictures"), [["a.jpg", 10]]);
    const { link } = await swarm.publish(swarm.path("pictures"));
    const stopped = swarm.start("get", link, "--to", swarm.path("one"));
    const other = swarm.start("get", link, "--to", swarm.path("two"));
    await Promise.all([stopped.event("complete"), other.event("complete")]);
    await swarm.readersAre(link, 3, 5_000);
    stopped.signal("SIGSTOP");
    await swarm.readersAre(link, 2, 2 * periodSeconds * 1_000 + 2_500);
    stopped.signal("SIGCONT");
    await swarm.readersAre(link, 3, 20_000);
  });
});
