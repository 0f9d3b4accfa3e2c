// `npm run bench -- idle`: what a complete reader takes that nobody asks anything: processor time, and bytes between it
// and its tracker, heartbeats above all.

import { join } from "node:path";
import { pause } from "../faults/behaviour.ts";
import { Bookswarm } from "../processes/bookswarm.ts";
import { manyPictures, writePictures } from "../processes/pictures.ts";
import { LongLine } from "./long-line.ts";
import { cpuSeconds } from "./process-tally.ts";
import { scratchFor } from "./scratch.ts";

/** Seconds after which what came with the download is over. */
const SETTLE_SECONDS = 20;

const DAY_SECONDS = 86_400;

/** @returns the exit code */
export async function measureIdle(seconds: number, atEnd: AsyncDisposableStack): Promise<number> {
  const folder = scratchFor(atEnd);
  const [source, copy] = [join(folder, "source"), join(folder, "copy")];
  await writePictures(source, manyPictures(2_000, 20_000));
  const start = (name: string, ...args: readonly string[]) => {
    const env = {
      BOOKSWARM_STATE: join(folder, `state-${name}`),
      BOOKSWARM_TRACKER: undefined,
      BOOKSWARM_TOKEN: undefined,
    };
    const command = new Bookswarm([...args, "--json"], { env, cwd: folder });
    atEnd.defer(async () => void (await command.end()));
    return command;
  };
  const tracker = start("tracker", "tracker", "--port", "0", "--data", join(folder, "tracker"));
  const port = Number((await tracker.event("listening"))["port"]);
  const publisher = start("publisher", "publish", source, "--tracker", `http://127.0.0.1:${port}`);
  const { bookId } = await publisher.event("published");

  const line = await LongLine.open({ target: port }, atEnd);
  const reader = start("reader", "get", `http://127.0.0.1:${line.port}/books/${String(bookId)}`, "--to", copy);
  await reader.event("complete");
  await pause(1_000 * SETTLE_SECONDS);
  const [cpuBefore, bytesBefore] = [cpuSeconds(reader.pid), line.bytes];
  await pause(1_000 * seconds);
  const [cpu, bytes] = [cpuSeconds(reader.pid) - cpuBefore, line.bytes - bytesBefore];
  const perDay = (bytes * DAY_SECONDS) / seconds;
  process.stdout.write(
    `A complete reader of 2,000 images with one other reader, idle for ${seconds} s: ${((100 * cpu) / seconds).toFixed(2)} % of a core; ${bytes} bytes between it and its tracker, ${(perDay / 1e3).toFixed(0)} kB a day at that rate, heads of packets not counted.\n`,
  );
  return 0;
}
