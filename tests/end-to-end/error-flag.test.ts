// The error flag, whole: what a report makes the tracker do, and what it does not, with real processes and sockets.

import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import type { ReaderId } from "../../shared/ids.ts";
import type { SublistEntry } from "../../shared/tracker-api/fields.ts";
import { writePictures } from "../processes/pictures.ts";
import { othersDoor, playbackDoor } from "./doors.ts";
import { ScriptedReader } from "./scripted-reader.ts";
import { TestSwarm } from "./swarm.ts";

/** A beat so slow that nothing that a test sees comes from it. */
const SLOW_BEAT_SECONDS = 600;

/** A beat, and with it a report's deadline, that the tests can wait for. */
const QUICK_BEAT_SECONDS = 3;

/** Long enough for any dial on a busy machine, and no time at all beside the slow beat. */
const DIAL_MS_MAX = 20_000;

/** Past the deadline of the heartbeat that a report causes, and past the round that judges it. */
const PAST_DEADLINE_MS = 2 * QUICK_BEAT_SECONDS * 1_000;

const isDialable = (entry: SublistEntry | undefined) => entry?.dialable === true;
const isGone = (entry: SublistEntry | undefined) => entry === undefined;
const isKeptAsUndialable = (entry: SublistEntry | undefined) => entry?.dialable === false;

/** A tracker with a published book. */
async function published(beatSeconds = SLOW_BEAT_SECONDS): Promise<{ swarm: TestSwarm; link: string }> {
  const swarm = await TestSwarm.start(beatSeconds);
  await writePictures(swarm.path("pictures"), [["a.jpg", 1_000]]);
  const { link } = await swarm.publish(swarm.path("pictures"));
  return { swarm, link };
}

it("A reader is dialable a moment after it has registered, and never when its port answers as somebody else, or to another probe", async () => {
  const { link } = await published();
  const asker = await ScriptedReader.join(link);
  const honest = await ScriptedReader.join(link);
  await asker.until(honest.id, isDialable, DIAL_MS_MAX);
  expect(honest.probedAt.length).toBeGreaterThan(0);
  const impostors = [await ScriptedReader.join(link, othersDoor), await ScriptedReader.join(link, playbackDoor)];
  for (const { probedAt } of impostors) await expect.poll(() => probedAt.length).toBeGreaterThan(0);
  // Whoever registers only now is judged later.
  const later = await ScriptedReader.join(link);
  await asker.until(later.id, isDialable, DIAL_MS_MAX);
  for (const { id } of impostors) expect(await asker.entryOf(id)).toMatchObject({ dialable: false });
});

it("A false report on a reader that lives changes nothing, not even for a moment", async () => {
  const { link } = await published(QUICK_BEAT_SECONDS);
  const reporter = await ScriptedReader.join(link);
  const accused = await ScriptedReader.join(link);
  await reporter.until(accused.id, isDialable, DIAL_MS_MAX);
  const probes = accused.probedAt.length;
  await reporter.report(accused.id, "no-connection");
  expect(await reporter.entryOf(accused.id)).toMatchObject({ dialable: true });
  await accused.next("HBT");
  await expect.poll(() => accused.probedAt.length).toBeGreaterThan(probes);
  await pause(PAST_DEADLINE_MS);
  expect(await reporter.entryOf(accused.id)).toMatchObject({ dialable: true });
});

it("A reader whose port is dead and whose socket answers stays registered, and is no longer handed out as dialable", async () => {
  const { swarm, link } = await published(QUICK_BEAT_SECONDS);
  const reporter = await ScriptedReader.join(link);
  const accused = await ScriptedReader.join(link);
  await reporter.until(accused.id, isDialable, DIAL_MS_MAX);
  await accused.closePort();
  await reporter.report(accused.id, "no-connection");
  await reporter.until(accused.id, isKeptAsUndialable, DIAL_MS_MAX);
  await pause(PAST_DEADLINE_MS);
  expect(await reporter.entryOf(accused.id)).toMatchObject({ dialable: false });
  expect((await swarm.book(link)).readers).toBe(3);
});

it("A stopped reader that is reported is gone at the deadline, long before the next beat", async () => {
  const { swarm, link } = await published();
  const reporter = await ScriptedReader.join(link);
  const stopped = swarm.start("get", link, "--to", swarm.path("copy"));
  const { readerId } = await stopped.event("joined");
  await stopped.event("complete");
  await reporter.until(readerId as ReaderId, isDialable, DIAL_MS_MAX);
  stopped.signal("SIGSTOP");
  await reporter.report(readerId as ReaderId, "no-answer");
  expect(await reporter.until(readerId as ReaderId, isGone, SLOW_BEAT_SECONDS * 100)).toBeGreaterThan(9_000);
  expect((await swarm.book(link)).readers).toBe(2);
});
