// BitTorrent clients, each set up as fast as it goes: no encryption, TCP alone, peers known through a tracker that tells
// everybody of everybody at once.

import { existsSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { COMPLETE, type Peer, type Place } from "../peer.ts";
import { torrentFile, torrentInfo } from "../torrent.ts";
import { ALL, type Contestant, missingProgram, ONE_TO_ONE, type Scene, type Served } from "./contestant.ts";

/** Debian's own Python, which alone finds Debian's packages. */
const PYTHON = "/usr/bin/python3";

const WEBTORRENT = "BENCH_WEBTORRENT";

/** One peer of a client, at its place. @param folder - that holds, or will hold, the folder of the workload */
type StartPeer = (role: "send" | "receive", torrent: string, folder: string, place: Place) => Peer;

export const aria2: Contestant = {
  name: "aria2",
  workloads: ALL,
  missing: () => missingProgram(["aria2c", "--version"], "aria2"),
  async serve(scene) {
    const hook = join(scene.scratch, "complete.sh");
    await writeFile(hook, `#!/bin/sh\necho ${COMPLETE}\n`);
    await chmod(hook, 0o755);
    return serve(scene, (role, torrent, folder, place) => {
      const seeding = ["--bt-seed-unverified=true", "--check-integrity=false", "--allow-overwrite=true"];
      const own = role === "send" ? seeding : [`--on-bt-download-complete=${hook}`];
      return scene.start(
        ["aria2c", ...ARIA2, ...own, `--listen-port=${place.port}`, `--dir=${folder}`, torrent],
        place,
      );
    });
  },
};

const ARIA2 = [
  "--no-conf",
  "--console-log-level=warn",
  "--summary-interval=0",
  "--show-console-readout=false",
  "--disable-ipv6=true",
  "--enable-dht=false",
  "--enable-dht6=false",
  "--bt-enable-lpd=false",
  "--enable-peer-exchange=false",
  "--bt-max-peers=0",
  "--bt-max-open-files=1000",
  "--bt-request-peer-speed-limit=1000M",
  "--bt-min-crypto-level=plain",
  "--disk-cache=64M",
  "--file-allocation=none",
  "--seed-ratio=0.0",
];

export const libtorrent: Contestant = {
  name: "libtorrent",
  workloads: ALL,
  missing: () => missingProgram([PYTHON, "-c", "import libtorrent"], "python3-libtorrent"),
  serve: (scene) =>
    serve(scene, (role, torrent, folder, place) => {
      const command = [PYTHON, program("libtorrent-peer.py"), role, torrent, folder];
      return scene.start([...command, place.address, String(place.port)], place);
    }),
};

export const webtorrent: Contestant = {
  name: "webtorrent",
  // Among eight peers it takes minutes of processor time.
  workloads: ONE_TO_ONE,
  missing: () =>
    existsSync(join(process.env[WEBTORRENT] ?? "", "node_modules", "webtorrent"))
      ? undefined
      : `not here; let ${WEBTORRENT} name a folder in which \`npm install webtorrent\` was run`,
  serve: (scene) =>
    serve(scene, (role, torrent, folder, place) => {
      const command = [process.execPath, program("webtorrent-peer.ts"), role, torrent, folder, String(place.port)];
      return scene.start([...command, scene.workload.receivers === 1 ? "sequential" : "rarest"], place);
    }),
};

/** Makes the .torrent, starts the tracker and the sender, and waits until the sender is known. */
async function serve(scene: Scene, startPeer: StartPeer): Promise<Served> {
  const { address, port } = scene.tracker;
  const torrent = join(scene.scratch, "library.torrent");
  const info = await torrentInfo(scene.workload, scene.source);
  await writeFile(torrent, torrentFile(info, `http://${address}:${port}/announce`));
  const tracker = scene.start([process.execPath, program("announcer.ts"), address, String(port)], scene.tracker);
  await tracker.line((line) => line === "listening");
  const known = tracker.line((line) => line === "a complete peer is here");
  const sender = startPeer("send", torrent, dirname(scene.source), scene.sender);
  const ended = sender.line(() => false);
  await Promise.race([known, ended]);
  // It is heard again when the run is over.
  ended.catch(() => undefined);
  return {
    sender,
    saysComplete: (line) => line === COMPLETE,
    receive: (place, folder) => startPeer("receive", torrent, folder, place),
  };
}

function program(file: string): string {
  return fileURLToPath(new URL(`../programs/${file}`, import.meta.url));
}
