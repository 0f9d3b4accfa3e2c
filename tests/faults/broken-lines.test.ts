// Real readers over lines that fail in every way: whatever is injected, what arrives is right, byte for byte.

import { describe, expect, onTestFinished, test } from "vitest";
import type { ReaderId } from "../../shared/ids.ts";
import type { Bookswarm } from "../processes/bookswarm.ts";
import { manyPictures } from "../processes/pictures.ts";
import { BadLine, type Weather } from "./bad-line.ts";
import { Commands } from "./commands.ts";
import { SEED, TRIES_ALL } from "./effort.ts";
import { report, secondsSince } from "./report.ts";
import { listed, ScriptedTracker } from "./scripted-tracker.ts";

const READERS = TRIES_ALL ? 6 : 3;

const WEATHERS: readonly (readonly [string, Weather])[] = [
  ["delay", { delay: 200 }],
  ["split", { split: 300 }],
  ["cut", { cut: 10 }],
  ["half-close", { "half-close": 10 }],
  ["reset", { reset: 10 }],
  ["corrupt", { corrupt: 5 }],
  ["stall", { stall: 8 }],
  ["do all of that", { delay: 50, split: 50, cut: 3, "half-close": 3, reset: 3, corrupt: 2, stall: 3 }],
];

/** Readers of a book, each of whom is reached only through a line of its own. */
async function behindBadLines(weather: Weather, seed: number) {
  const lines = new Map<ReaderId, BadLine>();
  const opening: Promise<unknown>[] = [];
  const tracker = await ScriptedTracker.open({
    lists: (asker) =>
      [...lines]
        .filter(([reader]) => reader !== asker)
        .slice(-5)
        .map(([reader, { port }]) => listed(reader, port)),
    registered: (reader, port) => {
      opening.push(BadLine.open(port, weather, seed + opening.length).then((line) => lines.set(reader, line)));
    },
  });
  onTestFinished(() => {
    for (const line of lines.values()) line.close();
  });
  const commands = await Commands.in();
  const book = await commands.describe([
    ...manyPictures(30, 300_000),
    ...[...manyPictures(100, 9_000)].map(([path, bytes]) => [`small/${path}`, bytes] as const),
  ]);
  const seeder = commands.start("seed", commands.path("pictures"), "--tracker", tracker.url);
  await seeder.event("joined");
  await Promise.all(opening);
  return { lines, tracker, commands, book, seeder };
}

describe("Over lines that", () => {
  test.each(WEATHERS)("%s, every reader gets every byte", async (name, weather) => {
    const { lines, tracker, commands, book } = await behindBadLines(weather, SEED);
    const readers: Bookswarm[] = [];
    for (let number = 0; number < READERS; number++) {
      readers.push(commands.start("get", book, "--to", commands.path(`copy-${number}`), "--tracker", tracker.url));
    }
    const began = performance.now();
    for (const reader of readers) await reader.event("complete");
    const whole = secondsSince(began);
    const injuries = [...lines.values()].reduce((sum, line) => sum + line.injuries, 0);
    const injected = [...lines.values()].map(String).filter((each) => each !== "");
    process.stdout.write(`${name}, seed ${SEED}; injected: ${injected.join("; ")}\n`);
    report({
      fault: `lines ${name}`,
      tried: `${injuries} injuries`,
      whole: `${whole} for the whole book, ${READERS} readers`,
    });
    for (const [number, reader] of readers.entries()) {
      expect(await commands.differences(`copy-${number}`)).toEqual([]);
      // A line that changes bytes makes an honest sender look like a bad one: that is all that it may achieve.
      if (weather.corrupt === undefined) expect(reader.latest("banned")).toBeUndefined();
    }
    expect(injuries).toBeGreaterThan(0);
  });
});
