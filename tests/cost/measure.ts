// Runs each kind of event for real under Miniflare and reads off the meter what it took.

import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { BookId } from "../../shared/ids.ts";
import { PATHS } from "../../shared/tracker-api/http.ts";
import { CrowdReader } from "../load/crowd-reader.ts";
import { PAGES, publishBook } from "../load/published.ts";
import { Runtime } from "../load/runtime.ts";
import type { Meter } from "../tracker-worker/metered/meter.ts";
import type { Counts, Measured } from "./ledger.ts";

/** Readers of the book whose rounds are counted, and rounds that are counted. */
const READERS = 10;
const ROUNDS = 3;

/** A port at which nobody answers: refused at once, but dialled. */
const CLOSED_PORT = 1;

/** Pages of a book whose descriptor has three slices. */
const THREE_SLICES = 14_000;

/** Every event once, each alone. */
export async function measure(): Promise<Measured> {
  const [single, rounds] = [await measureSingly(), await measureRounds()];
  return { ...single, ...rounds };
}

/** What happens by itself, on a tracker whose rounds are an hour apart. */
async function measureSingly(): Promise<Omit<Measured, "beat" | "news">> {
  const runtime = await Runtime.start({ variables: { HEARTBEAT_SECONDS: "3600", DIALS_PER_MINUTE: "2000" } });
  try {
    const { url } = runtime;
    const counted = (action: () => Promise<unknown>) => countsOf(runtime, action);
    await publishBook(url, "so that the objects exist");
    let book: { bookId: BookId } | undefined;
    const publish = await counted(async () => {
      book = await publishBook(url, "one slice");
    });
    const large = await counted(() => publishBook(url, "three slices", [THREE_SLICES]));
    if (book === undefined) throw new Error("Nothing was published");
    const { bookId } = book;
    const html = { headers: { Accept: "text/html" } };
    const pageView = await counted(async () => (await fetch(url + PATHS.book(bookId), html)).text());
    const get = await counted(async () => {
      await (await fetch(url + PATHS.book(bookId), { headers: { Accept: "application/json" } })).text();
      await (await fetch(url + PATHS.descriptor(bookId))).text();
    });
    const [one, other] = [1, 2].map(() => new CrowdReader({ url, bookId, port: CLOSED_PORT }));
    if (one === undefined || other === undefined) throw new Error("There is nobody to register");
    const firstJoin = await counted(() => one.join());
    const join = await counted(() => other.join());
    const list = await counted(async () => {
      one.say({ flag: "LST" });
      await one.until(() => one.count("LST") > 0);
    });
    const progress = await counted(async () => one.say({ flag: "PRG", pagesHeld: PAGES - 1 }));
    const report = await counted(async () => {
      one.say({ flag: "ERR", readerId: other.readerId, reason: "no-answer" });
      await one.until(() => one.count("RCV") > 0);
      await other.until(() => other.count("ALV") > 0);
    });
    const leave = await counted(() => other.leave());
    one.terminate();
    return {
      ...{ publish, slice: halfOf(minus(large, publish)), "page view": pageView, get },
      ...{ "first join": firstJoin, join, list, progress, report: { ...report, answers: 1 }, leave },
    };
  } finally {
    await runtime.stop();
  }
}

/** Rounds of a book at rest, and one that has news for the catalog; the platform's own alarm runs them. */
async function measureRounds(): Promise<Pick<Measured, "beat" | "news">> {
  const runtime = await Runtime.start({ variables: { HEARTBEAT_SECONDS: "1" } });
  try {
    const { url } = runtime;
    const { bookId } = await publishBook(url, "rounds");
    const readers = Array.from({ length: READERS }, () => new CrowdReader({ url, bookId }));
    for (const reader of readers) await reader.join();
    const nextRound = async (from: Meter, rounds = 1) =>
      runtime.meterUntil(({ repository }) => repository.alarms >= from.repository.alarms + rounds);
    // By the third round the catalog has heard of everybody. The row of a round is written at its very beginning.
    const rested = await nextRound(await runtime.meter(), 3);
    const restedLonger = await nextRound(rested, ROUNDS);
    const beats = difference(rested, restedLonger);
    const beat = eachOf(beats, beats.objectRequests);

    readers[0]?.say({ flag: "PRG", pagesHeld: PAGES });
    const told = await runtime.meterUntil(({ catalog }) => catalog.requests > restedLonger.catalog.requests);
    const end = await nextRound(told);
    const withNews = difference(restedLonger, end);
    const rounds = end.repository.alarms - restedLonger.repository.alarms;
    // What woke the object to hear of it is counted by itself.
    const news = { ...minus(withNews, timesOf(beat, rounds)), messages: 0 };
    for (const reader of readers) reader.terminate();
    return { beat: { ...beat, answers: READERS }, news };
  } finally {
    await runtime.stop();
  }
}

/** What `action` took, with all that it set off. */
async function countsOf(runtime: Runtime, action: () => Promise<unknown>): Promise<Counts> {
  const before = await settled(runtime);
  await action();
  return difference(before, await settled(runtime));
}

/** The meter, once it has stood still for a moment. */
async function settled(runtime: Runtime): Promise<Meter> {
  for (let last = await runtime.meter(); ; ) {
    await pause(250);
    const meter = await runtime.meter();
    if (isDeepStrictEqual(meter, last)) return meter;
    last = meter;
  }
}

function difference(before: Meter, after: Meter): Counts {
  const { repository: r, catalog: c } = after;
  const { repository: r0, catalog: c0 } = before;
  return {
    workerRequests: after.workerRequests - before.workerRequests,
    objectRequests: r.requests + r.alarms + c.requests - (r0.requests + r0.alarms + c0.requests),
    // Whether being told that a socket has ended counts as a message is not spelled out: here it does.
    messages: r.messages + r.closes - (r0.messages + r0.closes),
    answers: 0,
    rowsRead: r.rowsRead + c.rowsRead - (r0.rowsRead + c0.rowsRead),
    rowsWritten: r.rowsWritten + c.rowsWritten - (r0.rowsWritten + c0.rowsWritten),
  };
}

function combine(a: Counts, b: Counts, how: (a: number, b: number) => number): Counts {
  return {
    workerRequests: how(a.workerRequests, b.workerRequests),
    objectRequests: how(a.objectRequests, b.objectRequests),
    messages: how(a.messages, b.messages),
    answers: how(a.answers, b.answers),
    rowsRead: how(a.rowsRead, b.rowsRead),
    rowsWritten: how(a.rowsWritten, b.rowsWritten),
  };
}

const minus = (a: Counts, b: Counts) => combine(a, b, (x, y) => x - y);
const timesOf = (a: Counts, times: number) => combine(a, a, (x) => x * times);
const eachOf = (a: Counts, times: number) => combine(a, a, (x) => x / times);
const halfOf = (a: Counts) => eachOf(a, 2);
