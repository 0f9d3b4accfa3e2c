// `node announcer.ts HOST PORT`: a BitTorrent tracker for one run. It tells everybody of everybody else, at once, and
// prints a line for each complete peer that announces itself.

import { createServer } from "node:http";
import { bencode } from "../torrent.ts";

const [host = "127.0.0.1", port = "0"] = process.argv.slice(2);

/** Seconds after which peers may come again: not within a run. */
const INTERVAL_SECONDS = 1_800;

/** Peers by address and port, as six bytes each. */
const peers = new Map<string, Buffer>();

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://tracker");
  if (pathname !== "/announce") {
    response.writeHead(404).end();
    return;
  }
  const address = (request.socket.remoteAddress ?? "").replace("::ffff:", "");
  const peer = Buffer.alloc(6);
  for (const [at, part] of address.split(".").entries()) peer[at] = Number(part);
  peer.writeUInt16BE(Number(searchParams.get("port")), 4);
  const name = peer.toString("hex");
  const others = [...peers].filter(([other]) => other !== name).map(([, bytes]) => bytes);
  if (searchParams.get("event") === "stopped") peers.delete(name);
  else peers.set(name, peer);
  response.end(bencode({ interval: INTERVAL_SECONDS, complete: 1, incomplete: 1, peers: Buffer.concat(others) }));
  if (searchParams.get("left") === "0") process.stdout.write("a complete peer is here\n");
});
server.listen(Number(port), host, () => process.stdout.write("listening\n"));
