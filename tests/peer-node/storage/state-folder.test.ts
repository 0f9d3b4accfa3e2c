import { existsSync, mkdirSync, readdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { diskFault } from "../../../peer-node/storage/disk-fault.ts";
import { fileSystemRules, freeBytes } from "../../../peer-node/storage/disk-rules.ts";
import { DiskFault } from "../../../peer-node/storage/page-store.ts";
import { stateFolderOf, userStateFolder } from "../../../peer-node/storage/state-folder.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const HOME = join("/", "home", "ada");

describe("userStateFolder", () => {
  test.each([
    ["BOOKSWARM_STATE before all", "linux", { BOOKSWARM_STATE: "/s", XDG_STATE_HOME: "/x" }, "/s"],
    ["XDG_STATE_HOME", "linux", { XDG_STATE_HOME: "/x" }, "/x/bookswarm"],
    ["not an XDG_STATE_HOME that is relative", "linux", { XDG_STATE_HOME: "x" }, join(HOME, ".local/state/bookswarm")],
    ["the user's home", "darwin", {}, join(HOME, ".local/state/bookswarm")],
    ["LOCALAPPDATA on Windows", "win32", { LOCALAPPDATA: "/l" }, "/l/bookswarm"],
  ] as const)("takes %s", (_, platform, env, expected) => {
    expect(userStateFolder({ platform, env, home: HOME })).toBe(expected);
  });
});

describe("stateFolderOf", () => {
  const surroundings = (state: string) => ({ platform: "linux" as const, env: { BOOKSWARM_STATE: state }, home: HOME });

  test("is inside a folder that can be written", () => {
    const folder = temporaryFolder();
    expect(stateFolderOf(folder, false, surroundings("/nowhere"))).toBe(join(folder, ".bookswarm"));
  });

  test("is the user's own, one for each folder, when a publisher's folder cannot be written", () => {
    const state = temporaryFolder();
    // Linux lets nobody make folders here, whatever their rights.
    const [one, two] = ["/sys/kernel", "/sys/fs"].map((folder) => stateFolderOf(folder, false, surroundings(state)));
    expect(one).toMatch(new RegExp(`^${state}/folders/[0-9a-f]{16}$`));
    expect(existsSync(one ?? "")).toBe(true);
    expect(two).not.toBe(one);
  });

  test("has no other place when images are to be written", () => {
    expect(() => stateFolderOf("/sys/kernel", true, surroundings(temporaryFolder()))).toThrow(DiskFault);
  });
});

describe("fileSystemRules", () => {
  test("sees whether capitals matter by looking, and writes nothing", () => {
    const folder = temporaryFolder();
    const probe = join(folder, ".bookswarm");
    mkdirSync(probe);
    // What is written and removed again leaves its mark on the folder in which it stood.
    for (const each of [folder, probe]) utimesSync(each, 1, 1);
    expect(fileSystemRules(probe, "linux")).toEqual({ kind: "posix", caseInsensitive: false, normalising: false });
    expect([folder, probe].map((each) => statSync(each).mtimeMs)).toEqual([1_000, 1_000]);
    expect(readdirSync(folder, { recursive: true })).toEqual([".bookswarm"]);
    mkdirSync(join(folder, ".BOOKSWARM"));
    expect(fileSystemRules(probe, "linux").caseInsensitive).toBe(false);
    expect(fileSystemRules(probe, "win32")).toEqual({ kind: "windows", caseInsensitive: true, normalising: false });
    expect(fileSystemRules(probe, "darwin").normalising).toBe(true);
  });

  test("counts the room on a disk", () => {
    expect(freeBytes(temporaryFolder())).toBeGreaterThan(0);
  });
});

describe("diskFault", () => {
  test.each([
    ["ENOSPC", "full"],
    ["EDQUOT", "full"],
    ["EROFS", "read-only"],
    ["EACCES", "denied"],
    ["ENOENT", "gone"],
    ["EEXIST", "in-the-way"],
    ["EIO", "failed"],
  ])("takes %s for %s, and says what, on which path, and what to do", (errno, code) => {
    const fault = diskFault(Object.assign(new Error("low"), { code: errno }), "write", "/x/y");
    expect(fault).toMatchObject({ name: "DiskFault", code, path: "/x/y" });
    expect((fault as DiskFault).message).toMatch(/^Cannot write \/x\/y: /);
  });

  test("leaves our own mistakes alone", () => {
    for (const error of [new TypeError("x"), Object.assign(new Error("x"), { code: "ERR_OUT_OF_RANGE" })]) {
      expect(diskFault(error, "write", "/x")).toBe(error);
    }
  });
});
