import type * as fs from "node:fs";
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, test, vi } from "vitest";
import { fileSystemRules } from "../../../peer-node/storage/disk-rules.ts";
import { DiskFault } from "../../../peer-node/storage/page-store.ts";
import { descriptorPlace } from "../../../peer-node/storage/places.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** Below this folder capitals do not matter, as where a drive from Windows is mounted; all names there are small. */
const drive = vi.hoisted(() => ({ root: "" }));

vi.mock("node:fs", async (importActual) => {
  const actual = await importActual<typeof fs>();
  const asKept = (path: string) => {
    const below = `${drive.root}/`;
    return drive.root !== "" && path.startsWith(below) ? below + path.slice(below.length).toLowerCase() : path;
  };
  return { ...actual, lstatSync: (path: string, options: object) => actual.lstatSync(asKept(path), options) };
});

const POSIX = { kind: "posix", caseInsensitive: false, normalising: false };
const WINDOWS = { kind: "windows", caseInsensitive: true, normalising: false };

beforeEach(() => {
  drive.root = "";
});

it("A folder that cannot be looked at is a fault of the disk, in a sentence, and not an error of the system's", () => {
  const folder = join(temporaryFolder(), "x".repeat(300));
  expect(() => fileSystemRules(folder)).toThrow(DiskFault);
  expect(() => fileSystemRules(folder)).toThrow(/^Cannot look at .*: its path is longer than this system allows/);
});

describe("The rules for names in a folder", () => {
  /** A folder of the system's own disk with a drive from Windows mounted in it. */
  function mounted(): { readonly folder: string; readonly mount: string } {
    const folder = temporaryFolder();
    const mount = join(folder, "drive");
    mkdirSync(join(mount, "pictures"), { recursive: true });
    drive.root = mount;
    return { folder, mount };
  }

  test("are those of the disk that is mounted there, not of the one that holds its mount point", () => {
    const { folder, mount } = mounted();
    expect(fileSystemRules(mount, "linux")).toEqual(WINDOWS);
    expect(fileSystemRules(join(mount, "pictures"), "linux")).toEqual(WINDOWS);
    expect(fileSystemRules(folder, "linux")).toEqual(POSIX);
  });

  test("are those of the nearest folder above while it is still to be made, so that it keeps its names", () => {
    const { folder, mount } = mounted();
    const place = descriptorPlace(join(mount, "new", "book"), "Who? 2024");
    expect(place).toBe(join(mount, "new", "book", "Who%3F 2024.desc"));
    mkdirSync(join(mount, "new", "book"), { recursive: true });
    expect(descriptorPlace(join(mount, "new", "book"), "Who? 2024")).toBe(place);
    expect(descriptorPlace(join(folder, "new"), "Who? 2024")).toBe(join(folder, "new", "Who? 2024.desc"));
  });

  test("are those of where a link leads", () => {
    const { folder, mount } = mounted();
    symlinkSync(join(mount, "pictures"), join(folder, "link"));
    expect(fileSystemRules(join(folder, "link"), "linux")).toEqual(WINDOWS);
  });

  test("are not mistaken when one file has two names that differ in capitals alone", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a.png"), "");
    linkSync(join(folder, "a.png"), join(folder, "A.png"));
    expect(fileSystemRules(folder, "linux")).toEqual(POSIX);
  });
});
