// An object whose readers only wait sleeps between the rounds: told by a meter in the Worker, with the platform's own
// hibernation, which takes ten quiet seconds.

import { expect, it, onTestFinished } from "vitest";
import { CrowdReader } from "../load/crowd-reader.ts";
import { publishBook } from "../load/published.ts";
import { Runtime } from "../load/runtime.ts";

it("An object whose readers only wait is made anew for each round, handles no message, and keeps every reader", async () => {
  const runtime = await Runtime.start({ variables: { HEARTBEAT_SECONDS: "13" } });
  onTestFinished(() => runtime.stop());
  const { url } = runtime;
  const { bookId } = await publishBook(url, "Asleep");
  const readers = [1, 2, 3].map(() => new CrowdReader({ url, bookId }));
  for (const reader of readers) await reader.join();
  const awake = await runtime.meter();
  expect(awake.repository).toMatchObject({ constructed: 1, messages: 3, alarms: 0 });

  const { repository } = await runtime.meterUntil((meter) => meter.repository.alarms === 2, 120_000);
  expect(repository).toMatchObject({ constructed: 3, messages: 3, closes: 0, requests: awake.repository.requests });
  for (const reader of readers) {
    await reader.until(() => reader.count("ALV") === 2);
    expect([reader.count("HBT"), reader.readers, reader.ended]).toEqual([2, 3, undefined]);
    reader.terminate();
  }
});
