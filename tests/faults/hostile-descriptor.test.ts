// Books that want harm: descriptors with names that would climb, names that no disk keeps, and more than anybody bears.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ImageEntry } from "../../shared/book.ts";
import { formatBookLine, formatImageLine, formatTrackersLine } from "../../shared/descriptor.ts";
import { SLICE_BYTES } from "../../shared/limits.ts";
import { localNames } from "../../shared/local-names.ts";
import { LINUX, NAME_CASES } from "../shared/hostile-names.ts";
import { Commands } from "./commands.ts";
import { TRIES_ALL } from "./effort.ts";
import { roomOf } from "./process-room.ts";

/** Nobody answers there; what the tests look at comes before anybody is asked. */
const NO_TRACKER = ["--tracker", "http://127.0.0.1:1"];

const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");
const EMPTY = sha256("");
const empty = (path: string): ImageEntry => ({ path, bytes: 0, sha256: EMPTY, pages: "" });

/** Writes a descriptor of these images as they stand, right in all but what they say. */
function writeDescriptor(file: string, entries: readonly ImageEntry[]): void {
  const sorted = entries.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  const body = Buffer.from(sorted.map((entry) => `${formatImageLine(entry)}\n`).join(""));
  const index: string[] = [];
  for (let at = 0; at < body.length; at += SLICE_BYTES) index.push(sha256(body.subarray(at, at + SLICE_BYTES)));
  const head = formatBookLine({ name: "hostile", images: entries.length, pages: 0, bytes: 0, index });
  writeFileSync(file, Buffer.concat([Buffer.from(`${head}\n${formatTrackersLine([])}\n`), body]));
}

/** Gets a book of empty images, of which nobody is asked anything. */
async function get(entries: readonly ImageEntry[], to = "copy") {
  const commands = await Commands.in();
  writeDescriptor(commands.path("book.desc"), entries);
  const reader = commands.start("get", commands.path("book.desc"), "--to", commands.path(to), "--exit", ...NO_TRACKER);
  return { commands, reader, exit: await reader.exit };
}

describe("A descriptor", () => {
  test.each([
    "../out.png",
    "a/../../out.png",
    "/etc/out.png",
    "C:/out.png",
    "a\\..\\out.png",
    "a//out.png",
    "./out.png",
    ".bookswarm/lock",
    ".ssh/authorized_keys",
    "a/.hidden",
    "out\0.png",
    "thumbs.db",
    "e\u0301.png",
  ])("with the path %j is refused, and nothing is written", async (path) => {
    const { commands, reader, exit } = await get([empty(path), empty("zz.png")]);
    expect(exit.code).toBe(3);
    expect(reader.latest("error")?.["code"]).toBe("refused");
    expect(readdirSync(commands.folder).sort()).toEqual(["book.desc"]);
  });

  test("with every bad name that a disk can be made to keep gives each image a file of its own below the folder", async () => {
    const paths = [...new Set(NAME_CASES.flatMap((each) => each.paths))].filter(
      (path, _, all) => !all.some((other) => other !== path && path.startsWith(`${other}/`)),
    );
    const { commands, exit } = await get(paths.map(empty));
    expect(exit.code).toBe(0);
    const sorted = paths.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    for (const local of localNames(sorted, LINUX).paths)
      expect(existsSync(commands.path("copy", local)), local).toBe(true);
    const files = readdirSync(commands.path("copy"), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.filter(({ parentPath }) => !parentPath.includes(".bookswarm")).length).toBe(paths.length);
    expect(exit.stdout).not.toContain("\u001b");
  });

  test("with a path that is too long for this folder loses that image, and the rest arrives", async () => {
    const deep = `${Array.from({ length: 60 }, () => "d".repeat(60)).join("/")}/${"x".repeat(200)}`;
    const { commands, reader, exit } = await get(
      [empty(deep), empty("fine.png")],
      join("a".repeat(200), "b".repeat(200)),
    );
    expect(exit.code).toBe(8);
    expect(reader.latest("error")?.["message"]).toContain("choose a folder with a shorter one");
    expect(existsSync(commands.path("a".repeat(200), "b".repeat(200), "fine.png"))).toBe(true);
  });

  test("with 64 folders, one in the other, is taken", async () => {
    const deep = `${Array.from({ length: 63 }, (_, at) => `d${at}`).join("/")}/x.png`;
    const { commands, exit } = await get([empty(deep)]);
    expect(exit.code).toBe(0);
    expect(readFileSync(commands.path("copy", deep)).length).toBe(0);
  });

  test.runIf(TRIES_ALL)("with a million empty images costs less than 800 MB", { timeout: 900_000 }, async () => {
    const commands = await Commands.in();
    writeDescriptor(
      commands.path("book.desc"),
      Array.from({ length: 1_000_000 }, (_, at) => empty(`i${String(at).padStart(7, "0")}`)),
    );
    const reader = commands.start(
      "get",
      commands.path("book.desc"),
      "--to",
      commands.path("copy"),
      "--only",
      "i0000000",
      "--exit",
      ...NO_TRACKER,
    );
    let most = 0;
    const watch = setInterval(() => {
      try {
        most = Math.max(most, roomOf(reader.pid).memory);
      } catch {
        clearInterval(watch);
      }
    }, 200);
    const { code } = await reader.exit.finally(() => clearInterval(watch));
    process.stdout.write(`A million empty images: at most ${Math.round(most / 1e6)} MB\n`);
    expect(code).toBe(0);
    expect(most).toBeLessThan(800_000_000);
    expect(existsSync(commands.path("copy", "i0000000"))).toBe(true);
  });
});
