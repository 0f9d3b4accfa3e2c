// Disks that are full, gone, or not ours to write to, under real readers: they say so, wait, and go on.

import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { describe, expect, test } from "vitest";
import type { Bookswarm } from "../processes/bookswarm.ts";
import { manyPictures, noise } from "../processes/pictures.ts";
import { Commands } from "./commands.ts";
import { Drive, makeReadOnly, smallDisk, whyNoDisks } from "./disks.ts";
import { report, secondsSince } from "./report.ts";
import { ScriptedTracker } from "./scripted-tracker.ts";

const why = whyNoDisks();
if (why !== undefined) process.stdout.write(`Skipped: ${why}\n`);

const NOBODY = 65_534;

/** A book of 12 MB that arrives within some seconds, and whoever serves it. */
async function slowBook() {
  const tracker = await ScriptedTracker.listingFirst();
  const commands = await Commands.in();
  const book = await commands.describe(manyPictures(40, 300_000));
  const seed = commands.start("seed", commands.path("pictures"), "--tracker", tracker.url, "--max-upload", "3MB");
  await seed.event("joined");
  const get = (to: string, ...more: readonly string[]) =>
    commands.start("get", book, "--to", commands.path(to), "--tracker", tracker.url, ...more);
  return { commands, seed, get, tracker, book };
}

/** Waits until some images are there, and many are not. */
async function underWay(reader: Bookswarm): Promise<void> {
  await reader.event("progress", ({ pagesHeld }) => Number(pagesHeld) >= 6);
}

/** It said that it waits, then that it does so no more, and has everything. @returns why it waited */
async function pausesAndCompletes(
  fault: string,
  reader: Bookswarm,
  harm: () => void,
  mend: () => void,
): Promise<string> {
  await underWay(reader);
  harm();
  const { reason } = await reader.event("paused");
  mend();
  const mended = performance.now();
  await reader.event("resumed");
  const resumed = secondsSince(mended);
  await reader.event("complete");
  report({
    fault,
    tried: "once",
    whole: `it went on ${resumed} after that was over, and was complete after ${secondsSince(mended)}`,
  });
  return String(reason);
}

describe.skipIf(why !== undefined)("A download into a folder", () => {
  test("whose disk becomes full pauses and says so, and when room is made goes on by itself and completes", async () => {
    const { commands, get } = await slowBook();
    smallDisk(commands.path("disk"), 14_000_000);
    const filler = commands.path("disk", "filler");
    const reader = get("disk/copy");
    const reason = await pausesAndCompletes(
      "the disk becomes full",
      reader,
      () => fill(filler),
      () => rmSync(filler),
    );
    expect(reason).toContain("the disk is full");
    expect(await commands.differences("disk/copy")).toEqual([]);
    expect((await reader.end()).code).toBe(0);
  });

  test("whose disk is too small is refused before the first page", async () => {
    const { commands, get } = await slowBook();
    smallDisk(commands.path("disk"), 4_000_000);
    const reader = get("disk/copy", "--exit");
    expect((await reader.exit).code).toBe(7);
    expect(reader.latest("error")?.["message"]).toContain("the disk has room for");
  });

  test("on a drive that is pulled out and plugged in again pauses meanwhile, and completes", async () => {
    const { commands, get } = await slowBook();
    const drive = new Drive(commands.path("contents"), commands.path("drive"));
    const reader = get("drive/copy");
    await pausesAndCompletes(
      "a drive is pulled out",
      reader,
      () => drive.pullOut(),
      () => drive.plugIn(),
    );
    expect(await commands.differences("drive/copy")).toEqual([]);
    expect((await reader.end()).code).toBe(0);
  });

  test("that somebody moves away and back pauses meanwhile, and completes", async () => {
    const { commands, get } = await slowBook();
    const [here, away] = [commands.path("copy"), commands.path("away")];
    const reader = get("copy");
    await pausesAndCompletes(
      "the folder is moved away",
      reader,
      () => renameSync(here, away),
      () => renameSync(away, here),
    );
    expect(await commands.differences("copy")).toEqual([]);
    expect((await reader.end()).code).toBe(0);
  });

  test("that is read-only from the start is refused with the disk's code", async () => {
    const { commands, get } = await slowBook();
    smallDisk(commands.path("disk"), 20_000_000);
    makeReadOnly(commands.path("disk"));
    const reader = get("disk/copy", "--exit");
    expect((await reader.exit).code).toBe(7);
    expect(reader.latest("error")?.["message"]).toContain("read-only");
  });

  test("from which permission is withdrawn pauses and says so, and goes on when it is given back", async () => {
    const { commands, tracker, book } = await slowBook();
    const folder = commands.path("theirs");
    mkdirSync(folder);
    for (const path of [commands.folder, folder]) chownSync(path, NOBODY, NOBODY);
    const through = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "--"];
    const reader = commands.startThrough(through, "get", book, "--to", `${folder}/copy`, "--tracker", tracker.url);
    const reason = await pausesAndCompletes(
      "permission is withdrawn",
      reader,
      () => chmodSync(`${folder}/copy`, 0o000),
      () => chmodSync(`${folder}/copy`, 0o755),
    );
    expect(reason).toContain("permission was denied");
    expect(await commands.differences("theirs/copy")).toEqual([]);
    expect((await reader.end()).code).toBe(0);
  });
});

describe.skipIf(process.platform === "win32")("While a book arrives", () => {
  test("a folder, a file and a link that take the names of images stay what they are, and the rest arrives", async () => {
    const { commands, get } = await slowBook();
    const name = (number: number) => commands.path("copy", "0", `picture-0000${number}.jpg`);
    const secret = commands.path("secret.txt");
    writeFileSync(secret, "mine");
    const reader = get("copy", "--exit");
    await reader.event("progress");
    mkdirSync(commands.path("copy", "0"), { recursive: true });
    const takes: readonly ((path: string) => void)[] = [
      (path) => mkdirSync(path),
      (path) => writeFileSync(path, "somebody's"),
      (path) => symlinkSync(secret, path),
    ];
    const taken: string[] = [];
    for (let number = 39; taken.length < takes.length && number >= 10; number--) {
      if (lstatSync(name(number), { throwIfNoEntry: false }) !== undefined) continue;
      takes[taken.length]?.(name(number));
      taken.push(`0/picture-0000${number}.jpg`);
    }
    expect((await reader.exit).code).toBe(8);
    const different = await commands.differences("copy");
    // What is no plain file is compared as missing, or through its link.
    expect(different.map(({ path }) => path).sort()).toEqual(taken.toSorted());
    expect(readFileSync(secret, "utf8")).toBe("mine");
    expect(lstatSync(commands.path("copy", taken[0] ?? "")).isDirectory()).toBe(true);
    expect(lstatSync(commands.path("copy", taken[2] ?? "")).isSymbolicLink()).toBe(true);
  });

  test("a picture that its publisher replaces by a folder or a link is not served, and nobody is blamed", async () => {
    const { commands, seed, get } = await slowBook();
    const reader = get("copy");
    await reader.event("progress");
    const picture = (number: number) => commands.path("pictures", "0", `picture-0000${number}.jpg`);
    renameSync(picture(38), commands.path("kept-38"));
    renameSync(picture(39), commands.path("kept-39"));
    mkdirSync(picture(38));
    symlinkSync(commands.path("kept-39"), picture(39));
    await reader.event("progress", ({ pagesHeld }) => pagesHeld === 76 || pagesHeld === 78 || pagesHeld === 80);
    rmSync(picture(38), { recursive: true });
    rmSync(picture(39));
    renameSync(commands.path("kept-38"), picture(38));
    renameSync(commands.path("kept-39"), picture(39));
    await reader.event("complete");
    expect(await commands.differences("copy")).toEqual([]);
    for (const command of [seed, reader]) expect(command.latest("banned")).toBeUndefined();
  });
});

/** Writes until the disk takes no more. */
function fill(path: string): void {
  for (let bytes = 1_000_000; bytes >= 1_000; ) {
    try {
      writeFileSync(path, noise(bytes, 1), { flag: "a" });
    } catch {
      bytes = Math.floor(bytes / 2);
    }
  }
}
