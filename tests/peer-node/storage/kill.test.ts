import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, readlinkSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { FolderStore } from "../../../peer-node/storage/folder-store.ts";
import { type Hasher, nodeHasher } from "../../../peer-node/storage/hasher.ts";
import { readPage } from "../../contracts/page-store.ts";
import { inventBook } from "../invented-book.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { KILL_SIZES } from "./kill-sizes.ts";

const PROGRAM = fileURLToPath(new URL("storing-process.ts", import.meta.url));
const invented = inventBook(KILL_SIZES);

interface Storing {
  readonly child: ChildProcess;
  readonly lines: AsyncIterator<string>;
  /** Settles when it has ended, be it before anybody asks. */
  readonly ended: Promise<unknown>;
}

/** Starts a storing process, which is gone when the test is over. */
function start(folder: string, ...more: string[]): Storing {
  const child = spawn(process.execPath, [PROGRAM, folder, ...more], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  if (child.stdout === null) throw new Error("a child without its output");
  const storing = { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](), ended };
  onTestFinished(() => kill(storing));
  return storing;
}

async function line({ lines }: Storing): Promise<string | undefined> {
  const { done, value } = await lines.next();
  return done === true ? undefined : value;
}

async function kill({ child, ended }: Storing): Promise<void> {
  child.kill("SIGKILL");
  await ended;
}

function open(folder: string, hasher: Hasher = nodeHasher): Promise<FolderStore> {
  return FolderStore.open({ book: invented.book, folder, purpose: "fetch", hasher, makeDurable: async () => true });
}

describe("a process killed with -9 while it stores", () => {
  test.each([
    ...[1, 2, 5, 17, 30, 44, 63].map((pages) => [pages, "by itself"] as const),
    ...[1, 3, 16, 31, 45, 62].map((pages) => [pages, "helped"] as const),
  ])("leaves all that it said was stored, after %i pages (%s)", async (pages, mode) => {
    const folder = temporaryFolder();
    const storing = start(folder, mode);
    expect(await line(storing)).toBe("open");
    for (let stored = 0; stored < pages; stored++) expect(await line(storing)).toBe(String(stored));
    await kill(storing);
    let hashed = 0;
    const counting: Hasher = {
      ...nodeHasher,
      sha1(bytes) {
        hashed++;
        return nodeHasher.sha1(bytes);
      },
    };
    const store = await open(folder, counting);
    for (const page of invented.pages.slice(0, pages)) expect(store.held.has(page), `page ${page}`).toBe(true);
    // What was being written when it died may be looked at again, and nothing else.
    expect(hashed).toBeLessThanOrEqual(1);
    for (const page of store.held) expect((await readPage(store, page)).equals(invented.pageBytes(page))).toBe(true);
    for (const page of invented.pages) await store.put(page, invented.pageBytes(page));
    await store.close();
    for (const { index, path } of invented.book.images()) {
      expect(readFileSync(join(folder, path)).equals(invented.images[index] ?? Buffer.alloc(0))).toBe(true);
    }
  });
});

describe("the lock of a folder", () => {
  test("refuses a second process, and names the first", async () => {
    const folder = temporaryFolder();
    const holding = start(folder, "hold");
    expect(await line(holding)).toBe("open");
    await expect(open(folder)).rejects.toMatchObject({
      code: "locked",
      message: expect.stringContaining(`process ${holding.child.pid}`),
    });
    const second = start(folder, "hold");
    expect(await line(second)).toBe("locked");
    await kill(holding);
    const store = await open(folder);
    await store.close();
  });

  test("refuses a second store of the same folder in one process, until the first is closed", async () => {
    const folder = temporaryFolder();
    const store = await open(folder);
    await expect(open(join(folder, "."))).rejects.toMatchObject({ code: "locked" });
    await store.close();
    await (await open(folder)).close();
    expect(existsSync(join(folder, ".bookswarm", "lock"))).toBe(false);
  });

  test.each([
    ["nobody", ""],
    ["half a sentence", '{"token":"x","pid'],
    [
      "a process whose number is another's now",
      JSON.stringify({ token: "x", pid: process.pid, place: placeHere(), boot: bootHere(), started: "1" }),
    ],
    [
      "an earlier store of this process",
      JSON.stringify({ token: "x", pid: process.pid, place: placeHere(), boot: bootHere(), started: startHere() }),
    ],
  ])("is taken over from %s", async (_, content) => {
    const folder = temporaryFolder();
    await (await open(folder)).close();
    writeFileSync(join(folder, ".bookswarm", "lock"), content);
    await (await open(folder)).close();
    expect(readdirSync(join(folder, ".bookswarm")).filter((name) => name.startsWith("lock"))).toEqual([]);
  });

  test("is taken over when a take-over was itself cut short", async () => {
    const folder = temporaryFolder();
    await (await open(folder)).close();
    for (const name of ["lock", "lock.next"]) writeFileSync(join(folder, ".bookswarm", name), "");
    await (await open(folder)).close();
  });

  test("of another machine holds while it is touched, and not for ever", async () => {
    const folder = temporaryFolder();
    await (await open(folder)).close();
    const lock = join(folder, ".bookswarm", "lock");
    writeFileSync(lock, JSON.stringify({ token: "x", pid: 1, place: "elsewhere" }));
    await expect(open(folder)).rejects.toMatchObject({
      code: "locked",
      message: expect.stringContaining("process 1 on elsewhere"),
    });
    utimesSync(lock, new Date(Date.now() - 200_000), new Date(Date.now() - 200_000));
    await (await open(folder)).close();
  });

  test("is had by exactly one of many processes that find a dead one's", async () => {
    const folder = temporaryFolder();
    await (await open(folder)).close();
    writeFileSync(join(folder, ".bookswarm", "lock"), "");
    const all = Array.from({ length: 6 }, () => start(folder, "hold"));
    const answers = await Promise.all(all.map(line));
    expect(answers.toSorted()).toEqual(["locked", "locked", "locked", "locked", "locked", "open"]);
    await Promise.all(all.map((each, at) => (answers[at] === "open" ? kill(each) : undefined)));
  });
});

function placeHere(): string {
  return [hostname(), readIfLinux(() => readlinkSync("/proc/self/ns/pid"))].join(" ").trim();
}

function bootHere(): string {
  return readIfLinux(() => readFileSync("/proc/sys/kernel/random/boot_id", "ascii").trim());
}

function startHere(): string {
  return readIfLinux(() => readFileSync("/proc/self/stat", "latin1").split(") ").at(-1)?.split(" ")[19] ?? "");
}

function readIfLinux(read: () => string): string {
  return process.platform === "linux" ? read() : "";
}
