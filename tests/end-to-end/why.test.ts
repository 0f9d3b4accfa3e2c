// What a command says of why it goes no faster, while it runs and at its end.

import { describe, expect, it } from "vitest";
import type { CommandEvents } from "../../peer-node/cli/events.ts";
import type { Why } from "../../peer-node/node/why.ts";
import type { Bookswarm } from "../processes/bookswarm.ts";
import { manyPictures, writePictures } from "../processes/pictures.ts";
import { TestSwarm } from "./swarm.ts";

/** The sentence that comes with a cause, once the command names it. */
async function messageOf(command: Bookswarm, code: Why["code"]): Promise<string> {
  const { why } = await command.event("progress", ({ why }) => (why as Why).code === code);
  return (why as Why).message;
}

describe("A download", () => {
  it("names the page that nobody has when its publisher leaves, and tells at its end what filled the time", async () => {
    const swarm = await TestSwarm.start();
    await writePictures(swarm.path("pictures"), manyPictures(8, 600_000));
    const { publisher, link } = await swarm.publish(swarm.path("pictures"), "--max-upload", "500kB");
    const [one, two] = ["one", "two"].map((name) => swarm.start("get", link, "--to", swarm.path(name)));
    if (one === undefined || two === undefined) throw new Error("There are two");
    await Promise.all([one, two].map((each) => each.event("progress", ({ pagesHeld }) => Number(pagesHeld) > 0)));
    await publisher.end();
    expect(await messageOf(one, "scarce")).toMatch(
      /^No reader within reach holds page \d of 0\/picture-\d{6}\.jpg, since \d\d:\d\d\.$/,
    );

    swarm.start("seed", swarm.path("pictures"));
    const complete = (await one.event("complete")) as unknown as CommandEvents["complete"];
    expect(complete).toMatchObject({ images: 8, bytes: 4_800_000, bytesFetched: 4_800_000 });
    const { atBest, shares, readers, bytesPerSecond, seconds } = complete;
    expect(readers).toBeGreaterThanOrEqual(1);
    // The mean is taken over the time in which it fetched; before that, the book was looked up.
    expect(bytesPerSecond).toBeGreaterThanOrEqual(Math.floor(4_800_000 / seconds));
    expect(shares.scarce).toBeGreaterThan(0);
    expect(atBest).toBeCloseTo((shares.readers ?? 0) + (shares.limit ?? 0), 1);
    expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 1);
    expect((await one.end()).code).toBe(0);
  });

  it("names its limit, which is the best that it can do", async () => {
    const swarm = await TestSwarm.start();
    await writePictures(swarm.path("pictures"), manyPictures(60, 50_000));
    const { link } = await swarm.publish(swarm.path("pictures"));
    const reader = swarm.start("get", link, "--to", swarm.path("copy"), "--exit", "--max-download", "400kB");
    expect(await messageOf(reader, "limit")).toBe("The download limit that is set here is reached.");
    const complete = (await reader.event("complete")) as unknown as CommandEvents["complete"];
    expect(complete.shares.limit).toBeGreaterThan(0.5);
    expect(complete.atBest).toBeGreaterThanOrEqual(complete.shares.limit ?? 1);
    expect((await reader.exit).code).toBe(0);
  });

  it("that waits for others in vain says for whom when its time is out", async () => {
    const swarm = await TestSwarm.start();
    await writePictures(swarm.path("pictures"), manyPictures(2, 1_000));
    const { publisher, link } = await swarm.publish(swarm.path("pictures"));
    await publisher.end();
    const { stderr } = await swarm.run("get", link, "--to", swarm.path("copy"), "--timeout", "2");
    expect(stderr).toMatch(
      /^bookswarm: No page of pictures came for 2 s, 2 are missing; .* No other reader is there yet\.$/m,
    );
  });
});
