import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keepDescriptor, loadDescriptor, saveDescriptor } from "../../../peer-node/library/descriptor-file.ts";
import { descriptorsIn } from "../../../peer-node/library/descriptors-in.ts";
import { TrackerFault } from "../../../peer-node/tracker/tracker-faults.ts";
import { temporaryFolder } from "../temporary-folder.ts";

describe("keepDescriptor", () => {
  it("does not blame the disk when the tracker goes away in the middle, and leaves nothing", async () => {
    const place = join(temporaryFolder(), "Sea.desc");
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"bookswarm":1,');
      throw new TrackerFault("unreachable", "https://t.example cannot be reached");
    }
    await expect(keepDescriptor(place, broken())).rejects.toBeInstanceOf(TrackerFault);
    expect(existsSync(place)).toBe(false);
  });

  it("removes what a process that was killed left behind an hour ago, and nothing that is being written", async () => {
    const folder = temporaryFolder();
    const [old, fresh, asFolder] = [0, 1, 2].map(() => `.bookswarm-${randomUUID()}`) as [string, string, string];
    const theirs = [".bookswarm-backup.tgz", ".other"];
    mkdirSync(join(folder, asFolder));
    for (const name of [old, fresh, ...theirs]) writeFileSync(join(folder, name), "x");
    const long = Date.now() / 1_000 - 4_000;
    for (const name of [old, asFolder, ...theirs]) utimesSync(join(folder, name), long, long);
    await saveDescriptor(join(folder, "Sea.desc"), ['{"bookswarm":1']);
    expect(readdirSync(folder).sort()).toEqual([fresh, asFolder, ...theirs, "Sea.desc"].sort());
  });
});

describe.skipIf(process.platform === "win32")("A pipe that has the name of a descriptor", () => {
  function pipe(): { folder: string; path: string } {
    const folder = temporaryFolder();
    const path = join(folder, "Sea.desc");
    execFileSync("mkfifo", [path]);
    return { folder, path };
  }

  it("is neither read nor written over", async () => {
    const { path } = pipe();
    const fault = { name: "DiskFault", code: "in-the-way", message: `Cannot read ${path}: it is no regular file` };
    await expect(loadDescriptor(path)).rejects.toMatchObject(fault);
    await expect(saveDescriptor(path, ['{"bookswarm":1'])).rejects.toMatchObject(fault);
  });

  it("is passed over where a folder is looked through", async () => {
    const { folder } = pipe();
    expect(await descriptorsIn(folder)).toEqual([]);
  });
});
