// A tracker that is killed while a book spreads, with its runtime, and never comes back: whoever knows somebody goes on,
// and whoever crashes meanwhile finds again whom it remembers.

import { describe, expect, test } from "vitest";
import type { Bookswarm } from "../processes/bookswarm.ts";
import { manyPictures, writePictures } from "../processes/pictures.ts";
import { Commands } from "./commands.ts";
import { killTree, processUnder, programOf } from "./process-room.ts";
import { report, secondsSince } from "./report.ts";

const pagesHeld = (reader: Bookswarm) => Number(reader.latest("progress")?.["pagesHeld"] ?? 0);

/** A book of 12 MB that its publisher sends at this rate, its tracker, and readers that have begun. */
async function spreading(rate: string, ...names: readonly string[]) {
  const commands = await Commands.in();
  await writePictures(commands.path("pictures"), manyPictures(40, 300_000));
  const tracker = commands.start("tracker", "--port", "0", "--data", commands.path("tracker"));
  const url = `http://127.0.0.1:${String((await tracker.event("listening"))["port"])}`;
  const publisher = commands.start("publish", commands.path("pictures"), "--tracker", url, "--max-upload", rate);
  const { link, pages } = await publisher.event("published");
  const get = (name: string, ...more: readonly string[]) =>
    commands.start("get", String(link), "--to", commands.path(name), ...more);
  const readers = names.map((name) => get(name));
  for (const reader of readers) await reader.event("progress", (event) => Number(event["pagesHeld"]) > 0);
  return { commands, tracker, readers, get, pages: Number(pages) };
}

/** Kills the tracker with all that it started, its runtime above all. */
async function killForGood(tracker: Bookswarm): Promise<void> {
  const runtime = processUnder(tracker.pid, "workerd");
  killTree(tracker.pid);
  await tracker.exit;
  await expect.poll(() => programOf(runtime), { timeout: 60_000 }).toBeUndefined();
}

describe.skipIf(process.platform !== "linux")("A tracker that is killed and never comes back", () => {
  test("leaves readers that know one another, and they complete", async () => {
    const names = ["one", "two", "three", "four"];
    const { commands, tracker, readers, pages } = await spreading("1500kB", ...names);
    await killForGood(tracker);
    const killed = performance.now();
    const held = readers.map(pagesHeld);
    expect(Math.max(...held)).toBeLessThan(pages);
    for (const reader of readers) await reader.event("tracker", ({ state }) => state === "lost");
    for (const reader of readers) await reader.event("complete");
    const whole = secondsSince(killed);
    for (const name of names) expect(await commands.differences(name)).toEqual([]);
    for (const reader of readers) expect(reader.latest("tracker")).toMatchObject({ state: "lost" });
    report({
      fault: "the tracker is killed while readers fetch, and never comes back",
      tried: `once, with ${held.join(", ")} of ${pages} pages held`,
      whole: `${whole}: all ${names.length} readers complete`,
    });
  });

  test("leaves a reader that crashed: it dials whom it remembers, and completes", async () => {
    const { commands, tracker, readers, get } = await spreading("500kB", "crashes", "stays");
    const [crashes, stays] = readers;
    if (crashes === undefined || stays === undefined) throw new Error("There are no readers");
    // They are linked: each has told the other of a page.
    await stays.event("progress", (event) => Number(event["readers"]) >= 2);
    await killForGood(tracker);
    for (const reader of readers) await reader.event("tracker", ({ state }) => state === "lost");
    const held = pagesHeld(crashes);
    killTree(crashes.pid);
    await crashes.exit;
    const killed = performance.now();
    const back = get("crashes");
    expect(Number((await back.event("progress"))["pagesHeld"])).toBeGreaterThanOrEqual(held);
    // It found both of those that it had a link with, whoever of them had dialled the other.
    expect((await back.event("complete"))["readers"]).toBe(2);
    const whole = secondsSince(killed);
    await stays.event("complete");
    for (const name of ["crashes", "stays"]) expect(await commands.differences(name)).toEqual([]);
    report({
      fault: "a reader is killed after its tracker, and comes back",
      tried: "once",
      whole: `${whole}: it is complete`,
    });
  });
});
