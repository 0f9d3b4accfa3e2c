// One process, many books over one port: added and left at its local page, and opened again at its next start.

import { describe, expect, it } from "vitest";
import { LocalClient } from "../../peer-node/web/api/client.ts";
import type { Bookswarm } from "../processes/bookswarm.ts";
import { compareFolders, isState } from "../processes/compare-folders.ts";
import { manyPictures, writePictures } from "../processes/pictures.ts";
import { TestSwarm } from "./swarm.ts";

async function clientOf(command: Bookswarm): Promise<LocalClient> {
  const { address } = await command.event("gallery");
  const { origin, hash } = new URL(String(address));
  return new LocalClient({ origin, token: hash.slice(1) });
}

/** What the process has open, by name. */
async function open(client: LocalClient) {
  return new Map((await client.state()).books.map((book) => [book.name, book]));
}

describe("A process with its local page", () => {
  it("fetches and serves several books over one port, and opens those that were added again", async () => {
    const swarm = await TestSwarm.start();
    for (const [seed, name] of ["sea", "hills", "town"].entries())
      await writePictures(swarm.path(name), manyPictures(12, 30_000), seed + 1);
    const sea = await swarm.publish(swarm.path("sea"));
    const hills = await swarm.publish(swarm.path("hills"));
    const town = await swarm.publish(swarm.path("town"));
    await town.publisher.end();

    const command = ["get", sea.link, "--to", swarm.path("copy-of-sea"), "--tracker", swarm.tracker, "--web"];
    const first = swarm.start(...command);
    await first.event("complete");
    const client = await clientOf(first);
    await client.add({ purpose: "fetch", source: hills.link, folder: swarm.path("copy-of-hills") });
    await client.add({ purpose: "serve", folder: swarm.path("town") });
    await expect.poll(async () => (await open(client)).get("hills")?.imagesWhole, { timeout: 60_000 }).toBe(12);
    expect(await compareFolders(swarm.path("hills"), swarm.path("copy-of-hills"), isState)).toEqual([]);
    // The command speaks of what was added, too, and says which one it means.
    const added = [swarm.path("copy-of-hills"), swarm.path("town")];
    for (const which of added) await first.event("progress", ({ folder }) => folder === which);
    const folders = first.events.filter(({ event }) => event === "progress").map(({ folder }) => folder);
    expect(new Set(folders)).toEqual(new Set([undefined, ...added]));
    // The port is one, and whoever dials it names the book.
    const other = swarm.start("get", town.link, "--to", swarm.path("copy-of-town"), "--exit");
    await other.event("complete");
    await expect(client.add({ purpose: "fetch", source: hills.link })).rejects.toMatchObject({ code: "already-open" });
    await first.end();
    // What it moved at its end is of all three: two that were fetched, and one that it served.
    expect(first.latest("ended")).toMatchObject({ pagesReceived: 24, pagesSent: 12 });

    const second = swarm.start(...command);
    const again = await clientOf(second);
    await expect
      .poll(async () => [...(await open(again)).keys()], { timeout: 60_000 })
      .toEqual(["sea", "hills", "town"]);
    const { hills: back, town: served } = Object.fromEntries(await open(again));
    expect(back).toMatchObject({ purpose: "fetch", imagesWhole: 12, bytesReceived: 0 });
    expect(served).toMatchObject({ purpose: "serve", imagesWhole: 12 });
    if (back !== undefined) await again.remove(back.bookId);
    expect([...(await open(again)).keys()]).toEqual(["sea", "town"]);
    await second.end();

    const third = await clientOf(swarm.start(...command));
    await expect.poll(async () => [...(await open(third)).keys()], { timeout: 60_000 }).toEqual(["sea", "town"]);
  });
});
