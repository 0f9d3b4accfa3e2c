// The limit: two Node processes without a protocol, which do nothing that is not needed to deliver verified files.

import { hash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pageCountOf } from "../../../shared/book.ts";
import { PAGE_BYTES } from "../../../shared/limits.ts";
import { COMPLETE, type Place } from "../peer.ts";
import type { Plan } from "../programs/plan.ts";
import type { Workload } from "../workloads.ts";
import { type Contestant, ONE_TO_ONE, type Scene } from "./contestant.ts";
import { listens } from "./listening.ts";

const PROGRAM = fileURLToPath(new URL("../programs/pipeline.ts", import.meta.url));

export const pipeline: Contestant = {
  name: "pipeline",
  workloads: ONE_TO_ONE,
  missing: () => undefined,
  async serve(scene: Scene) {
    const { workload, source, scratch, sender } = scene;
    const plan = join(scratch, "plan.json");
    await writeFile(plan, JSON.stringify(await planOf(workload, source)));
    const start = (role: string, place: Place, folder: string) => {
      const target = [sender.address, String(sender.port)];
      return scene.start([process.execPath, PROGRAM, role, plan, folder, ...target], place);
    };
    const serving = start("send", sender, source);
    await listens(serving, sender.port);
    return {
      sender: serving,
      saysComplete: (line) => line === COMPLETE,
      receive: (place, folder) => start("receive", place, join(folder, workload.name)),
    };
  },
};

async function planOf({ files }: Workload, source: string): Promise<Plan> {
  const planned: Plan["files"][number][] = [];
  for (const [path] of files) {
    const bytes = await readFile(join(source, path));
    const pages = pageCountOf(bytes.length);
    const digests = Array.from({ length: pages }, (_, at) =>
      hash("sha1", bytes.subarray(at * PAGE_BYTES, (at + 1) * PAGE_BYTES)),
    );
    planned.push({ path, bytes: bytes.length, sha256: hash("sha256", bytes), digests: digests.join(""), pages });
  }
  return { files: planned };
}
