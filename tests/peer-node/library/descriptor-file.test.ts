import { existsSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keepDescriptor, saveDescriptor } from "../../../peer-node/library/descriptor-file.ts";
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
    for (const name of [".bookswarm-old", ".bookswarm-new", ".other"]) writeFileSync(join(folder, name), "x");
    const long = Date.now() / 1_000 - 4_000;
    for (const name of [".bookswarm-old", ".other"]) utimesSync(join(folder, name), long, long);
    await saveDescriptor(join(folder, "Sea.desc"), ['{"bookswarm":1']);
    expect(readdirSync(folder).sort()).toEqual([".bookswarm-new", ".other", "Sea.desc"]);
  });
});
