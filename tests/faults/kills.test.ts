// Readers, publishers and trackers killed with -9 at random moments, again and again: nothing wrong is ever visible,
// nothing verified is lost, and whoever comes back ends what was begun.

import { cpSync } from "node:fs";
import { rm } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { Dice } from "../fuzz/mutations.ts";
import type { Bookswarm } from "../processes/bookswarm.ts";
import { compareFolders, isStateOrLeftover } from "../processes/compare-folders.ts";
import { writePictures } from "../processes/pictures.ts";
import { pause } from "./behaviour.ts";
import { Commands } from "./commands.ts";
import { KILLS, SEED } from "./effort.ts";
import { killTree } from "./process-room.ts";
import { report, secondsSince } from "./report.ts";
import { ScriptedTracker } from "./scripted-tracker.ts";

/** Downloads at once; each is killed on its own. */
const LANES = Math.min(4, KILLS);

function* pictures(): Generator<readonly [string, number]> {
  for (let at = 0; at < 30; at++) yield [`many/${at}.jpg`, 1_000 + 997 * at];
  for (let at = 0; at < 6; at++) yield [`large/${at}.tif`, 256_000 * (at + 1) - 77 * at];
}

/** Kills what runs after a random time, unless it ends before. @returns true when it was killed */
async function killSoon(command: Bookswarm, ms: number): Promise<boolean> {
  const ended = await Promise.race([command.exit.then(() => true), pause(ms).then(() => false)]);
  if (ended) return false;
  killTree(command.pid);
  await command.exit;
  return true;
}

/** What is visible under its final name and is not what the publisher has. */
async function wrongImages(original: string, copy: string): Promise<readonly string[]> {
  const differences = await compareFolders(original, copy, isStateOrLeftover).catch(() => []);
  return differences.filter(({ kind }) => kind !== "missing").map(({ path }) => path);
}

/** Pages that a process has said it holds. */
const pagesHeld = (command: Bookswarm) => Number(command.latest("progress")?.["pagesHeld"] ?? 0);

describe.skipIf(process.platform !== "linux")("Killed with -9 at random moments", () => {
  test("readers show no wrong image, hold what they held, and complete", { timeout: 3_600_000 }, async () => {
    const dice = new Dice(SEED);
    const tracker = await ScriptedTracker.listingFirst();
    const commands = await Commands.in();
    const book = await commands.describe(pictures());
    const original = commands.path("pictures");
    const seed = commands.start("seed", original, "--tracker", tracker.url, "--max-upload", "12MB");
    await seed.event("joined");
    let kills = 0;
    const wanted = Math.ceil(KILLS * 0.8);

    const lane = async (name: string): Promise<void> => {
      const copy = commands.path(name);
      const get = () => commands.start("get", book, "--to", copy, "--tracker", tracker.url, "--exit");
      let held = 0;
      while (kills < wanted) {
        const reader = get();
        const wasKilled = await killSoon(reader, 250 + dice.below(1_500));
        expect(await wrongImages(original, copy)).toEqual([]);
        const first = reader.events.find(({ event }) => event === "progress");
        if (first !== undefined) expect(Number(first["pagesHeld"])).toBeGreaterThanOrEqual(held);
        held = Math.max(held, pagesHeld(reader));
        if (wasKilled) kills++;
        else {
          expect((await reader.exit).code).toBe(0);
          expect(await commands.differences(name)).toEqual([]);
          await rm(copy, { recursive: true });
          held = 0;
        }
      }
      expect((await get().exit).code).toBe(0);
      expect(await commands.differences(name)).toEqual([]);
    };
    const began = performance.now();
    let last = began;
    const lanes = Promise.all(Array.from({ length: LANES }, (_, at) => lane(`copy-${at}`)));
    const clock = setInterval(() => {
      if (kills < wanted) last = performance.now();
    }, 50);
    await lanes.finally(() => clearInterval(clock));
    report({
      fault: "a reader is killed with -9 at a random moment",
      tried: `${kills} times, seed ${SEED}`,
      whole: `${secondsSince(last)} after the last of them, ${LANES} readers at once`,
    });
    expect(kills).toBeGreaterThanOrEqual(wanted);
  });

  test("publishers leave their pictures as they are, and publish when they come back", {
    timeout: 3_600_000,
  }, async () => {
    const dice = new Dice(SEED + 1);
    const commands = await Commands.in();
    await writePictures(commands.path("pictures"), pictures());
    cpSync(commands.path("pictures"), commands.path("pristine"), { recursive: true });
    const tracker = commands.start("tracker", "--port", "0", "--data", commands.path("tracker"));
    const url = `http://127.0.0.1:${String((await tracker.event("listening"))["port"])}`;
    const publish = () => commands.start("publish", commands.path("pictures"), "--tracker", url);
    const wanted = Math.ceil(KILLS * 0.1);
    let kills = 0;
    while (kills < wanted) {
      if (await killSoon(publish(), 200 + dice.below(1_500))) kills++;
      expect(await compareFolders(commands.path("pristine"), commands.path("pictures"), isStateOrLeftover)).toEqual([]);
    }
    const last = performance.now();
    const { link } = await publish().event("published");
    const reader = commands.start("get", String(link), "--to", commands.path("copy"), "--exit");
    expect((await reader.exit).code).toBe(0);
    expect(await compareFolders(commands.path("pristine"), commands.path("copy"), isStateOrLeftover)).toEqual([]);
    report({
      fault: "a publisher is killed with -9, while it describes, publishes or serves",
      tried: `${kills} times, seed ${SEED}`,
      whole: secondsSince(last),
    });
    await tracker.end();
  });

  test("trackers keep their books, and their readers go on and come back", { timeout: 3_600_000 }, async () => {
    const dice = new Dice(SEED + 2);
    const commands = await Commands.in();
    await writePictures(commands.path("pictures"), pictures());
    const args = ["tracker", "--data", commands.path("tracker"), "--heartbeat", "1", "--port"];
    let tracker = commands.start(...args, "0");
    const port = String((await tracker.event("listening"))["port"]);
    const publisher = commands.start("publish", commands.path("pictures"), "--tracker", `http://127.0.0.1:${port}`);
    const { link } = await publisher.event("published");
    const wanted = Math.max(1, Math.ceil(KILLS * 0.1));
    for (let kills = 0; kills < wanted; kills++) {
      killTree(tracker.pid);
      await tracker.exit;
      tracker = commands.start(...args, port);
      // From then on at any moment: while it opens its books, while its readers come back.
      await pause(dice.below(2_500));
    }
    const last = performance.now();
    await tracker.event("listening");
    const reader = commands.start("get", String(link), "--to", commands.path("copy"), "--exit");
    expect((await reader.exit).code).toBe(0);
    expect(await commands.differences("copy")).toEqual([]);
    await publisher.event("tracker", ({ state }) => state === "back");
    report({
      fault: "a tracker and its runtime are killed with -9, one after the other",
      tried: `${wanted} times, seed ${SEED}`,
      whole: `${secondsSince(last)}: the publisher is registered again`,
    });
    await tracker.end();
  });
});
