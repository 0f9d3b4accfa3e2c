// Everything may stop and start again, in any order: what was there is there again.

import { describe, expect, it } from "vitest";
import { compareFolders, isState } from "../processes/compare-folders.ts";
import { manyPictures, writePictures } from "../processes/pictures.ts";
import { stopMidway, TestSwarm } from "./swarm.ts";

describe("With the tracker away", () => {
  it("a download goes on from the descriptor that it kept and the readers that it remembers, and ends", async () => {
    const swarm = await TestSwarm.start();
    const [pictures, copy] = [swarm.path("pictures"), swarm.path("copy")];
    await writePictures(pictures, manyPictures(200, 600_000));
    const { link, publisher } = await swarm.publish(pictures);
    const first = swarm.start("get", link, "--to", copy);
    await stopMidway(publisher, first, 10);
    await first.end();
    publisher.signal("SIGCONT");
    await swarm.stopTracker();
    const again = swarm.start("get", link, "--to", copy, "--exit");
    await again.event("tracker", ({ state }) => state === "lost");
    expect(Number((await again.event("progress"))["pagesHeld"])).toBeGreaterThan(0);
    expect((await again.exit).code).toBe(0);
    expect(await compareFolders(pictures, copy, isState)).toEqual([]);
  });

  it("a download that runs goes on from the readers that it knows", async () => {
    const swarm = await TestSwarm.start();
    const [pictures, copy] = [swarm.path("pictures"), swarm.path("copy")];
    await writePictures(pictures, manyPictures(200, 600_000));
    const { link, publisher } = await swarm.publish(pictures);
    const reader = swarm.start("get", link, "--to", copy, "--exit");
    await stopMidway(publisher, reader, 5);
    await swarm.stopTracker();
    await reader.event("tracker", ({ state }) => state === "lost");
    publisher.signal("SIGCONT");
    expect((await reader.exit).code).toBe(0);
    expect(await compareFolders(pictures, copy, isState)).toEqual([]);
  });
});

describe("A restart of everything", () => {
  it("finds books, reader lists, removal secrets and downloads again, whichever comes first", async () => {
    const swarm = await TestSwarm.start();
    const [pictures, whole, half] = [swarm.path("pictures"), swarm.path("whole"), swarm.path("half")];
    await writePictures(pictures, manyPictures(200, 600_000));
    const { link, publisher, pages } = await swarm.publish(pictures);
    expect((await swarm.run("get", link, "--to", whole, "--exit")).code).toBe(0);
    const stopped = swarm.start("get", link, "--to", half);
    await stopMidway(publisher, stopped, 10);
    stopped.signal("SIGKILL");
    await stopped.exit;
    const held = stopped.events.filter(({ event }) => event === "image").length * 3;
    publisher.signal("SIGCONT");
    await swarm.stopTracker();
    await publisher.end();

    const seed = swarm.start("seed", pictures);
    const reader = swarm.start("get", link, "--to", half);
    await Promise.all([seed, reader].map((each) => each.event("tracker", ({ state }) => state === "lost")));
    await swarm.restartTracker();
    const late = swarm.start("get", link, "--to", whole);
    await Promise.all([reader.event("complete"), late.event("complete")]);
    await swarm.readersAre(link, 3, 60_000);
    expect((await swarm.run("books", "--tracker", swarm.tracker)).stdout).toContain(link);
    for (const command of [late, reader, seed]) expect((await command.end()).code).toBe(0);
    expect(late.latest("ended")).toMatchObject({ pagesReceived: 0 });
    expect(Number(reader.latest("ended")?.["pagesReceived"])).toBeLessThanOrEqual(pages - held);
    expect(await compareFolders(pictures, half, isState)).toEqual([]);
    expect((await swarm.run("remove", link)).code).toBe(0);
  });

  it("publishes a book again that this user published there, even before the tracker is back", async () => {
    const swarm = await TestSwarm.start();
    const pictures = swarm.path("pictures");
    await writePictures(pictures, manyPictures(5, 1_000));
    const { link, publisher } = await swarm.publish(pictures);
    await publisher.end();
    await swarm.stopTracker();
    const again = swarm.start("publish", pictures, "--tracker", swarm.tracker);
    await again.event("tracker", ({ state }) => state === "lost");
    expect(await again.event("published")).toMatchObject({ link });
    await swarm.restartTracker();
    await again.event("joined");
    expect((await swarm.run("get", link, "--to", swarm.path("copy"), "--exit")).code).toBe(0);
    expect((await again.end()).code).toBe(0);
  });
});
