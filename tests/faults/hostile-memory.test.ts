// A folder that comes from somebody else, with its state in it: what it says of readers is believed no more than a stranger.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadDescriptor } from "../../peer-node/library/descriptor-file.ts";
import { manyPictures } from "../processes/pictures.ts";
import { freshId } from "./bad-reader.ts";
import { pause } from "./behaviour.ts";
import { Bystander } from "./bystander.ts";
import { Commands } from "./commands.ts";

/** Readers that are remembered at most. */
const REMEMBERED = 15;

/** Starts to get a book into a folder whose state names twenty bystanders, with a tracker that does not answer. */
async function misled(tracker: string) {
  const bystander = await Bystander.open("0.0.0.0");
  const commands = await Commands.in();
  const book = await commands.describe(manyPictures(5, 10_000));
  const state = join(commands.path("copy"), ".bookswarm", (await loadDescriptor(book)).id.slice(0, 16));
  mkdirSync(state, { recursive: true });
  const lines = Array.from({ length: 20 }, (_, at) => `${freshId()} ${bystander.port} 127.77.${at}.1\n`);
  writeFileSync(join(state, "readers"), lines.join(""));
  const began = performance.now();
  const reader = commands.start("get", book, "--to", commands.path("copy"), "--tracker", tracker);
  return { bystander, reader, began };
}

describe.skipIf(process.platform !== "linux")("A folder whose state names only bystanders", () => {
  test("has a few of them knocked at, ever more rarely, with a hello and a goodbye", async () => {
    const { bystander, reader, began } = await misled("http://127.0.0.1:1");
    await expect.poll(() => bystander.knocks, { timeout: 60_000 }).toBe(REMEMBERED);
    // Each of them would be due again by now.
    await pause(5_000);
    expect(bystander.knocks).toBeLessThanOrEqual(REMEMBERED + 1 + (performance.now() - began) / 90_000);
    for (const bytes of bystander.heard) expect(bytes.length).toBeLessThanOrEqual(200);
    expect((await reader.end()).code).toBe(10);
  });

  test("on the reader's own machine has none of them knocked at, unless its tracker stands there too", async () => {
    const { bystander, reader } = await misled("http://192.0.2.1:8787");
    await reader.event("listening");
    await pause(3_000);
    expect(bystander.knocks).toBe(0);
    expect((await reader.end()).code).toBe(10);
  });
});
