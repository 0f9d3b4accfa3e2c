// `node webtorrent-peer.ts send|receive TORRENT FOLDER PORT STRATEGY`: one WebTorrent peer over TCP; prints "complete".
// The package is taken from the folder that BENCH_WEBTORRENT names.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { COMPLETE } from "../peer.ts";

/** As much of it as is used here. */
interface Client {
  on(event: "error", listener: (error: unknown) => void): void;
  add(torrent: Uint8Array, options: object): { on(event: "done", listener: () => void): void };
}

const [role, torrent = "", folder, port, strategy] = process.argv.slice(2);
const require = createRequire(join(process.env["BENCH_WEBTORRENT"] ?? "", "package.json"));
const { default: WebTorrent } = (await import(pathToFileURL(require.resolve("webtorrent")).href)) as {
  default: new (options: object) => Client;
};
const none = { dht: false, lsd: false, utPex: false, utp: false, webSeeds: false, natUpnp: false, natPmp: false };
const client = new WebTorrent({ ...none, maxConns: 100, torrentPort: Number(port) });
client.on("error", (error) => process.stderr.write(`${String(error)}\n`));
client
  .add(readFileSync(torrent), { path: folder, skipVerify: role === "send", strategy, uploads: 14 })
  .on("done", () => process.stdout.write(`${COMPLETE}\n`));
