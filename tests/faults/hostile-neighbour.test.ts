// A neighbour that lies about who else reads: without a tracker a reader asks its neighbours, and whoever is asked may name
// anybody. What it names is a hint, knocked at once within a budget, and vouched for by nobody.

import { describe, expect, test } from "vitest";
import { loadDescriptor } from "../../peer-node/library/descriptor-file.ts";
import { parseReaderId } from "../../shared/ids.ts";
import { MET_READERS_MAX } from "../../shared/limits.ts";
import { manyPictures } from "../processes/pictures.ts";
import { BadReader, freshId } from "./bad-reader.ts";
import { pause } from "./behaviour.ts";
import { Bystander } from "./bystander.ts";
import { Commands } from "./commands.ts";
import { ScriptedTracker } from "./scripted-tracker.ts";

describe.skipIf(process.platform !== "linux")("A neighbour that is asked for readers", () => {
  test("and names only bystanders has few of them knocked at, once, with a hello and a goodbye", async () => {
    const bystander = await Bystander.open("0.0.0.0");
    const tracker = await ScriptedTracker.open({});
    const commands = await Commands.in();
    const book = await commands.describe(manyPictures(5, 10_000));
    const reader = commands.start("get", book, "--to", commands.path("copy"), "--tracker", tracker.url);
    const victim = {
      bookId: (await loadDescriptor(book)).id,
      id: parseReaderId(String((await reader.event("joined"))["readerId"])),
      port: Number((await reader.event("listening"))["port"]),
      pages: 5,
    };
    const liar = await (await BadReader.dial(victim)).greet();
    tracker.vanish();
    await reader.event("tracker", ({ state }) => state === "lost");

    let network = 0;
    const began = performance.now();
    const names = () =>
      Array.from({ length: MET_READERS_MAX }, () => ({
        reader: freshId(),
        host: `127.77.${network++}.1`,
        port: bystander.port,
      }));
    for (let rounds = 0; rounds < 2; rounds++) {
      await liar.next("seek");
      liar.say({ flag: "meet", readers: names() });
    }
    await expect.poll(() => bystander.knocks, { timeout: 60_000 }).toBeGreaterThanOrEqual(20);
    await pause(2_000);
    expect(await liar.stays()).toBe("stays");
    // Twenty at once and one more each five seconds, of the forty that it named; and none of them twice.
    expect(bystander.knocks).toBeLessThanOrEqual(21 + (performance.now() - began) / 5_000);
    for (const bytes of bystander.heard) expect(bytes.length).toBeLessThanOrEqual(200);
    expect((await reader.end()).code).toBe(10);
  });
});
