// A deploy in the middle of a download: the platform drops every socket, and nobody who exchanges pages waits for it.

import { expect, it, onTestFinished } from "vitest";
import type { BookId } from "../../shared/ids.ts";
import { Runtime } from "../load/runtime.ts";
import { compareFolders, isState } from "../processes/compare-folders.ts";
import { manyPictures, writePictures } from "../processes/pictures.ts";
import { TestSwarm } from "./swarm.ts";

it("Pages travel on while every socket to the tracker is dropped, and both sides register again", async () => {
  const runtime = await Runtime.start({ variables: { DIALS_PER_MINUTE: "2000" } });
  onTestFinished(() => runtime.stop());
  const swarm = await TestSwarm.start();
  const [pictures, copy] = [swarm.path("pictures"), swarm.path("copy")];
  await writePictures(pictures, manyPictures(60, 600_000));
  const publisher = swarm.start("publish", pictures, "--tracker", runtime.url);
  const { link, bookId } = await publisher.event("published");
  await publisher.event("joined");
  const reader = swarm.start("get", String(link), "--to", copy, "--max-download", "3MB");
  await reader.event("joined");
  let images = 0;
  await reader.event("image", () => ++images >= 3);
  await runtime.evict(String(bookId) as BookId, "close");

  await reader.event("tracker", ({ state }) => state === "lost");
  const atLoss = Number(reader.latest("progress")?.["pagesHeld"]);
  expect(reader.latest("complete")).toBeUndefined();
  await reader.event("progress", ({ pagesHeld }) => Number(pagesHeld) > atLoss);
  for (const command of [publisher, reader]) await command.event("tracker", ({ state }) => state === "back");
  await reader.event("complete");
  expect(await compareFolders(pictures, copy, isState)).toEqual([]);
  expect((await swarm.book(String(link))).readers).toBe(2);
  for (const command of [reader, publisher]) expect((await command.end()).code).toBe(0);
});
