// Locks whose owners this system cannot look up: of another machine with the same name, of a run of this one that is
// over, or of a process on a system that does not tell when processes started. All that speaks for them is their touch.

import type * as fs from "node:fs";
import { readFileSync, utimesSync, writeFileSync } from "node:fs";
import type * as os from "node:os";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { FolderLock } from "../../../peer-node/storage/lock.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** The system under the lock: how long it has been running, and whether it has a /proc to look into. */
const system = vi.hoisted(() => ({ upSeconds: 1_000_000, hasProc: true }));

vi.mock("node:os", async (importActual) => ({ ...(await importActual<typeof os>()), uptime: () => system.upSeconds }));

vi.mock("node:fs", async (importActual) => {
  const actual = await importActual<typeof fs>();
  const unlessProc = <Args extends readonly [path: unknown, ...rest: never[]], Result>(
    look: (...args: Args) => Result,
  ) => {
    return (...args: Args): Result => {
      if (!system.hasProc && String(args[0]).startsWith("/proc/"))
        throw Object.assign(new Error("no /proc"), { code: "ENOENT" });
      return look(...args);
    };
  };
  return {
    ...actual,
    readFileSync: unlessProc(actual.readFileSync as (path: unknown, ...rest: never[]) => unknown),
    readlinkSync: unlessProc(actual.readlinkSync as (path: unknown, ...rest: never[]) => unknown),
  };
});

afterEach(() => {
  Object.assign(system, { upSeconds: 1_000_000, hasProc: true });
});

/** A folder with a lock in it, like our own but for what is said, last touched so many seconds ago. */
async function lockedFolder(changes: object, touchedSecondsAgo: number): Promise<string> {
  const folder = temporaryFolder();
  const file = join(folder, "lock");
  const ours = await FolderLock.take(folder, folder);
  const owner: object = JSON.parse(readFileSync(file, "utf8"));
  ours.release();
  writeFileSync(file, JSON.stringify({ ...owner, token: "theirs", ...changes }));
  const touched = Date.now() / 1000 - touchedSecondsAgo;
  utimesSync(file, touched, touched);
  return folder;
}

/** What becomes of a second process. */
async function take(folder: string): Promise<"taken" | unknown> {
  try {
    (await FolderLock.take(folder, folder)).release();
    return "taken";
  } catch (error) {
    return error;
  }
}

const IN_USE = expect.objectContaining({ name: "DiskFault", code: "locked" });

describe.runIf(process.platform === "linux")("A lock of another run of a system with this name", () => {
  test.each([
    ["holds, as another machine's, while it is touched", 30, 1_000, IN_USE],
    ["is dead when it was not touched for long", 120, 1_000, "taken"],
    ["is dead at once when it was touched before this system started", 30, 10, "taken"],
    ["is dead at once when its time lies far ahead, as after a start with a clock that is behind", -3_600, 10, "taken"],
  ])("%s", async (_, touchedSecondsAgo, upSeconds, expected) => {
    const folder = await lockedFolder({ boot: "another" }, touchedSecondsAgo);
    system.upSeconds = upSeconds;
    expect(await take(folder)).toEqual(expected);
  });
});

describe("A lock on a system that does not tell when a process started", () => {
  test.each([
    ["holds while its process lives and touches it", process.ppid, 30, IN_USE],
    ["is dead when a process has that number and touches nothing", process.ppid, 120, "taken"],
    ["is dead at once when no process has that number", 2 ** 30, 0, "taken"],
  ])("%s", async (_, pid, touchedSecondsAgo, expected) => {
    system.hasProc = false;
    const folder = await lockedFolder({ pid, place: hostname() }, touchedSecondsAgo);
    expect(await take(folder)).toEqual(expected);
  });
});
