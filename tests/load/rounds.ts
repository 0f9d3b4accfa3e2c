// Rounds of heartbeats for a crowd on one book: who answers stays, who does not is gone, and the object may lose its
// memory or all its sockets in the middle. Gives figures, and says in sentences what was wrong.

import { setTimeout as pause } from "node:timers/promises";
import { HEARTBEAT_GRACE_MS } from "../../shared/tracker-api/limits.ts";
import { Crowd } from "./crowd.ts";
import { publishBook } from "./published.ts";
import { Runtime } from "./runtime.ts";

/** A period that no measurement lives to see: rounds are run when they are wanted. */
const NO_BEATS_OF_ITS_OWN = { HEARTBEAT_SECONDS: "3600" };

/** Every so many readers one falls silent. */
const MUTE_EVERY = 10;

export interface RoundFigures {
  readonly readers: number;
  readonly registeredPerSecond: number;
  /** Milliseconds of the object's time, for each round. */
  readonly roundMs: readonly number[];
  /** Milliseconds from the start of the first round until the last answer was noted. */
  readonly answeredMs: number;
  readonly muted: number;
  readonly evicted: number;
  readonly listsPerSecond: number;
  /** Milliseconds until everybody was registered again after all sockets had been cut. */
  readonly returnedMs: number;
  readonly wrong: readonly string[];
}

/** Runs the scenario. @param listMs - for how long sublists are asked for */
export async function rounds(size: number, listMs: number): Promise<RoundFigures> {
  const runtime = await Runtime.start({ variables: NO_BEATS_OF_ITS_OWN });
  try {
    return await scenario(runtime, size, listMs);
  } finally {
    await runtime.stop();
  }
}

async function scenario(runtime: Runtime, size: number, listMs: number): Promise<RoundFigures> {
  const wrong: string[] = [];
  const { bookId } = await publishBook(runtime.url, `Crowd of ${size}`);
  const expectReaders = async (when: string, count: number) => {
    const response = await fetch(`${runtime.url}/books/${bookId}`, { headers: { Accept: "application/json" } });
    const { readers } = (await response.json()) as { readers: number };
    if (readers !== count) wrong.push(`${when} the tracker counts ${readers} readers, not ${count}`);
  };

  let began = performance.now();
  const crowd = await Crowd.gather(runtime.url, bookId, size);
  const registeredPerSecond = (size / (performance.now() - began)) * 1_000;
  const roundMs: number[] = [];
  /** A round, as soon as the last one may be judged; `meanwhile` runs when some have heard it and others have not. */
  const beat = async (meanwhile?: () => Promise<void>) => {
    await pause(Math.max(0, began + HEARTBEAT_GRACE_MS + 500 - performance.now()));
    began = performance.now();
    const done = runtime.round(bookId).then((ms) => roundMs.push(ms));
    const witness = crowd.present.find(({ answers }) => answers);
    if (meanwhile !== undefined && witness !== undefined) {
      const before = witness.count("HBT");
      await witness.until(() => witness.count("HBT") > before);
      await meanwhile();
    }
    await done;
  };

  began = Number.NEGATIVE_INFINITY;
  await beat();
  await crowd.heard(crowd.readers, "ALV", 1);
  const answeredMs = performance.now() - began;
  await expectReaders("After the first round", size);

  const mute = crowd.readers.filter((_, at) => at % MUTE_EVERY === 0);
  const lively = crowd.readers.filter((_, at) => at % MUTE_EVERY !== 0);
  for (const reader of mute) reader.answers = false;
  await beat();
  await crowd.heard(lively, "ALV", 2);
  await expectReaders("Before the silent ones are judged", size);

  await beat(() => runtime.evict(bookId, "hibernate"));
  const ends = await Promise.all(mute.map((reader) => reader.end()));
  const otherwise = ends.filter(({ reason }) => reason !== "evicted");
  if (otherwise.length > 0) wrong.push(`${otherwise.length} silent readers ended otherwise than evicted`);
  await crowd.heard(lively, "ALV", 3);
  await expectReaders("After an eviction of the object in the middle of a round", lively.length);

  await beat();
  await crowd.heard(lively, "ALV", 4);
  const twice = lively.filter((reader) => reader.count("HBT") !== 4);
  if (twice.length > 0) wrong.push(`${twice.length} readers did not hear each of four heartbeats once`);
  if (crowd.present.length !== lively.length)
    wrong.push(`${lively.length - crowd.present.length} lively readers are gone`);
  await expectReaders("After the round that judged what the memory was lost in", lively.length);

  const listsPerSecond = await crowd.listsPerSecond(50, listMs);

  await runtime.evict(bookId, "close");
  await Promise.all(lively.map((reader) => reader.end()));
  began = performance.now();
  await crowd.join(lively);
  const returnedMs = performance.now() - began;
  await expectReaders("After all sockets were cut and everybody came back", lively.length);
  crowd.scatter();
  return {
    ...{ readers: size, registeredPerSecond, roundMs, answeredMs, listsPerSecond, returnedMs, wrong },
    ...{ muted: mute.length, evicted: ends.length - otherwise.length },
  };
}
