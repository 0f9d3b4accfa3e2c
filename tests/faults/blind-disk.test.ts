// A disk on which names that differ in case alone are one name, and which keeps no name that Windows would not: every
// image has a file of its own there, with its own bytes, and is found again.

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Commands } from "./commands.ts";
import { blindDisk, whyNoBlindDisks } from "./disks.ts";
import { killTree } from "./process-room.ts";
import { ScriptedTracker } from "./scripted-tracker.ts";

const why = whyNoBlindDisks();
if (why !== undefined) process.stdout.write(`Skipped: ${why}\n`);

const PATHS: readonly string[] = [
  "photo.jpg",
  "Photo.jpg",
  "PHOTO.JPG",
  "album/x.jpg",
  "Album/x.jpg",
  "ALBUM/X.jpg",
  "stra\u00dfe.png",
  "STRASSE.png",
  "\u00fcber.png",
  "\u00dcber.png",
  "con.jpg",
  "what?.jpg",
  "dots..jpg",
];

/** Enough bytes that a reader is killed among them, and a book that somebody serves slowly. */
async function served() {
  const tracker = await ScriptedTracker.listingFirst();
  const commands = await Commands.in();
  const book = await commands.describe(PATHS.map((path, at) => [path, 300_000 + at]));
  const seed = commands.start("seed", commands.path("pictures"), "--tracker", tracker.url, "--max-upload", "2MB");
  await seed.event("joined");
  const to = commands.path("disk", "copy");
  const get = () => commands.start("get", book, "--to", to, "--tracker", tracker.url, "--exit");
  return { commands, get };
}

describe.skipIf(why !== undefined)("On a disk that is blind to case", () => {
  test("every image has a file of its own with its own bytes, though its reader was killed, and all are found again", async () => {
    const { commands, get } = await served();
    blindDisk(commands.path("disk"));
    const killed = get();
    await killed.event("progress", ({ pagesHeld }) => Number(pagesHeld) >= 4);
    killTree(killed.pid);
    await killed.exit;
    const reader = get();
    expect((await reader.exit).code).toBe(0);

    const files = new Map<string, string>();
    for (const { event, path, file } of [...killed.events, ...reader.events])
      if (event === "image") files.set(String(path), String(file));
    const names = readdirSync(commands.path("disk", "copy"), { recursive: true, withFileTypes: true });
    // The descriptor lies beside them.
    const images = names.filter(
      (entry) => entry.isFile() && !/\.bookswarm|\.desc$/.test(`${entry.parentPath}/${entry.name}`),
    );
    expect(images.length).toBe(PATHS.length);
    const copies = images.map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`).toString("base64"));
    const originals = PATHS.map((path) => readFileSync(commands.path("pictures", path)).toString("base64"));
    expect(copies.toSorted()).toEqual(originals.toSorted());
    // What was said of an image is where its bytes are.
    for (const [path, file] of files) {
      expect(readFileSync(file).equals(readFileSync(commands.path("pictures", path))), `${path} in ${file}`).toBe(true);
    }

    const again = get();
    expect((await again.exit).code).toBe(0);
    expect(again.latest("found")).toMatchObject({ pagesHeld: 2 * PATHS.length, pages: 2 * PATHS.length });
  });
});
