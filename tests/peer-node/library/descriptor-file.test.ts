import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keepDescriptor } from "../../../peer-node/library/descriptor-file.ts";
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
});
