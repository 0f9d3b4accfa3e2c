// A publisher goes on with its pictures while others read them: what changed is not served, all else is, and nobody is
// blamed for it.

import { readFile, rename, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { CommandEvent } from "../processes/bookswarm.ts";
import { compareFolders, isState } from "../processes/compare-folders.ts";
import { manyPictures, noise, writePictures } from "../processes/pictures.ts";
import { TestSwarm } from "./swarm.ts";

describe("While a book is served", () => {
  it("pictures may be edited, cut short, deleted and put back: the others arrive, and nobody is banned", async () => {
    const swarm = await TestSwarm.start();
    const pictures = swarm.path("pictures");
    const picture = (number: number) => swarm.path("pictures", "0", `picture-00000${number}.jpg`);
    await writePictures(pictures, manyPictures(9, 600_000));
    const { link, publisher, pages } = await swarm.publish(pictures);
    const edited = await readFile(picture(1));
    await writeFile(picture(1), noise(600_000, 77));
    await truncate(picture(2), 100_000);
    await rename(picture(3), swarm.path("away"));
    const readers = ["one", "two"].map((name) => swarm.start("get", link, "--to", swarm.path(name)));
    for (const reader of readers) await reader.event("progress", ({ pagesHeld }) => pagesHeld === pages - 9);
    await writeFile(picture(1), edited);
    await rename(swarm.path("away"), picture(3));
    await writePictures(swarm.path("original"), manyPictures(9, 600_000));
    await writeFile(picture(2), await readFile(swarm.path("original", "0", "picture-000002.jpg")));
    for (const reader of readers) await reader.event("complete");
    for (const command of [publisher, ...readers]) {
      expect((await command.end()).code).toBe(0);
      expect(command.latest("banned")).toBeUndefined();
    }
    for (const name of ["one", "two"]) {
      expect(await compareFolders(swarm.path("original"), swarm.path(name), isState)).toEqual([]);
    }
  });

  it("a reader's own picture that is lost is fetched again while it serves on", async () => {
    const swarm = await TestSwarm.start();
    await writePictures(swarm.path("pictures"), manyPictures(6, 300_000));
    const { link, publisher } = await swarm.publish(swarm.path("pictures"));
    const first = swarm.start("get", link, "--to", swarm.path("first"));
    await first.event("complete");
    const eventsBefore = first.events.length;
    await rm(swarm.path("first", "0", "picture-000002.jpg"));
    await utimes(swarm.path("first", "0", "picture-000003.jpg"), 1, 1);
    publisher.signal("SIGSTOP");
    const second = swarm.start("get", link, "--to", swarm.path("second"), "--exit");
    await second.event("progress", ({ pagesHeld }) => Number(pagesHeld) >= 10);
    publisher.signal("SIGCONT");
    expect((await second.exit).code).toBe(0);
    const isNew = (image: CommandEvent) => first.events.indexOf(image) >= eventsBefore;
    await first.event("image", (image) => image["path"] === "0/picture-000002.jpg" && isNew(image));
    expect((await first.end()).code).toBe(0);
    expect(first.latest("banned")).toBeUndefined();
    for (const name of ["first", "second"]) {
      expect(await compareFolders(swarm.path("pictures"), swarm.path(name), isState)).toEqual([]);
    }
  });
});
