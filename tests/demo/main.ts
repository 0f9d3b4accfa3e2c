// `npm run demo [FOLDER]`: the main job, for real. A tracker, a publisher and ten readers, each a process of its own,
// started as a user would start them. Every copy is compared with the original byte by byte. Exits with 0 when all is
// there, with 1 when anything is lost or different, with 2 when it was called wrongly.

import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Bookswarm, type CommandEvent } from "../processes/bookswarm.ts";
import { compareFolders, isState } from "../processes/compare-folders.ts";
import { type Row, Screen } from "./screen.ts";
import { megabytes, summaryOf, type Tally } from "./summary.ts";

/** Pictures that come with the project: some 3,800 PNGs of the package emoji-datasource-google. */
const PICTURES = fileURLToPath(new URL("../../node_modules/emoji-datasource-google/img/google/64", import.meta.url));

const READERS = 10;

/** Milliseconds between two pictures of the swarm. */
const REFRESH_MS = 100;

interface Named {
  readonly name: string;
  readonly process: Bookswarm;
}

async function main(args: readonly string[]): Promise<number> {
  const [folder = PICTURES, ...rest] = args;
  if (rest.length > 0 || !(await isFolder(folder))) {
    process.stderr.write("Usage: npm run demo [FOLDER], where FOLDER is a folder of pictures\n");
    return 2;
  }
  const scratch = await mkdtemp(join(tmpdir(), "bookswarm-demo-"));
  const before = new Set(await readdir(folder));
  const started: Named[] = [];
  try {
    return await show(resolve(folder), scratch, started);
  } finally {
    await Promise.all(started.map(({ process }) => process.end()));
    await rm(scratch, { recursive: true, force: true });
    await tidy(folder, before);
  }
}

/** Runs the whole and says what came of it. Every process it starts joins `started`, to be ended by the caller. */
async function show(folder: string, scratch: string, started: Named[]): Promise<number> {
  const start = (name: string, args: readonly string[]): Named => {
    const env = {
      BOOKSWARM_STATE: join(scratch, "state", name),
      BOOKSWARM_TRACKER: undefined,
      BOOKSWARM_TOKEN: undefined,
    };
    const named = { name, process: new Bookswarm([...args, "--json"], { env }) };
    started.push(named);
    return named;
  };

  say(`Starting a tracker, and publishing ${folder} ...`);
  const tracker = start("tracker", ["tracker", "--port", "0", "--data", join(scratch, "tracker")]);
  const { port } = await tracker.process.event("listening");
  const publisher = start("publisher", ["publish", folder, "--tracker", `http://127.0.0.1:${String(port)}`]);
  const book = await publisher.process.event("published");
  say(`${String(book["images"])} images, ${megabytes(Number(book["bytes"]))}: ${String(book["link"])}\n`);

  const began = performance.now();
  const readers = Array.from({ length: READERS }, (_, at) =>
    start(`reader ${at + 1}`, ["get", String(book["link"]), "--to", join(scratch, `reader-${at + 1}`)]),
  );
  const seconds = await watch(publisher, readers, began);

  say("\nComparing every copy with the original, byte by byte ...");
  const wrong = await compareAll(folder, readers, scratch);
  if (wrong.length > 0) {
    process.stderr.write(`${wrong.join("\n")}\n`);
    return 1;
  }
  const [published, ...read] = await Promise.all([publisher, ...readers].map(tallyOf));
  if (published === undefined) throw new Error("The publisher did not say what it sent");
  const { images, pages, bytes } = book;
  const run = { images: Number(images), pages: Number(pages), bytes: Number(bytes), seconds };
  for (const line of summaryOf({ ...run, publisher: published, readers: read })) say(line);
  return 0;
}

/** Shows the swarm until every reader is complete; returns the seconds since `began`. */
async function watch(publisher: Named, readers: readonly Named[], began: number): Promise<number> {
  const screen = new Screen();
  const all = Promise.all(readers.map(({ process }) => process.event("complete")));
  let finished = false;
  const end = all.then(() => {
    finished = true;
    return (performance.now() - began) / 1_000;
  });
  while (!finished) {
    screen.show([publisher, ...readers].map(rowOf), performance.now());
    await Promise.race([end, pause(REFRESH_MS)]);
  }
  screen.show([publisher, ...readers].map(rowOf), Number.POSITIVE_INFINITY);
  screen.done();
  return end;
}

function rowOf({ name, process }: Named): Row {
  const progress = process.latest("progress");
  const complete = process.latest("complete") !== undefined;
  const pages = numberOf(progress, "pages");
  return {
    name,
    pages: progress === undefined ? 1 : pages,
    pagesHeld: complete ? pages : numberOf(progress, "pagesHeld"),
    rate: complete ? 0 : numberOf(progress, "bytesPerSecond"),
    state: complete ? "complete" : progress === undefined ? "starting" : `${numberOf(progress, "readers")} readers`,
  };
}

async function compareAll(folder: string, readers: readonly Named[], scratch: string): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const [at, { name }] of readers.entries()) {
    const differences = await compareFolders(folder, join(scratch, `reader-${at + 1}`), isState);
    for (const { path, kind } of differences) wrong.push(`${name}: ${path} is ${kind}`);
  }
  return wrong;
}

/** Ends a process in order and reads what it says of itself last. */
async function tallyOf({ name, process }: Named): Promise<Tally> {
  await process.end();
  const ended = process.latest("ended");
  return {
    name,
    pagesSent: numberOf(ended, "pagesSent"),
    pagesReceived: numberOf(ended, "pagesReceived"),
    bytesSent: numberOf(ended, "bytesSent"),
  };
}

/** Publishing leaves its record and the descriptor in the folder; a demo leaves nothing that was not there. */
async function tidy(folder: string, before: ReadonlySet<string>): Promise<void> {
  const added = (await readdir(folder)).filter((name) => !before.has(name) && (name === ".bookswarm" || isState(name)));
  await Promise.all(added.map((name) => rm(join(folder, name), { recursive: true })));
}

function numberOf(event: CommandEvent | undefined, field: string): number {
  return Number(event?.[field] ?? 0);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exitCode = await main(process.argv.slice(2));
