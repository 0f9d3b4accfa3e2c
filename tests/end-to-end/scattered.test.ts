// The original project's own example, with its own number of pages at each reader, started as the original started it.

import { describe, expect, it } from "vitest";
import { compareFolders, isState } from "../processes/compare-folders.ts";
import { HOLDINGS, PAGES } from "../scattered/holdings.ts";
import { prepareScattered } from "../scattered/prepare.ts";
import { TestSwarm } from "./swarm.ts";

describe("Ten readers of which none is complete", () => {
  it("all become complete but the silent one, from one another alone", async () => {
    const swarm = await TestSwarm.start();
    const { pictures, descriptor, folders } = await prepareScattered(swarm.folder);
    const { publisher, link } = await swarm.publish(descriptor);
    expect(publisher.latest("progress")).toMatchObject({ pagesHeld: 0, pages: PAGES });
    await publisher.end();
    const launch = swarm.start("launch", "--tracker", swarm.tracker, descriptor, ...folders);
    const [silent, ...others] = folders;
    for (const folder of others) await launch.event("complete", (event) => event["folder"] === folder);
    expect(await swarm.book(link)).toMatchObject({ readers: 10 });
    expect((await launch.end()).code).toBe(0);
    for (const folder of others) expect(await compareFolders(pictures, folder, isState)).toEqual([]);
    const held = launch.events.filter((event) => event.event === "progress" && event["folder"] === silent);
    expect(held.map((event) => event["pagesHeld"]).at(-1)).toBe(HOLDINGS[0]?.length);
  });
});
