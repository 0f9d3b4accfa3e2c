import { fstatSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { OpenFiles } from "../../../peer-node/storage/open-files.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const FILE = join(temporaryFolder(), "a.png");
writeFileSync(FILE, "a picture");
const open = () => openSync(FILE, "r");

function isOpen(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    return false;
  }
}

describe("OpenFiles", () => {
  test("opens a file once, and closes it when it is forgotten", () => {
    const files = new OpenFiles<string>();
    const descriptor = files.get("a", open);
    expect(files.get("a", open)).toBe(descriptor);
    files.forget("a");
    expect(isOpen(descriptor)).toBe(false);
  });

  test("closes the one used longest ago when there are more than 32", () => {
    const files = new OpenFiles<number>();
    const descriptors = Array.from({ length: 32 }, (_, at) => files.get(at, open));
    files.get(0, open);
    files.get(32, open);
    expect(descriptors.filter(isOpen)).toEqual(descriptors.filter((_, at) => at !== 1));
    files.clear();
    expect(descriptors.some(isOpen)).toBe(false);
  });

  test("keeps a file open that is forgotten while two hold it, and tells them, until both have released it", () => {
    const files = new OpenFiles<string>();
    const [one, other] = [files.hold("a", open), files.hold("a", open)];
    expect([one.isCurrent, one.descriptor]).toEqual([true, other.descriptor]);
    files.clear();
    one.release();
    expect([other.isCurrent, isOpen(other.descriptor)]).toEqual([false, true]);
    other.release();
    expect(isOpen(other.descriptor)).toBe(false);
  });

  test("opens a file anew that was forgotten while it is held", () => {
    const files = new OpenFiles<string>();
    const held = files.hold("a", open);
    files.forget("a");
    const descriptor = files.get("a", open);
    expect(descriptor).not.toBe(held.descriptor);
    held.release();
    expect(isOpen(descriptor)).toBe(true);
    files.clear();
  });

  test("goes on with a file that was held and released", () => {
    const files = new OpenFiles<string>();
    const held = files.hold("a", open);
    held.release();
    expect(files.get("a", open)).toBe(held.descriptor);
    files.clear();
    expect(isOpen(held.descriptor)).toBe(false);
  });
});
