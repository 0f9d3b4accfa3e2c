// `npm run demo [FOLDER]` and `npm run demo -- --scattered`: the main job, for real. A tracker and readers, each a
// process of its own, started as a user would start them, and every copy compared with the original byte by byte. Exits
// with 0 when all is there, with 1 when anything is lost or different, with 2 when it was called wrongly.

import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { onePublisher } from "./one-publisher.ts";
import { scattered } from "./scattered.ts";
import { Stage } from "./stage.ts";

/** Pictures that come with the project: some 3,800 PNGs of the package emoji-datasource-google. */
const PICTURES = fileURLToPath(new URL("../../node_modules/emoji-datasource-google/img/google/64", import.meta.url));

const USAGE = `Usage: npm run demo [FOLDER]          FOLDER: a folder of pictures; without it, 3,800 that come along
       npm run demo -- --scattered     ten readers of which none is complete
`;

async function main(args: readonly string[]): Promise<number> {
  const [word = PICTURES, ...rest] = args;
  if (rest.length > 0 || !(word === "--scattered" || (await isFolder(word)))) {
    process.stderr.write(USAGE);
    return 2;
  }
  const scratch = await mkdtemp(join(tmpdir(), "bookswarm-demo-"));
  const stage = new Stage(scratch);
  try {
    const wrong = word === "--scattered" ? await scattered(stage) : await onePublisher(stage, resolve(word));
    for (const line of wrong) process.stderr.write(`${line}\n`);
    return wrong.length === 0 ? 0 : 1;
  } finally {
    await stage.end();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

process.exitCode = await main(process.argv.slice(2));
