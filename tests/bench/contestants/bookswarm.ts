// This project, as its users start it: a tracker, a publisher, and `get` for each receiver.

import { execFileSync } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../../house/checkout.ts";
import type { Peer, Place } from "../peer.ts";
import { ALL, type Contestant, type Scene, type Served } from "./contestant.ts";

const MAIN = join(ROOT, "dist/bookswarm.js");

export const bookswarm: Contestant = {
  name: "bookswarm",
  workloads: ALL,
  missing: () => undefined,
  serve,
};

/** Builds the program as it is packed, which is what runs. */
export function buildBookswarm(): void {
  execFileSync(process.execPath, [join(ROOT, ".ci/build.ts")], { stdio: "inherit" });
}

async function serve(scene: Scene): Promise<Served> {
  const data = join(scene.scratch, "tracker");
  const start = (place: Place, ...args: readonly string[]): Peer => {
    const state = join(scene.scratch, `state-${place.address}-${place.port}`);
    const env = { BOOKSWARM_STATE: state, BOOKSWARM_TRACKER: undefined, BOOKSWARM_TOKEN: undefined };
    return scene.start([process.execPath, MAIN, ...args, "--json"], place, env);
  };
  const { tracker, sender } = scene;
  const trackerPeer = start(tracker, "tracker", "--host", tracker.address, "--port", "0", "--data", data);
  const { port } = eventOf(await trackerPeer.line(says("listening")));
  const url = `http://${tracker.address}:${String(port)}`;
  const listen = (place: Place) => ["--host", place.address, "--port", String(place.port)];
  const publisher = start(sender, "publish", scene.source, "--tracker", url, ...listen(sender));
  scene.afterwards(() => forget(scene.source));
  // Both are listened for at once: either may come first.
  const [published] = await Promise.all([publisher.line(says("published")), publisher.line(says("joined"))]);
  const { link } = eventOf(published);
  return {
    sender: publisher,
    saysComplete: says("complete"),
    receive: (place, folder) =>
      start(place, "get", String(link), "--to", join(folder, scene.workload.name), ...listen(place)),
  };
}

/** True of the line of this event. Nothing is parsed: a run of 8,000 images has as many lines, and the clock runs. */
function says(event: string): (line: string) => boolean {
  const written = `"event":"${event}"`;
  return (line) => line.includes(written);
}

function eventOf(line: string): Readonly<Record<string, unknown>> {
  return JSON.parse(line) as Readonly<Record<string, unknown>>;
}

/** Takes back what publishing wrote into the folder, so that the next run finds it as this one did. */
async function forget(folder: string): Promise<void> {
  const written = (await readdir(folder)).filter((name) => name.startsWith(".bookswarm") || name.endsWith(".desc"));
  for (const name of written) await rm(join(folder, name), { recursive: true });
}
