// The original project's own example: ten readers, none of them complete, 17 of the 49 pages at one reader only, the
// first of them silent. What they lack they find at one another.

import { performance } from "node:perf_hooks";
import { HOLDINGS, IMAGES, PAGES } from "../scattered/holdings.ts";
import { prepareScattered } from "../scattered/prepare.ts";
import { type Stage, say } from "./stage.ts";
import { summaryOf } from "./summary.ts";

/** @returns what went wrong, a line each */
export async function scattered(stage: Stage): Promise<readonly string[]> {
  const { pictures, descriptor, folders } = await prepareScattered(stage.scratch);
  const holds = HOLDINGS.map((held) => held.length);
  say(`Ten readers that hold ${holds.join(", ")} of ${PAGES} pages. The first is silent; nobody is complete.`);
  const tracker = await stage.tracker();
  const publisher = stage.start("publisher", ["publish", descriptor, "--tracker", tracker]);
  const { link } = await publisher.process.event("published");
  await publisher.process.end();
  say(`The descriptor is published, without a picture: ${String(link)}\n`);

  const began = performance.now();
  const [silent, ...readers] = folders.map((folder, at) =>
    stage.start(
      `reader ${at + 1}`,
      at === 0 ? ["seed", folder, "--tracker", tracker] : ["get", String(link), "--to", folder],
      folder,
    ),
  );
  if (silent === undefined) throw new Error("There are no readers");
  const seconds = await stage.watch([silent, ...readers], readers, began);

  say("\nComparing every copy with the original, byte by byte ...");
  const wrong = await stage.compare(pictures, readers);
  if (wrong.length > 0) return wrong;
  const tallies = await stage.tallies([silent, ...readers]);
  const bytes = IMAGES.reduce((sum, [, size]) => sum + size, 0);
  const lacked = (HOLDINGS.length - 1) * PAGES - holds.slice(1).reduce((sum, held) => sum + held, 0);
  const source = `They lacked ${lacked} pages, and found every one of them at one another.`;
  const run = { images: IMAGES.length, pages: PAGES, bytes, seconds, readers: readers.length, source, tallies };
  for (const line of summaryOf(run)) say(line);
  return [];
}
