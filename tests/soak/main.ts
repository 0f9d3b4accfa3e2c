// npm run soak [-- --minutes M] [--readers N] [--books B] [--seed S]
//
// Readers join, leave, crash and return at random over many books, for as long as one likes. What stays all the while,
// the publisher and the tracker, is measured: memory, open files and sockets must be at the end as at the beginning,
// and everybody complete. Each copy is compared byte by byte whenever it is complete.

import { mkdtempSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pause } from "../faults/behaviour.ts";
import { killTree, processUnder } from "../faults/process-room.ts";
import { report, secondsSince } from "../faults/report.ts";
import { Dice } from "../fuzz/mutations.ts";
import { Bookswarm } from "../processes/bookswarm.ts";
import { compareFolders, isStateOrLeftover } from "../processes/compare-folders.ts";
import { writePictures } from "../processes/pictures.ts";
import { Watch } from "./watch.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    readers: { type: "string", default: "20" },
    books: { type: "string", default: "5" },
    seed: { type: "string", default: "4127" },
  },
});
const until = performance.now() + Number(values.minutes) * 60_000;
const dice = new Dice(Number(values.seed));
const folder = mkdtempSync(join(tmpdir(), "bookswarm-soak-"));
const env = { BOOKSWARM_STATE: join(folder, "state"), BOOKSWARM_TRACKER: undefined, BOOKSWARM_TOKEN: undefined };
const counts = { joined: 0, left: 0, killed: 0, completed: 0, compared: 0 };

const running = new Set<Bookswarm>();

function start(...args: readonly string[]): Bookswarm {
  const command = new Bookswarm([...args, "--json"], { env, cwd: folder });
  running.add(command);
  void command.exit.finally(() => running.delete(command));
  return command;
}

function* pictures(book: number): Generator<readonly [string, number]> {
  for (let at = 0; at < 60; at++) yield [`small/${at}.jpg`, 3_000 + 501 * at + book];
  for (let at = 0; at < 8; at++) yield [`large/${at}.tif`, 400_000 + 100_000 * at + book];
}

/** @throws Error when the copy is not the book, byte for byte */
async function compare(book: number, copy: string): Promise<void> {
  const differences = await compareFolders(join(folder, `book-${book}`), copy, isStateOrLeftover);
  if (differences.length > 0) throw new Error(`${copy} is not book ${book}: ${JSON.stringify(differences)}`);
  counts.compared++;
}

/** One reader's life: it joins one book after the other, stays a while, leaves in order or dies, and often returns. */
async function live(name: string, links: readonly string[]): Promise<void> {
  while (performance.now() < until) {
    const book = dice.below(links.length);
    const copy = join(folder, `${name}-${book}`);
    const reader = start("get", links[book] ?? "", "--to", copy);
    counts.joined++;
    await Promise.race([reader.exit, pause(1_000 + dice.below(20_000))]);
    const isComplete = reader.latest("complete") !== undefined;
    if (isComplete) counts.completed++;
    if (dice.below(3) === 0) {
      killTree(reader.pid);
      counts.killed++;
    } else {
      reader.say("end");
      counts.left++;
    }
    await reader.exit;
    if (isComplete) await compare(book, copy);
    // Half of those that are complete begin anew; the others return with what they have.
    if (isComplete && dice.below(2) === 0) await rm(copy, { recursive: true });
  }
}

/** Everybody comes back for every book that was begun, and ends what was begun. */
async function finish(name: string, links: readonly string[]): Promise<void> {
  for (const [book, link] of links.entries()) {
    const copy = join(folder, `${name}-${book}`);
    const { code, stderr } = await start("get", link, "--to", copy, "--exit").exit;
    if (code !== 0) throw new Error(`${name} did not complete book ${book}: ${stderr}`);
    counts.completed++;
    await compare(book, copy);
  }
}

async function soak(): Promise<boolean> {
  const books = Array.from({ length: Number(values.books) }, (_, book) => join(folder, `book-${book}`));
  for (const [book, path] of books.entries()) await writePictures(path, pictures(book), book + 1);
  const tracker = start("tracker", "--port", "0", "--data", join(folder, "tracker"));
  const url = `http://127.0.0.1:${String((await tracker.event("listening"))["port"])}`;
  const links: string[] = [];
  for (const path of books) {
    const publisher = start("publish", path, "--tracker", url);
    links.push(String((await publisher.event("published"))["link"]));
    await publisher.end();
  }
  const seeder = start("seed", ...books, "--tracker", url);
  for (const path of books) await seeder.event("joined", (event) => event["folder"] === path);
  const names = Array.from({ length: Number(values.readers) }, (_, at) => `reader-${at}`);
  const runtime = processUnder(tracker.pid, "workerd");
  const watch = new Watch({ seeder: seeder.pid, tracker: tracker.pid, runtime }, () => JSON.stringify(counts));
  let isOver = false;
  for (const [name, command] of [
    ["seeder", seeder],
    ["tracker", tracker],
  ] as const) {
    void command.exit.then((exit) => {
      if (!isOver) console.log(`The ${name} has ended: ${JSON.stringify({ ...exit, stdout: "" })}`);
    });
  }
  const began = performance.now();
  try {
    await Promise.all(names.map((name) => live(name, links)));
    const minutes = Math.round((performance.now() - began) / 60_000);
    const ended = performance.now();
    await Promise.all(names.map((name) => finish(name, links)));
    const whole = secondsSince(ended);
    const isFlat = await watch.isFlat();
    const { joined, left, killed, compared } = counts;
    report({
      fault: `${names.length} readers join, leave, crash and return over ${links.length} books`,
      tried: `${minutes} minutes, seed ${values.seed}: ${joined} times joined, ${left} left, ${killed} killed; ${compared} complete copies compared`,
      lost: `nothing; what stays ${isFlat ? "takes as much as in the beginning" : "has grown"}`,
      whole: `${whole} after the last of it: everybody complete with every book begun`,
    });
    return isFlat;
  } finally {
    isOver = true;
    watch.end();
    for (const process of [seeder, tracker]) await process.end();
  }
}

try {
  process.exitCode = (await soak()) ? 0 : 1;
} finally {
  for (const { pid } of running) killTree(pid);
  rmSync(folder, { recursive: true, force: true });
}
